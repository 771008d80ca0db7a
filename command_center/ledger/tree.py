"""The Merkle tree over ledger entries, kept as whole subtrees (RFC 6962 §2.1).

Appending writes about two nodes a leaf and reads log2(n) once for all; a root reads as many, an
audit path some log2(n)².
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from command_center.ledger.models import NodeRow
from schemas.merkle import leaf_hash, node_hash, root


def append_leaves(session: Session, size: int, entries: Sequence[bytes]) -> bytes:
    """Add entries behind the first `size` leaves, and every subtree that they complete; return
    the new root."""
    standing = _peaks(session, size)
    made: list[dict[str, object]] = []
    for index, entry in enumerate(entries, size):
        value, level, position = leaf_hash(entry), 0, index
        made.append({"level": 0, "position": index, "hash": value})
        while position & 1:
            value, level, position = node_hash(standing.pop(level), value), level + 1, position >> 1
            made.append({"level": level, "position": position, "hash": value})
        standing[level] = value
    if made:
        session.connection().execute(insert(NodeRow), made)
    return _folded(standing)


def root_of(session: Session, size: int) -> bytes:
    """Return the tree head of the first `size` leaves."""
    return _folded(_peaks(session, size))


def _peaks(session: Session, size: int) -> dict[int, bytes]:
    """Return by level the whole subtrees that `size` leaves are made of."""
    of = [(level, (size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1]
    rows = select(NodeRow.level, NodeRow.hash).where(
        tuple_(NodeRow.level, NodeRow.position).in_(of)
    )
    found = dict(session.execute(rows).all())
    return {level: found[level] for level, _position in of}


def _folded(peaks: Mapping[int, bytes]) -> bytes:
    hashes = [peaks[level] for level in sorted(peaks)]
    return reduce(lambda right, left: node_hash(left, right), hashes) if hashes else root([])


def audit_path(session: Session, index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf in the tree of `size` leaves, lowest sibling first."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        cut = start + (1 << (end - start - 1).bit_length() - 1)
        if index < cut:
            path.append(_subtree(session, cut, end))
            end = cut
        else:
            path.append(_subtree(session, start, cut))
            start = cut
    return path[::-1]


def _subtree(session: Session, start: int, end: int) -> bytes:
    size = end - start
    if size & (size - 1) == 0 and start % size == 0:
        level = size.bit_length() - 1
        return _node(session, level, start >> level)
    cut = start + (1 << (size - 1).bit_length() - 1)
    return node_hash(_subtree(session, start, cut), _subtree(session, cut, end))


def _node(session: Session, level: int, position: int) -> bytes:
    return session.get_one(NodeRow, (level, position)).hash
