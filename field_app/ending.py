"""The end of an operation on this device: what it holds of it, and the value that people sign.

The exact bytes of a statement are kept before anybody reads its page, so that a kill between the
reading and the signing changes nothing. A statement that was made anew replaces the former one;
what was signed under that page is to be signed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

import msgspec

from field_app.acts import Acts
from field_app.device.identity import Identity
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.visit import ConfirmValueArgs, Ending, Stated, StateValueArgs
from field_app.papers.typeset import typeset
from field_app.papers.value import write_value
from field_app.spool.footage import Key
from field_app.spool.outbox import WAITING, ItemKind, KeptRecord
from field_app.spool.spool import Spool
from field_app.sync.session import Session
from schemas.field_api import OperationBrief
from schemas.integrity import (
    ChainAt,
    IntegrityStatement,
    OtherDevice,
    RecordAt,
    plain_code,
    qr_text,
    short_code,
    tail_of,
    value_of,
)
from schemas.media.fragment import Rendition
from schemas.media.head import decode_head
from schemas.problems import Kind, MzError
from schemas.records import (
    SIGNED_SOMEHOW,
    Attendee,
    FieldAct,
    IntegrityValue,
    OperationStep,
    SignedHow,
    Step,
)
from schemas.sign import sha256_hex
from schemas.time import now_ms

_BRIEF_MS = 1_000
"""A gap shorter than this is how fragments are cut, not something that was missed."""
_NOT_SHOWN = "现场没有出示"


class KeptStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exact bytes of the last statement of an operation, and its page."""

    raw: bytes
    paper: str


class Endings:
    """Reads spool and outbox; states and confirms the integrity value."""

    def __init__(self, identity: Identity, spool: Spool, session: Session, acts: Acts) -> None:
        self._identity, self._spool, self._session, self._acts = identity, spool, session, acts

    def read(self, operation: str) -> Ending:
        """Return what this device holds of an operation; `operation.unknown`."""
        brief = self._session.operation(operation)
        kept = self._spool.outbox.records(operation)
        steps = {
            one.record.body.step: one.record.body.at_ms
            for one in reversed(kept)
            if isinstance(one.record.body, OperationStep)
        }
        recorded = list(self._recorded(operation))
        arrived, withdrawn = steps.get(Step.ON_SCENE), steps.get(Step.WITHDRAWN)
        fragments, unsent = self._counted(operation)
        people = [(one.kind, one.name) for one in _people(kept) if one.attended]
        stated = self._stated(brief)
        return Ending(
            arrived, withdrawn, recorded, _missing(recorded, arrived, withdrawn or now_ms()),
            fragments, unsent, sum(one.state in WAITING for one in kept),
            self._refused(kept), sum(one.state is OutboxState.SET_ASIDE for one in kept),
            *_written(kept), people=list(dict.fromkeys(people)), stated=stated,
            confirmed=[
                short_code(value_of(one.record.body.statement))
                for one in kept
                if isinstance(one.record.body, IntegrityValue)
            ],
        )  # fmt: skip

    def state(self, args: StateValueArgs) -> Stated:
        """State the value as of now and typeset its page.

        Errors: `operation.unknown`, `integrity.no_code`.
        """
        brief = self._session.operation(args.operation)
        raw = msgspec.json.encode(self._statement(brief, args.others))
        paper = self._typeset(brief, raw)
        kept = KeptStatement(raw, paper)
        self._spool.facts.put(_fact(brief.operation), kept)
        return self._shown(brief, kept)

    def confirm(self, args: ConfirmValueArgs) -> OutboxItem:
        """Sign and keep the value with who signed its page.

        Errors: `operation.unknown`, `integrity.not_stated`, `exhibit.unknown`.
        """
        kept = self._spool.facts.get(_fact(args.operation), KeptStatement)
        if kept is None:
            raise MzError("integrity.not_stated", Kind.CONFLICT)
        body = IntegrityValue(kept.raw, kept.paper, args.attendees)

        def used(db: Connection) -> None:
            self._spool.facts.drop_in(db, _fact(args.operation))
            self._spool.drafts.drop_in(db, args.draft)

        return self._acts.integrity(args.operation, body, short_code(value_of(kept.raw)), used)

    def _statement(self, brief: OperationBrief, others: list[OtherDevice]) -> IntegrityStatement:
        kept = self._spool.outbox.records(brief.operation)
        pages = dict.fromkeys(
            ref.sha256 for one in kept for ref in one.record.exhibits if ref.kind == ItemKind.PAPER
        )
        return IntegrityStatement(
            brief.operation, self._identity.device, now_ms(), list(self._chains(brief.operation)),
            [RecordAt(one.record.record, _tag(one), one.sha256) for one in kept], list(pages),
            list(self._others(brief, others)),
        )  # fmt: skip

    def _others(self, brief: OperationBrief, told: list[OtherDevice]) -> Iterator[OtherDevice]:
        """Name everybody else of the crew: by the code of his own device, or why without."""
        mine = self._identity.officer.officer
        codes = {one.officer: one for one in told}
        for member in brief.crew:
            if member.officer == mine:
                continue
            said = codes.get(member.officer)
            code = plain_code(said.code) if said and said.code.strip() else ""
            if code is None:
                raise MzError("integrity.no_code", Kind.INVALID, member.officer)
            why = "" if code else (said.why.strip() if said else "") or _NOT_SHOWN
            yield OtherDevice(member.officer, member.name, code, why)

    def _chains(self, operation: str) -> Iterator[ChainAt]:
        for name in self._recordings(operation):
            heads = self._spool.footage.heads(name, Rendition.FULL)
            last = self._spool.footage.last(name, Rendition.FULL)
            if heads:
                yield ChainAt(name, heads[-1], last[0] if last else -1)

    def _recordings(self, operation: str) -> Iterator[str]:
        footage = self._spool.footage
        for name in footage.names():
            if self._spool.assigned.operation(name) == operation:
                yield name

    def _recorded(self, operation: str) -> Iterator[tuple[int, int]]:
        footage = self._spool.footage
        for name in self._recordings(operation):
            opening, last = footage.recording(name).opening, footage.last(name, Rendition.FULL)
            header = footage.header(Key(name, Rendition.FULL, last[0])) if last else None
            ended = header.wall_ms + opening.fragment_ms if header else opening.opened_wall_ms
            yield opening.opened_wall_ms, max(ended, opening.opened_wall_ms)

    def _counted(self, operation: str) -> tuple[int, int]:
        tallies = [self._spool.footage.tally.of(name) for name in self._recordings(operation)]
        return sum(one.recorded for one in tallies), sum(
            one.recorded - one.received for one in tallies
        )

    def _refused(self, kept: list[KeptRecord]) -> list[str]:
        """Return which of these records and their exhibits were refused, the newest first."""
        named = {ref.sha256 for one in kept for ref in one.record.exhibits}
        named |= {one.record.record for one in kept}
        return [item for item in self._spool.outbox.refused_items() if item in named]

    def _typeset(self, brief: OperationBrief, raw: bytes) -> str:
        enrolment = self._identity.court()[0]
        statement = msgspec.json.decode(raw, type=IntegrityStatement)
        paper = write_value(statement, raw, brief, enrolment.enrolled.court, enrolment.name)
        data, _pages = typeset(paper)
        self._spool.outbox.put_exhibit(data, paper.title, now_ms(), ItemKind.PAPER)
        return sha256_hex(data)

    def _stated(self, brief: OperationBrief) -> Stated | None:
        kept = self._spool.facts.get(_fact(brief.operation), KeptStatement)
        return self._shown(brief, kept) if kept else None

    def _shown(self, brief: OperationBrief, kept: KeptStatement) -> Stated:
        enrolment = self._identity.court()[0]
        statement = msgspec.json.decode(kept.raw, type=IntegrityStatement)
        value = value_of(kept.raw)
        paper = write_value(statement, kept.raw, brief, enrolment.enrolled.court, enrolment.name)
        tails = [tail_of(one, decode_head(one.head)) for one in statement.chains]
        return Stated(
            short_code(value), qr_text(value, brief.operation), kept.paper, paper.lines(),
            statement.at_ms, sum(one.last + 1 for one in statement.chains), sum(tails),
        )  # fmt: skip


