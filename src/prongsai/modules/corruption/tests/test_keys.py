"""A private key at rest opens by its passphrase, by its recovery key, and by nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.errors import InvalidInput, Unreadable
from prongsai.modules.corruption import keys
from prongsai.modules.corruption.codes import code_for, code_of, locked, opener, unlocked
from prongsai.modules.corruption.keys import (
    Cost,
    WrongSecret,
    by_passphrase,
    by_recovery_key,
    new_recovery_key,
    opened_by_passphrase,
    opened_by_recovery_key,
    recovery_key_of,
)
from prongsai.modules.corruption.outside_keys import (
    digest_of,
    make_key,
    read_private,
    read_public,
)
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.tests.conftest import collect_secret

CHEAP = Cost(rounds=1, memory=1)


def test_the_passphrase_opens_and_another_does_not() -> None:
    pair = Pair()
    kept = by_passphrase(pair, "ม้าลายใต้ต้นมะขาม", CHEAP)
    assert opened_by_passphrase(kept, "ม้าลายใต้ต้นมะขาม").secret == pair.secret
    for wrong in ("", "ม้าลายใต้ต้นมะขา", "ม้าลายใต้ต้นมะขาม "):
        with pytest.raises(WrongSecret):
            opened_by_passphrase(kept, wrong)
    assert pair.secret not in kept


def test_what_the_product_asks_of_a_guess() -> None:
    """Argon2id with 4 rounds over 128 MiB: measured at 0.4 s on the machine of docs/promises.md."""
    assert Cost() == Cost(rounds=4, memory=128)


def test_a_kept_key_cannot_ask_for_the_whole_machine() -> None:
    said = json.loads(by_passphrase(Pair(), "x", CHEAP))
    for wrong in ({"memory": 10**9}, {"rounds": 10**6}, {"memory": 0}, {"memory": "x"}, {"v": 2}):
        with pytest.raises(Unreadable):
            opened_by_passphrase(json.dumps(said | wrong).encode(), "x")


def test_the_recovery_key_opens_however_it_is_typed() -> None:
    pair, recovery = Pair(), new_recovery_key()
    kept = by_recovery_key(pair, recovery)
    for typed in (
        recovery,
        recovery.lower(),
        recovery.replace("-", ""),
        f" {recovery} ".replace("0", "O").replace("1", "l"),
    ):
        assert opened_by_recovery_key(kept, typed).secret == pair.secret
    with pytest.raises(WrongSecret):
        opened_by_recovery_key(kept, new_recovery_key())
    with pytest.raises(WrongSecret):
        opened_by_recovery_key(kept, recovery[:-1])


def test_recovery_keys_are_long_and_read_well_from_paper() -> None:
    found = {new_recovery_key() for _ in range(200)}
    assert len(found) == 200
    assert all(recovery_key_of(each) == each for each in found)
    assert not set("".join(found)) & set("ILOU")


@given(st.binary(min_size=32, max_size=32))
def test_a_code_has_sixteen_digits_and_comes_back_however_it_is_typed(nonce: bytes) -> None:
    code = code_for(nonce)
    digits = code.replace(" ", "")
    assert len(digits) == 16
    assert digits.isdecimal()
    assert code_for(nonce) == code
    thai = digits.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for typed in (digits, code, f"  {code} ", code.replace(" ", "-"), thai):
        assert code_of(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "1234", "1234 5678 9012 345", "1234 5678 9012 3456 7", "abcd" * 4, "²" * 16]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert code_of(typed) == ""


def test_a_code_opens_the_reporters_key_in_its_own_office_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prongsai.modules.corruption.codes.COST", CHEAP)
    pair = Pair()
    right, elsewhere = opener("1111 2222 3333 4444", b"a" * 16), opener("1111 2222 3333 4444", b"b" * 16)
    kept = locked(pair, right)
    assert unlocked(kept, pair.public, right).secret == pair.secret
    assert right.digest != elsewhere.digest
    with pytest.raises(Unreadable):
        unlocked(kept, pair.public, elsewhere)


def test_an_outside_key_goes_over_as_text_and_its_private_half_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "COST", CHEAP)
    private, public = make_key("สำนักงาน ป.ป.ช. ตัวอย่าง", "รหัสผ่านยาวของหน่วยงาน")
    key = read_public(f"ส่งมาทางอีเมล\n{public}\nด้วยความนับถือ")
    assert read_private(private, "รหัสผ่านยาวของหน่วยงาน").public == key.point
    assert key.collect == digest_of(collect_secret(private))
    with pytest.raises(WrongSecret):
        read_private(private, "อื่น")
    assert "PRIVATE" not in public
    assert collect_secret(private) not in public


def test_any_pem_of_the_right_curve_will_do() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        PublicFormat,
    )

    own = ec.generate_private_key(ec.SECP256R1())
    pem = own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert read_public(pem).collect == ""
    encryption = BestAvailableEncryption(b"long passphrase")
    private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()
    assert read_private(private, "long passphrase").public == read_public(pem).point
    for other in (ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()):
        wrong = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        with pytest.raises(InvalidInput):
            read_public(wrong)
    for text in ("", "no key", pem.replace("M", "!", 3)):
        with pytest.raises(InvalidInput):
            read_public(text)
    for text in ("", "{}", "[]", "-----BEGIN X"):
        with pytest.raises(Unreadable):
            read_private(text, "x")
