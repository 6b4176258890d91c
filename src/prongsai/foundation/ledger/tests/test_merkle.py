"""The tree is RFC 9162's: published vectors, the recursive definition, and proofs that do not bend."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.ledger import merkle

# The test tree of the reference implementations of RFC 6962 (Certificate Transparency).
DATA = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
LEAVES = [merkle.leaf_hash(bytes.fromhex(data)) for data in DATA]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # index, size, path
    (0, 1, []),
    (0, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (5, 8, [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip
CONSISTENCY = [  # old size, new size, path
    (1, 1, []),
    (1, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (6, 8, [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 5, [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    proof = merkle.inclusion_proof(LEAVES[:size], index)
    assert [step.hex() for step in proof] == path
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: list[str]) -> None:
    proof = merkle.consistency_proof(LEAVES[:new], old)
    assert [step.hex() for step in proof] == path
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert merkle.verify_consistency(old, new, *roots, proof)


# -- the recursive definition (RFC 9162, sections 2.1.1, 2.1.3.1, 2.1.4.1) ------------------------------------


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path_of(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path_of(m, leaves[:k]), mth(leaves[k:])]
    return [*path_of(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def leaves_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(n.to_bytes(2, "big")) for n in range(size)]


@given(st.integers(0, 130))
def test_any_tree_has_the_root_of_the_recursive_definition(size: int) -> None:
    leaves = leaves_of(size)
    tree = merkle.Tree()
    made = [node for leaf in leaves for node in tree.add(leaf)]
    assert merkle.root(leaves) == tree.root() == mth(leaves)
    assert len(made) == size - size.bit_count()  # what verification counts on
    assert merkle.Tree.from_edge(size, tree.edge()).peaks == tree.peaks
    with pytest.raises(ValueError):
        merkle.Tree.from_edge(size, tree.edge() + b"x")
    for level, position, value in made:
        assert value == mth(leaves[position << level : (position + 1) << level])


@given(st.integers(1, 130), st.data())
def test_any_inclusion_proof_is_the_recursive_one_and_proves_one_place_only(
    size: int, data: st.DataObject
) -> None:
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))
    proof, top = merkle.inclusion_proof(leaves, index), mth(leaves)
    assert proof == path_of(index, leaves)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, top)
    other = data.draw(st.integers(-1, size + 1))
    assert merkle.verify_inclusion(leaves[index], other, size, proof, top) is (other == index)
    for bent in bendings(proof, data):
        assert not merkle.verify_inclusion(leaves[index], index, size, bent, top)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"another"), index, size, proof, top)
    assert not merkle.verify_inclusion(leaves[index], index, size, proof, merkle.leaf_hash(top))


@given(st.integers(1, 130), st.data())
def test_any_consistency_proof_is_the_recursive_one_and_bends_to_nothing(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    proof = merkle.consistency_proof(leaves, old)
    old_root, new_root = mth(leaves[:old]), mth(leaves)
    assert proof == subproof(old, leaves, True)
    assert merkle.verify_consistency(old, new, old_root, new_root, proof)
    for bent in bendings(proof, data):
        assert not merkle.verify_consistency(old, new, old_root, new_root, bent)
    rewritten = mth([merkle.leaf_hash(b"rewritten"), *leaves[1:]])
    assert not merkle.verify_consistency(old, new, old_root, rewritten, proof)
    assert not merkle.verify_consistency(old, new, merkle.leaf_hash(b""), new_root, proof)


def bendings(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """The proof with a step too many, one too few, one changed in a single bit, and two swapped."""
    bent = [[*proof, b"\0" * 32]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        bent += [proof[:-1], proof[1:], [*proof[:at], changed, *proof[at + 1 :]]]
    if len(proof) > 1:
        bent.append([proof[1], proof[0], *proof[2:]])
    return bent


def test_every_tree_extends_the_empty_one_and_none_extends_a_longer_one() -> None:
    top = merkle.root(LEAVES)
    assert merkle.verify_consistency(0, 8, merkle.EMPTY_ROOT, top, [])
    assert not merkle.verify_consistency(0, 8, top, top, [])
    assert not merkle.verify_consistency(8, 7, top, merkle.root(LEAVES[:7]), [])
    assert not merkle.verify_consistency(7, 8, merkle.root(LEAVES[:7]), top, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError):
        merkle.inclusion_proof(LEAVES[:size], index)
    with pytest.raises(ValueError):
        merkle.consistency_proof(LEAVES[:size], 9)
