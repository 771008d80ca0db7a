"""Verbs of the ledger: give entries their indices, sign heads, prove inclusion, check it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import and_, delete, func, insert, or_, select

from command_center.ledger.models import HeadRow, LeafRow
from command_center.ledger.tree import append_leaves, audit_path
from command_center.platform.journal import EntryRow, PendingEntry
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ledger import TREE_HEAD, Inclusion, TreeHead
from schemas.merkle import leaf_hash, node_hash
from schemas.merkle import root as merkle_root
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload, sign_envelope

BATCH = 256


@dataclass(frozen=True)
class EntryView:
    """An entry as the ledger page shows it; `index` is None until it is sequenced."""

    entry: str
    index: int | None
    at_ms: int
    tag: str
    actor: str
    subject: str
    digest: str


@dataclass(frozen=True)
class HeadView:
    """The newest signed head: the tree's size and root, when it was signed, and the envelope."""

    size: int
    root: str
    at_ms: int
    envelope: Envelope


def sequence_entries(uow: UnitOfWork) -> int:
    """Give waiting entries their indices and sign the new head; return how many there were."""
    uow.one_at_a_time("ledger.sequence")
    session = uow.session
    waiting = session.execute(
        select(PendingEntry.entry, EntryRow.raw)
        .join(EntryRow, EntryRow.entry == PendingEntry.entry)
        .order_by(PendingEntry.seq)
        .limit(BATCH)
    ).all()
    if not waiting:
        return 0
    size = _size(uow)
    root = append_leaves(session, size, [raw for _entry, raw in waiting])
    leaves = [{"index": at, "entry": entry} for at, (entry, _raw) in enumerate(waiting, size)]
    session.connection().execute(insert(LeafRow), leaves)
    named = [entry for entry, _raw in waiting]
    session.execute(delete(PendingEntry).where(PendingEntry.entry.in_(named)))
    _sign_head(uow, size + len(waiting), root)
    return len(waiting)


def any_waiting(uow: UnitOfWork) -> bool:
    """Return whether an entry waits for its index."""
    return uow.session.scalar(select(PendingEntry.seq).limit(1)) is not None


def newest_head(uow: UnitOfWork) -> HeadView | None:
    """Return the newest signed head; None before the first entry."""
    row = uow.session.scalars(select(HeadRow).order_by(HeadRow.size.desc()).limit(1)).first()
    if row is None:
        return None
    envelope = decode(row.envelope, Envelope)
    head = decode_payload(envelope, TREE_HEAD, TreeHead)
    return HeadView(head.size, head.root, head.at_ms, envelope)


def inclusions(
    uow: UnitOfWork, subjects: Iterable[str], exact: Iterable[tuple[str, str]] = ()
) -> tuple[HeadView, list[Inclusion]]:
    """Return the newest head and the proofs of all entries about these subjects, and of those
    about the subject and digest of each `exact`, by index.

    Errors: `ledger.empty` before the first head, `ledger.not_sequenced` while an entry waits.
    """
    head = newest_head(uow)
    if head is None:
        raise MzError("ledger.empty", Kind.UNAVAILABLE)
    query = (
        select(EntryRow.raw, LeafRow.index)
        .outerjoin(LeafRow, LeafRow.entry == EntryRow.entry)
        .where(
            or_(
                EntryRow.subject.in_(sorted(set(subjects))),
                *(
                    and_(EntryRow.subject == subject, EntryRow.digest == digest)
                    for subject, digest in sorted(set(exact))
                ),
            )
        )
        .order_by(LeafRow.index)
    )
    proofs = []
    for raw, index in uow.session.execute(query):
        if index is None or index >= head.size:
            raise MzError("ledger.not_sequenced", Kind.UNAVAILABLE, "within a second")
        proofs.append(Inclusion(raw, index, audit_path(uow.session, index, head.size)))
    return head, proofs


def list_entries(
    uow: UnitOfWork, principal: Principal, subject: str | None = None, limit: int = 100
) -> list[EntryView]:
    """Return the newest entries, newest first, of one subject or of all."""
    principal.require("ledger:read")
    query = (
        select(EntryRow, LeafRow.index)
        .outerjoin(LeafRow, LeafRow.entry == EntryRow.entry)
        .order_by(EntryRow.at_ms.desc(), EntryRow.entry.desc())
        .limit(limit)
    )
    if subject is not None:
        query = query.where(EntryRow.subject == subject)
    return [
        EntryView(row.entry, index, row.at_ms, row.tag, row.actor, row.subject, row.digest)
        for row, index in uow.session.execute(query)
    ]


def check_ledger(uow: UnitOfWork) -> list[str]:
    """Recompute the whole tree from the entries; return what is wrong, each a sentence."""
    findings: list[str] = []
    query = (
        select(LeafRow.index, EntryRow.raw)
        .outerjoin(EntryRow, EntryRow.entry == LeafRow.entry)
        .order_by(LeafRow.index)
    )
    hashes: list[bytes] = []
    for expected, (index, raw) in enumerate(uow.session.execute(query)):
        if index != expected or raw is None:
            return [f"ledger: leaf {expected} is missing or has no entry"]
        hashes.append(leaf_hash(raw))
    if len(hashes) != _size(uow):
        findings.append("ledger: leaves and indices differ")
    total = uow.session.scalar(select(func.count()).select_from(EntryRow)) or 0
    waiting = uow.session.scalar(select(func.count()).select_from(PendingEntry)) or 0
    if total != len(hashes) + waiting:
        findings.append(f"ledger: {total} entries, {len(hashes)} leaves, {waiting} waiting")
    return findings + _check_heads(uow, hashes)


def _check_heads(uow: UnitOfWork, hashes: list[bytes]) -> list[str]:
    """Walk the leaves once and compare the running root at every signed head's size."""
    findings: list[str] = []
    peaks: list[tuple[int, bytes]] = []
    at = 0
    for row in uow.session.scalars(select(HeadRow).order_by(HeadRow.size)):
        envelope = decode(row.envelope, Envelope)
        head = decode_payload(envelope, TREE_HEAD, TreeHead)
        try:
            envelope.check(uow.keys.centre.public)
        except MzError as error:
            findings.append(f"ledger: head {row.size}: {error.code}")
        if head.size != row.size or row.size > len(hashes):
            findings.append(f"ledger: head {row.size} does not fit the leaves")
            continue
        while at < head.size:
            _push(peaks, hashes[at])
            at += 1
        if _fold(peaks).hex() != head.root:
            findings.append(f"ledger: the root at size {head.size} is another")
    return findings


def _push(peaks: list[tuple[int, bytes]], value: bytes) -> None:
    level = 0
    while peaks and peaks[-1][0] == level:
        value, level = node_hash(peaks.pop()[1], value), level + 1
    peaks.append((level, value))


def _fold(peaks: list[tuple[int, bytes]]) -> bytes:
    if not peaks:
        return merkle_root([])
    value = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        value = node_hash(left, value)
    return value


def _size(uow: UnitOfWork) -> int:
    last = uow.session.scalar(select(func.max(LeafRow.index)))
    return 0 if last is None else last + 1


def _sign_head(uow: UnitOfWork, size: int, root: bytes) -> None:
    head = TreeHead(uow.settings.court.code, size, root.hex(), uow.now_ms)
    envelope = sign_envelope(uow.keys.centre, TREE_HEAD, head)
    uow.session.add(HeadRow(size=size, at_ms=uow.now_ms, envelope=msgspec.json.encode(envelope)))
