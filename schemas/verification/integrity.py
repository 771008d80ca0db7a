"""Integrity values that people signed: computed again, and held against what the package holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas import integrity, records
from schemas.media import head
from schemas.media.fragment import Rendition
from schemas.problems import MzError
from schemas.time import clock_text
from schemas.verification import layout
from schemas.verification.evidence import Evidence, Stream
from schemas.verification.report import Sentence, Step
from schemas.verification.sentences import finding, remark


class Stated(NamedTuple):
    """A record, its body, and what it states."""

    record: records.FieldRecord
    body: records.IntegrityValue
    statement: integrity.IntegrityStatement


def stated_numbers(evidence: Evidence) -> dict[str, set[int]]:
    """Return the fragments, by recording, whose links the values speak of; nothing is checked."""
    found: dict[str, set[int]] = {}
    for one in _values(evidence):
        for chain in one.statement.chains:
            try:
                found.setdefault(chain.recording, set()).add(head.decode_head(chain.head).number)
            except MzError:
                continue  # step 7 tells it
    return found


def check(evidence: Evidence, step: Step) -> None:
    """Hold every value against recordings and records of the package; tell who signed it."""
    held = _records(evidence)
    for record, body, statement in _values(evidence):
        before = len(step.findings)
        if (statement.device, statement.operation) != (record.device, record.operation):
            step.found(finding("exhibits.value_foreign", record=record.record))
            continue
        for chain in statement.chains:
            _check_chain(evidence, record, chain, step)
        for one in statement.records:
            if one.record not in held:
                step.found(
                    finding("exhibits.value_record_absent", record=record.record, other=one.record)
                )
            elif held[one.record] != one.sha256:
                step.found(
                    finding("exhibits.value_record_differs", record=record.record, other=one.record)
                )
        if len(step.findings) == before:
            step.remarks += _told(body, statement)


def _check_chain(
    evidence: Evidence, record: records.FieldRecord, chain: integrity.ChainAt, step: Step
) -> None:
    opened = evidence.opening(chain.recording)
    public = evidence.stated_public(opened.device_key) if opened else None
    stream = _stream(evidence, chain.recording)
    if opened is None or public is None or stream is None:
        step.found(
            finding("exhibits.value_no_recording", record=record.record, recording=chain.recording)
        )
        return
    try:
        stated = chain.check(public)
    except MzError:
        step.found(
            finding("exhibits.value_head_bad", record=record.record, recording=chain.recording)
        )
        return
    if stated.number == head.NO_FRAGMENT or not stream.sound:
        return
    link = stream.links.get(stated.number)
    facts: dict[str, Any] = {"recording": chain.recording, "number": stated.number}
    if link is None:
        step.remarks.append(remark("exhibits.value_not_here", record=record.record, **facts))
    elif link != stated.link:
        step.found(finding("exhibits.value_link_differs", record=record.record, **facts))


def _told(
    body: records.IntegrityValue, statement: integrity.IntegrityStatement
) -> Iterator[Sentence]:
    signed = [one for one in body.attendees if one.signed in records.SIGNED_SOMEHOW]
    refused = [one for one in body.attendees if one.signed is records.SignedHow.REFUSED]
    yield remark(
        "exhibits.value_matches",
        value=integrity.short_code(integrity.value_of(body.statement)),
        at=clock_text(statement.at_ms),
        chains=len(statement.chains),
        records=len(statement.records),
        signed=len(signed),
        refused=len(refused),
    )
    for chain in statement.chains:
        tail = integrity.tail_of(chain, head.decode_head(chain.head))
        if tail:
            yield remark("exhibits.value_tail", recording=chain.recording, count=tail)
    for other in statement.others:
        if other.code:
            value = integrity.short_code(other.code)
            yield remark("exhibits.value_other", name=other.name, value=value)
        else:
            yield remark("exhibits.value_absent", name=other.name, why=other.why)


def _values(evidence: Evidence) -> Iterator[Stated]:
    """Yield the readable values. One that is not is a defect, and there is nothing to compare."""
    for path in layout.records(evidence.package).values():
        record = evidence.record(path)
        if record is None or not isinstance(record.body, records.IntegrityValue):
            continue
        try:
            yield Stated(record, record.body, integrity.read_statement(record.body.statement))
        except MzError:
            continue


def _records(evidence: Evidence) -> dict[str, str]:
    """Return the digest of each record's payload, by record."""
    found = {}
    for record, path in layout.records(evidence.package).items():
        if evidence.package.sound(path):
            try:
                found[record] = evidence.envelope(path).payload_sha256()
            except MzError:
                continue  # step 4 has said so
    return found


def _stream(evidence: Evidence, recording: str) -> Stream | None:
    for each in evidence.streams:
        if (each.path.recording, each.path.rendition) == (recording, Rendition.FULL):
            return each
    return None
