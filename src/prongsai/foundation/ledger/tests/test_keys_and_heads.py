"""Private keys never enter the database; heads cover what they say, once per size, and outlive a rotation."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.keys import current_key, key_path, public_keys, rotate_key, sign
from prongsai.foundation.ledger.leaf import HEAD_CONTEXT, canonical
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import (
    citation_proofs,
    consistency_proof,
    facts,
    latest_head,
    log_size,
    organization_key,
    root,
)
from prongsai.foundation.ledger.signatures import is_signed, key_id_of, public_keys_from_pem, public_pem
from prongsai.foundation.ledger.tests.conftest import SOMSRI, fact, recorded
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import NotPermitted, ProngsaiError
from tests.cast import donsai

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_the_first_signature_makes_a_key_that_only_its_owner_reads(office: Organization, keys: Path) -> None:
    with working_for(office.pk):
        signed = sign(b"context\n", b"message")
        (key,) = public_keys()
        path = key_path(signed.key_id)
    assert path == keys / "banthrai" / f"{signed.key_id}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no draft is left
    assert key.key_id == signed.key_id == key_id_of(bytes(key.raw))
    assert is_signed(bytes(key.raw), signed.signature, b"context\nmessage")
    assert not is_signed(bytes(key.raw), signed.signature, b"another\nmessage")


def test_the_private_key_is_nowhere_in_the_database(office: Organization, keys: Path) -> None:
    with working_for(office.pk):
        signed = sign(b"", b"")
        text = key_path(signed.key_id).read_text()
    secret = "".join(text.splitlines()[1:-1])
    with working_for(office.pk), connection.cursor() as cursor:
        stored = ""
        for table in connection.introspection.django_table_names(only_existing=True):
            if table.startswith("ledger_"):
                cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
                stored += cursor.fetchone()[0] or ""
    assert signed.key_id in stored
    assert secret not in stored
    assert "PRIVATE KEY" not in stored


def test_each_organization_has_a_key_of_its_own(office: Organization, keys: Path) -> None:
    other = donsai()
    ids = []
    for one in (office, other):
        with working_for(one.pk):
            ids.append(sign(b"", b"x").key_id)
            assert len(public_keys()) == 1
    assert len(set(ids)) == 2


def test_a_rotation_retires_the_key_and_old_signatures_still_verify(office: Organization, keys: Path) -> None:
    recorded(office, 1)
    with working_for(office.pk):
        first = sign_head(actor=SYSTEM)
        new = rotate_key(actor=SYSTEM)
    recorded(office, 1)
    with working_for(office.pk):
        second = sign_head(actor=SYSTEM)
        assert (first.key_id, second.key_id) == (public_keys()[0].key_id, new.key_id)
        assert current_key() == new
        by_id = {key.key_id: bytes(key.raw) for key in public_keys()}
        for head in (first, second):
            assert is_signed(by_id[head.key_id], bytes(head.signature), head.message())
        told = facts(kind="signing_key_made").with_payload()
        assert [entry.content["key_id"] for entry in told] == list(by_id)


def test_only_who_may_rotates_the_key(office: Organization, keys: Path) -> None:
    with pytest.raises(NotPermitted), working_for(office.pk):
        rotate_key(actor=SOMSRI)
    assert not keys.exists()


@pytest.mark.parametrize("harm", ["missing", "garbled", "another"])
def test_a_lost_or_wrong_key_file_is_said_clearly_and_nothing_is_signed(
    office: Organization, keys: Path, harm: str
) -> None:
    with working_for(office.pk):
        first = key_path(sign(b"", b"").key_id)
        second = key_path(rotate_key(actor=SYSTEM).key_id)
    if harm == "missing":
        second.unlink()
    elif harm == "garbled":
        second.write_text("not a key")
    else:
        second.write_bytes(first.read_bytes())
    with pytest.raises(ProngsaiError, match=second.name), working_for(office.pk):
        sign(b"", b"")


def test_a_head_says_size_and_root_and_covers_what_is_pending(office: Organization, keys: Path) -> None:
    with working_for(office.pk):
        fact()
        head = sign_head(actor=SYSTEM)
        assert head.size == log_size() == 1
        assert bytes(head.root) == bytes(Entry.objects.get(number=1).leaf_hash) == root(1)
        said = json.loads(json.dumps(head.as_json()))
        signed = {name: said[name] for name in ("organization", "log", "size", "root", "time")}
        assert head.message() == HEAD_CONTEXT + canonical(signed)
        assert signed["organization"] == organization_key() == "banthrai"


def test_there_is_one_head_per_size_and_time_never_goes_back(office: Organization, keys: Path) -> None:
    with working_for(office.pk):
        empty = sign_head(actor=SYSTEM)
        assert (empty.size, bytes(empty.root)) == (0, merkle.EMPTY_ROOT)
    with clock.at(clock.now().replace(year=2020)), working_for(office.pk):
        later = sign_head(actor=SYSTEM)
        assert later.size == 1  # the key's own fact
        assert later.time == empty.time
        assert sign_head(actor=SYSTEM).pk == later.pk
        assert latest_head() == later


def test_proofs_between_stored_heads_verify(office: Organization, keys: Path) -> None:
    sizes = []
    for count in (1, 2, 5, 9):
        recorded(office, count)
        with working_for(office.pk):
            sizes.append(log_size())
    with working_for(office.pk):
        for old in sizes:
            for new in sizes[sizes.index(old) :]:
                proof = consistency_proof(old, new)
                assert merkle.verify_consistency(old, new, root(old), root(new), proof)
        assert citation_proofs([], 17) == {}
        with pytest.raises(ValueError):
            citation_proofs([17], 3)


def test_the_key_command_prints_what_others_verify_with(office: Organization, keys: Path) -> None:
    def printed(*options: str) -> str:
        out = StringIO()
        call_command("key", "--organization", "banthrai", *options, stdout=out)
        return out.getvalue()

    first = public_keys_from_pem(printed().encode())
    second = public_keys_from_pem(printed("--rotate").encode())
    assert first.keys() != second.keys()
    assert public_keys_from_pem(printed("--all").encode()) == first | second
    assert public_keys_from_pem(printed().encode()) == second
    with working_for(office.pk):
        assert [key.key_id for key in public_keys()] == [*first, *second]


def test_the_key_command_knows_no_unknown_organization(db: None, keys: Path) -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("key", "--organization", "nobody", stderr=err)
    assert ended.value.code == 2
    assert len(err.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "text", [b"", b"-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n", b"x" * 99]
)
def test_what_is_no_public_key_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        public_keys_from_pem(text)


def test_a_public_key_survives_its_pem_form() -> None:
    raw = bytes.fromhex(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )  # RFC 8032, test 1
    assert public_keys_from_pem(public_pem(raw).encode()) == {key_id_of(raw): raw}
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert is_signed(raw, signature, b"")
    assert not is_signed(raw, signature, b"x")
    assert not is_signed(b"short", signature, b"")