def _fact(operation: str) -> str:
    return f"integrity/{operation}"


def _tag(one: KeptRecord) -> str:
    return str(type(one.record.body).__struct_config__.tag)


def _people(kept: list[KeptRecord]) -> list[Attendee]:
    return [
        person
        for one in kept
        if isinstance(one.record.body, FieldAct)
        for person in one.record.body.attendees
    ]


def _written(kept: list[KeptRecord]) -> tuple[int, int, int, int, list[str]]:
    """Return acts, photos, signatures, refusals, and who was there and has not signed."""
    acts = [one.record for one in kept if isinstance(one.record.body, FieldAct)]
    photos = {ref.sha256 for one in acts for ref in one.exhibits if ref.kind == ItemKind.PHOTO}
    people = _people(kept)
    signed = [one for one in people if one.signed in SIGNED_SOMEHOW]
    refused = [one for one in people if one.signed in (SignedHow.REFUSED, SignedHow.UNABLE)]
    unsigned = [one.name for one in people if one.attended and one.signed is SignedHow.NOT_YET]
    return len(acts), len(photos), len(signed), len(refused), list(dict.fromkeys(unsigned))


def _missing(
    recorded: list[tuple[int, int]], arrived_ms: int | None, until_ms: int
) -> list[tuple[int, int]]:
    """Return when nothing was recorded between arrival and the end."""
    if arrived_ms is None:
        return []
    missing, at_ms = [], arrived_ms
    for start, end in sorted(recorded):
        if start - at_ms >= _BRIEF_MS:
            missing.append((at_ms, min(start, until_ms)))
        at_ms = max(at_ms, end)
    if until_ms - at_ms >= _BRIEF_MS:
        missing.append((at_ms, until_ms))
    return [(start, end) for start, end in missing if start < end]
