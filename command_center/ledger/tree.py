"""The Merkle tree over ledger entries, kept as whole subtrees (RFC 6962 §2.1).

Appending writes about two nodes a leaf; a root or an audit path reads some log2(n)² nodes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from command_center.ledger.models import NodeRow
from schemas.merkle import leaf_hash, node_hash, root


def append_leaf(session: Session, index: int, entry: bytes) -> None:
    """Add the leaf of an entry at `index` and every subtree that it completes."""
    value, level, position = leaf_hash(entry), 0, index
    session.add(NodeRow(level=0, position=index, hash=value))
    while position & 1:
        left = _node(session, level, position - 1)
        value, level, position = node_hash(left, value), level + 1, position >> 1
        session.add(NodeRow(level=level, position=position, hash=value))


def root_of(session: Session, size: int) -> bytes:
    """Return the tree head of the first `size` leaves."""
    return _subtree(session, 0, size) if size else root([])


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
