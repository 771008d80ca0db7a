"""Merkle trees as RFC 6962 §2.1 and RFC 9162 §2.1.3 define them, over SHA-256.

The ledger is such a tree; its leaves are the canonical bytes of ledger entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from schemas.problems import Kind, MzError


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the tree head of leaf hashes; of none, the SHA-256 of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of these leaf hashes, lowest first."""
    size = len(leaves)
    if not 0 <= index < size:
        raise IndexError(index)
    if size == 1:
        return []
    cut = _split(size)
    if index < cut:
        return [*inclusion_proof(leaves[:cut], index), root(leaves[cut:])]
    return [*inclusion_proof(leaves[cut:], index - cut), root(leaves[:cut])]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> None:
    """Raise `ledger.not_included` unless the path leads from the leaf hash to the head."""
    if not 0 <= index < size:
        raise MzError("ledger.not_included", Kind.INVALID, "index outside the tree")
    at, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise MzError("ledger.not_included", Kind.INVALID, "path too long")
        if at & 1 or at == last:
            value = node_hash(sibling, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or value != head:
        raise MzError("ledger.not_included", Kind.INVALID, f"leaf {index} of {size}")
