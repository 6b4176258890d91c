"""Merkle trees as in RFC 9162, section 2: pure functions, no storage.

A stored tree keeps every perfect subtree once; `node(level, position)` covers the leaves
position·2**level up to (position+1)·2**level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Node = tuple[int, int]  # level, position
Span = tuple[int, int]  # first leaf, one past the last leaf
GetNode = Callable[[int, int], bytes]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """HASH(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """HASH(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


# -- which stored nodes make up what ------------------------------------------------------------------------


def perfect_subtrees(start: int, end: int) -> Iterator[Node]:
    """The perfect subtrees, largest first, of the leaves [start, end) of one subtree of the RFC's tree."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def audit_spans(index: int, size: int) -> list[Span]:
    """The spans whose hashes are the inclusion proof of leaf `index`, nearest to the leaf first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    spans, start, end = list[Span](), 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that the tree of `new` leaves extends the tree of `old` leaves."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} to {new} leaves")
    spans, start, end, whole = list[Span](), 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    if not whole:
        spans.append((start, end))
    return spans[::-1]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def span_hash(span: Span, node: GetNode) -> bytes:
    """The hash of a span from stored nodes; the root of an empty tree for an empty span."""
    hashes = [node(level, position) for level, position in perfect_subtrees(*span)]
    if not hashes:
        return EMPTY_ROOT
    result = hashes.pop()
    while hashes:
        result = node_hash(hashes.pop(), result)
    return result


class Tree:
    """A growing tree that keeps only its right edge: the roots of its perfect subtrees, largest first."""

    def __init__(self, size: int = 0, node: GetNode | None = None) -> None:
        """Continue a stored tree of `size` leaves; `node` is asked for `perfect_subtrees(0, size)`."""
        self.size = size
        self.peaks: list[tuple[int, bytes]] = []
        if size and node is not None:
            self.peaks = [(level, node(level, at)) for level, at in perfect_subtrees(0, size)]

    @classmethod
    def from_edge(cls, size: int, edge: bytes) -> Tree:
        """Continue a tree of `size` leaves from its `edge()`. Raises ValueError when that is not an edge of its size."""
        if len(edge) != HASH_BYTES * size.bit_count():
            raise ValueError(f"an edge of {len(edge)} bytes is not that of {size} leaves")
        tree = cls(size)
        levels = (level for level, _ in perfect_subtrees(0, size))
        tree.peaks = [(level, edge[at * HASH_BYTES :][:HASH_BYTES]) for at, level in enumerate(levels)]
        return tree

    def edge(self) -> bytes:
        """The peaks' hashes, one after another."""
        return b"".join(value for _, value in self.peaks)

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Append a leaf hash; the perfect subtrees above level 0 that it completes, lowest first."""
        peaks, made = self.peaks, list[tuple[int, int, bytes]]()
        level, position, current = 0, self.size, leaf
        while position & 1:
            current = sha256(b"\x01" + peaks.pop()[1] + current).digest()
            level, position = level + 1, position >> 1
            made.append((level, position, current))
        peaks.append((level, current))
        self.size += 1
        return made

    def root(self) -> bytes:
        hashes = [value for _, value in self.peaks]
        if not hashes:
            return EMPTY_ROOT
        result = hashes.pop()
        while hashes:
            result = node_hash(hashes.pop(), result)
        return result


# -- over leaf hashes in memory -----------------------------------------------------------------------------


def _stored(leaves: Sequence[bytes]) -> GetNode:
    nodes = {(0, i): leaf for i, leaf in enumerate(leaves)}
    tree = Tree()
    nodes |= {(level, position): made for leaf in leaves for level, position, made in tree.add(leaf)}
    return lambda level, position: nodes[level, position]


def root(leaves: Sequence[bytes]) -> bytes:
    """The tree's root over leaf hashes."""
    return span_hash((0, len(leaves)), _stored(leaves))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    node = _stored(leaves)
    return [span_hash(span, node) for span in audit_spans(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    node = _stored(leaves)
    return [span_hash(span, node) for span in consistency_spans(old, len(leaves))]


# -- verifying, as in RFC 9162 ------------------------------------------------------------------------------


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether `leaf` stands at `index` in the tree of `size` leaves with that root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, current = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(step, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, step)
        position, last = position >> 1, last >> 1
    return last == 0 and current == expected_root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with the whole tree of `old` leaves (section 2.1.4.2).

    Every tree extends the empty one, and a tree itself; both need no proof.
    """
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:  # the old tree is perfect: its root opens the proof
        steps.insert(0, old_root)
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    of_old = of_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            of_old, of_new = node_hash(step, of_old), node_hash(step, of_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            of_new = node_hash(of_new, step)
        position, last = position >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root
