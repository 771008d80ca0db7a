"""The audit: what the centre keeps, reconciled; an unexplained difference is a finding."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from command_center.footage.feed import load_ranges
from command_center.footage.models import (
    FootageFinding,
    RecordingRow,
    RenditionRow,
    StoredExhibit,
    TalkRow,
)
from command_center.ledger.service import any_waiting, check_ledger, newest_head
from command_center.measures.models import MeasureRow, RecordRow
from command_center.measures.owed import notices_owed
from command_center.measures.receipts import receipt_of
from command_center.notices.models import NoticeRow
from command_center.operations.models import MarkerRow
from command_center.platform import event_log, outbox
from command_center.platform.database import Database
from command_center.platform.journal import EntryRow
from command_center.platform.outbox_rows import JobRow, JobState
from command_center.platform.uow import UnitOfWork
from schemas import ranges

OVERDUE_MS = 10 * 60_000


class AuditReport(msgspec.Struct, frozen=True):
    """`ok` when there are no findings; each finding is a sentence with ids only."""

    ok: bool
    findings: list[str]
    counts: dict[str, int]


def run_audit(database: Database) -> AuditReport:
    """Check ledger, notices, outbox and the recordings' index. Reads only."""
    findings: list[str] = []
    checks = (
        check_ledger, check_records, check_markers, check_notices, check_outbox, check_recordings,
        check_talk,
    )  # fmt: skip
    for check in checks:
        findings += database.read(check)
    return AuditReport(not findings, findings, database.read(_counts))


def check_records(uow: UnitOfWork) -> list[str]:
    """Every field record has its ledger entry with the digest of its bytes."""
    held = (EntryRow.subject == RecordRow.record) & (EntryRow.digest == RecordRow.payload_sha256)
    query = select(RecordRow.record).outerjoin(EntryRow, held).where(EntryRow.entry.is_(None))
    return [
        f"record {record}: no ledger entry holds its digest"
        for record in uow.session.scalars(query)
    ]


def check_talk(uow: UnitOfWork) -> list[str]:
    """Every burst of talk has its sound in a relay's vault."""
    query = (
        select(TalkRow.burst)
        .outerjoin(StoredExhibit, StoredExhibit.sha256 == TalkRow.sha256)
        .where(StoredExhibit.sha256.is_(None))
    )
    return [f"talk {burst}: no relay holds its sound" for burst in uow.session.scalars(query)]


def check_markers(uow: UnitOfWork) -> list[str]:
    """Every marker record that was taken up has its marker."""
    rows = uow.session.scalars(
        select(RecordRow)
        .outerjoin(MarkerRow, MarkerRow.id == RecordRow.record)
        .where(RecordRow.kind == "marker", MarkerRow.id.is_(None))
    )
    return [
        f"record {row.record}: its marker is missing"
        for row in rows
        if not receipt_of(uow, row).defects
    ]


def check_notices(uow: UnitOfWork) -> list[str]:
    """Every executed measure has a notice for each of both parties."""
    told = set(uow.session.execute(select(NoticeRow.node, NoticeRow.party)).all())
    return [
        f"measure {measure}: no notice for party {party}"
        for measure, node, party, _role in notices_owed(uow)
        if (node, party) not in told
    ]


def check_outbox(uow: UnitOfWork) -> list[str]:
    """No job failed for good, none is long overdue, and every unsent notice has its job."""
    findings = [
        f"outbox {row.id}: {row.kind} failed for good ({row.error})"
        for row in uow.session.scalars(select(JobRow).where(JobRow.state == JobState.FAILED))
    ]
    late = select(JobRow).where(
        JobRow.state == JobState.PENDING, JobRow.due_ms < uow.now_ms - OVERDUE_MS
    )
    findings += [f"outbox {row.id}: {row.kind} is overdue" for row in uow.session.scalars(late)]
    jobs = set(uow.session.scalars(select(JobRow.key).where(JobRow.state == JobState.PENDING)))
    unsent = select(NoticeRow.notice).where(
        NoticeRow.state.in_(("QUEUED", "SENDING", "TEMP_FAIL")), NoticeRow.channel == "SMS"
    )
    findings += [
        f"notice {notice}: waits to be sent, but no job does it"
        for notice in uow.session.scalars(unsent)
        if notice not in jobs
    ]
    return findings


def check_recordings(uow: UnitOfWork) -> list[str]:
    """What ended is archived whole; nothing is broken, doubled, or named but unknown."""
    findings = []
    query = select(RenditionRow).where(RenditionRow.ended.is_(True), RenditionRow.last >= 0)
    for row in uow.session.scalars(query):
        gaps = ranges.missing(load_ranges(row.archived), 0, row.last or 0)
        if gaps:
            findings.append(f"recording {row.recording}/{row.rendition}: not archived {gaps}")
    findings += [
        f"recording {row.recording}/{row.rendition}: {row.code} at {row.number}"
        for row in uow.session.scalars(select(FootageFinding))
    ]
    known = set(uow.session.scalars(select(RecordingRow.id)))
    named = select(MeasureRow.measure, MeasureRow.footage_recording).where(
        MeasureRow.footage_recording.is_not(None)
    )
    findings += [
        f"measure {measure}: names recording {recording}, which no relay reported"
        for measure, recording in uow.session.execute(named)
        if recording not in known
    ]
    return findings


def _counts(uow: UnitOfWork) -> dict[str, int]:
    def rows(table: type) -> int:
        return int(uow.session.scalar(select(func.count()).select_from(table)) or 0)

    jobs, head = outbox.counts(uow), newest_head(uow)
    return {
        "ledger_entries": rows(EntryRow),
        "ledger_size": head.size if head else 0,
        "ledger_waiting": int(any_waiting(uow)),
        "events": event_log.count(uow.session),
        "records": rows(RecordRow),
        "measures": rows(MeasureRow),
        "notices": rows(NoticeRow),
        "recordings": rows(RecordingRow),
        "outbox_pending": jobs.pending,
        "outbox_done": jobs.done,
        "outbox_failed": jobs.failed,
    }
