"""The centre's part of an evidence package (Bundle): facts, records, keys, ledger proofs."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from command_center.access.views import note_view
from command_center.cases.service import case_view
from command_center.devices.contact import certificates_of
from command_center.devices.service import revocations
from command_center.devices.tickets import EXPORT_MS, sign_ticket
from command_center.footage.derive import copies_of
from command_center.footage.faults import presiding_officers
from command_center.footage.imports import originals_of
from command_center.footage.models import RecordingRow, RenditionRow, StoredExhibit
from command_center.footage.openings import opened_to, openings_of
from command_center.footage.paper_evidence import acknowledged_of, papers_of
from command_center.footage.private import intervals_of
from command_center.footage.private_exhibits import look_at_exhibits, private_exhibits
from command_center.footage.proof import unseen_by_device
from command_center.footage.second_keys import second_keys_of
from command_center.footage.talk import sounds_of, statements_of
from command_center.footage.views import ExportPass
from command_center.ledger.service import inclusions
from command_center.measures.models import ExhibitRow, MeasureRow, RecordRow
from command_center.operations.service import operation_times
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bundle import (
    FACTS,
    BundleFacts,
    BundleRequest,
    FootageFact,
    PrivateFact,
    PrivateOpening,
    UnseenCounters,
)
from schemas.ids import new_id
from schemas.sign import sha256_hex, sign_envelope
from schemas.ticket import Act


def request_bundle(uow: UnitOfWork, principal: Principal, operation: str) -> ExportPass:
    """Return an export ticket and the request to post to the relay. A write verb: it is logged.

    Errors: `operation.unknown`, `ledger.not_sequenced` (ask again within a second).
    """
    principal.require("recording:export")
    case, arrived_ms, withdrawn_ms = operation_times(uow, operation)
    recordings, records, measures = _rows(uow, operation)
    named = _named(uow, operation, recordings, records)
    private = private_exhibits(uow, operation)
    taken = {sha256: private[sha256] for sha256 in named & private.keys()}
    opened_exhibits, term_ms = look_at_exhibits(uow, principal, taken, EXPORT_MS)
    closed = taken.keys() - set(opened_exhibits)
    exhibits = sorted(named - closed)
    copies = copies_of(uow, [recording.id for recording in recordings])
    papers, paper_files = papers_of(uow, case)
    acknowledged, texts = acknowledged_of(uow, measures)
    seconds = second_keys_of(uow, operation)
    facts = BundleFacts(
        new_id(), uow.settings.court.name, case, case_view(uow, case).number, operation,
        arrived_ms, withdrawn_ms, _footage(uow, recordings),
        [record.record for record in records], exhibits, sorted(measures), uow.now_ms,
        presiding_officers(uow, operation), _unseen(uow, recordings), _private(uow, operation),
        statements_of(uow, operation), sorted(closed), [made for _, made in copies],
        papers, acknowledged, seconds,
    )  # fmt: skip
    subjects = [*(recording.id for recording in recordings), *facts.records, *facts.measures]
    subjects += sorted({derivation for derivation, _ in copies})
    subjects += [*(one.paper for one in papers), *(one.notice for one in acknowledged)]
    files = _files(uow, facts, recordings, records, subjects) | paper_files | texts
    request = BundleRequest(
        facts.bundle, files, [recording.id for recording in recordings], exhibits
    )
    opened, term_ms = opened_to(uow, principal, recordings, term_ms)
    ticket, until_ms = sign_ticket(
        uow, Act.EXPORT, principal.id, term_ms, recordings=request.recordings,
        exhibits=request.exhibits, opened=opened, opened_exhibits=opened_exhibits,
    )  # fmt: skip
    note_view(uow, principal, "bundle", facts.bundle, case)
    uow.ledger("bundle:package:requested", principal.id, facts.bundle,
               sha256_hex(files["facts.json"]), {"operation": operation, "case": case})  # fmt: skip
    return ExportPass(
        ticket, until_ms, uow.settings.relay.http_url, msgspec.Raw(msgspec.json.encode(request))
    )


def _rows(uow: UnitOfWork, operation: str) -> tuple[list[RecordingRow], list[RecordRow], list[str]]:
    """Return recordings, records and measures of an operation."""
    recordings = select(RecordingRow).where(RecordingRow.operation == operation)
    records = select(RecordRow).where(RecordRow.operation == operation)
    measures = select(MeasureRow.measure).where(MeasureRow.operation == operation)
    return (
        list(uow.session.scalars(recordings.order_by(RecordingRow.counter))),
        list(uow.session.scalars(records.order_by(RecordRow.record))),
        list(uow.session.scalars(measures)),
    )


def _named(
    uow: UnitOfWork, operation: str, recordings: list[RecordingRow], records: list[RecordRow]
) -> set[str]:
    """Return the digests of the exhibits that records, talk and imports name and a relay holds."""
    of_records = (
        select(ExhibitRow.sha256)
        .join(StoredExhibit, StoredExhibit.sha256 == ExhibitRow.sha256)
        .where(ExhibitRow.record.in_([record.record for record in records]))
    )
    return {
        *uow.session.scalars(of_records),
        *sounds_of(uow, operation),
        *originals_of(uow, [recording.id for recording in recordings]),
    }


def _footage(uow: UnitOfWork, recordings: list[RecordingRow]) -> list[FootageFact]:
    facts: list[FootageFact] = []
    for recording in recordings:
        query = select(RenditionRow).where(RenditionRow.recording == recording.id)
        facts += [
            FootageFact(recording.id, recording.device, row.rendition, row.last, row.ended)
            for row in uow.session.scalars(query.order_by(RenditionRow.rendition))
        ]
    return facts


def _unseen(uow: UnitOfWork, recordings: list[RecordingRow]) -> list[UnseenCounters]:
    return [
        UnseenCounters(device, first, last)
        for device, found in unseen_by_device(uow, recordings).items()
        for first, last in found
    ]


def _private(uow: UnitOfWork, operation: str) -> list[PrivateFact]:
    """Return the private intervals and who opened them to whom; names, as a court's paper has."""
    openings: dict[str, list[PrivateOpening]] = {}
    for one in reversed(openings_of(uow, operation)):
        if one.until_ms is not None and one.answered_ms is not None:
            openings.setdefault(one.interval, []).append(
                PrivateOpening(
                    one.asked_by_name, one.answered_by_name, one.viewer_name, one.reason,
                    one.answered_ms, one.until_ms,
                )
            )  # fmt: skip
    return [
        PrivateFact(
            one.interval, one.device, one.officer_name, one.from_ms, one.to_ms,
            openings.get(one.interval, []),
        )
        for one in intervals_of(uow, operation)
    ]  # fmt: skip


def _files(
    uow: UnitOfWork,
    facts: BundleFacts,
    recordings: list[RecordingRow],
    records: list[RecordRow],
    subjects: list[str],
) -> dict[str, bytes]:
    devices = sorted({row.device for row in recordings} | {row.device for row in records})
    certificates = [*uow.keys.certificates, *certificates_of(uow, devices)]
    head, proofs = inclusions(uow, subjects, ((one.device, one.key) for one in facts.seconds))
    files = {
        "keys/certificates.json": msgspec.json.encode(certificates),
        "keys/revocations.json": msgspec.json.encode(revocations(uow)),
        "facts.json": msgspec.json.encode(sign_envelope(uow.keys.centre, FACTS, facts)),
        "ledger/head.json": msgspec.json.encode(head.envelope),
        "ledger/inclusions.json": msgspec.json.encode(proofs),
    }
    for record in records:
        files[f"records/{record.record}.json"] = record.envelope
    return files
