"""Measures that the desk registers: one transaction with facts, period, log, ledger and notices.

The act is done already (the bank has frozen, the registry has sealed); the form says what the law
wants in it. Missing fields are refused here, since nobody stands at a scene; what the law lacks
otherwise is listed as defects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from command_center.cases.birth import born_on
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case, Party
from command_center.cases.service import case_view, filed_on, id_number_of
from command_center.cases.things import ThingView, thing_in
from command_center.cases.views import PartyView
from command_center.deadlines.clock import day_text
from command_center.deadlines.service import NewDeadline, begin
from command_center.measures import attachment, checks, columns, guards, period
from command_center.measures.brought import book_brought
from command_center.measures.execution import fact_row
from command_center.measures.models import DefectRow, MeasureRow
from command_center.measures.property import property_class
from command_center.measures.queue import stands
from command_center.measures.states import MeasureState
from command_center.measures.terms import add_term
from command_center.notices.changes import shown_name
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform import typed
from command_center.platform.masking import mask_long_numbers, mask_number
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.fields import (
    CONTROLLING,
    DATED,
    FIELDS,
    QUEUED,
    REGISTRABLE,
    Reading,
    wanted,
)
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PROPERTY_WORDS, PropertyKind
from schemas.money import yuan_text
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time


@dataclass(frozen=True)
class NewMeasure:
    """Message: a measure as the form holds it. `measure`: its id, made by the form, so that the
    same form sent twice is one measure. facts: by name of field, as typed."""

    measure: str
    case: str
    kind: str
    over: str
    subject: str
    executed: str
    place: str = ""
    value: str = ""
    control_from: str = ""
    control_to: str = ""
    waits_for: str = ""
    thing: str = ""
    target: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Read:
    """The form, read: kinds, facts in their stored form, secrets apart."""

    kind: MeasureKind
    over: PropertyKind
    facts: dict[str, str]
    secrets: dict[str, str]
    executed_ms: int
    term: period.Period | None
    thing: ThingView | None


def register_measure(uow: UnitOfWork, principal: Principal, message: NewMeasure) -> str:
    """Register an executed measure and all that the law ties to it; return its id.

    Errors: `case.unknown`, `measure.not_registrable`, `measure.field_missing`, `form.*`,
    `measure.executed_ahead`, `measure.before_case`, `measure.dates_wanted`,
    `measure.ended_before_act`, `measure.no_debtor`,
    `measure.which_debtor`, `measure.minor`,
    `measure.age_unknown`, `measure.holder_differs`, `measure.unknown` (waits for none),
    `measure.waits_for_another`, `measure.not_in_force` (what it waits for has ended),
    `thing.unknown`.
    """
    principal.require("measure:register")
    if not columns.is_id(message.measure):
        raise MzError("id.malformed", Kind.INVALID, message.measure[:40])
    if uow.session.get(MeasureRow, message.measure) is not None:
        return message.measure
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    made = _read(uow, message)
    debtor = _debtor(uow, message)
    id_number = id_number_of(uow, debtor.id)
    guards.check_minor(
        made.kind, is_person=debtor.is_person,
        born=born_on(uow, uow.session.get_one(Party, debtor.id)),
        day=court_time(made.executed_ms).date(), override=made.facts.get("override", ""),
    )  # fmt: skip
    guards.check_holder(
        made.secrets.get("holder_id", ""), id_number, made.facts.get("holder_confirmed", "")
    )
    row = _row(uow, principal, message, made, debtor)
    uow.session.add(row)
    uow.session.flush()
    _add_facts(uow, row, made)
    if made.term is not None:
        add_term(uow, row, 1, made.term, (message.control_from, message.control_to))
    uow.session.flush()
    defects = _defects(uow, row, made, debtor)
    _add_defects(uow, row, defects)
    _announce(uow, principal, row, made, defects)
    return row.measure


def _read(uow: UnitOfWork, message: NewMeasure) -> _Read:
    if message.kind not in MeasureKind.__members__ or message.over not in PropertyKind.__members__:
        raise MzError("measure.not_registrable", Kind.INVALID, message.kind[:40])
    kind, over = MeasureKind(message.kind), PropertyKind(message.over)
    if over not in REGISTRABLE.get(kind, ()):
        raise MzError("measure.not_registrable", Kind.INVALID, f"{kind} over {over}")
    facts, secrets = _read_facts(kind, over, message.facts)
    executed_ms = typed.moment(message.executed)
    if executed_ms > uow.now_ms:
        raise MzError("measure.executed_ahead", Kind.INVALID, message.executed[:20])
    _check_filed(uow, message.case, kind, executed_ms)
    term = _term(kind, over, message, executed_ms)
    thing = thing_in(uow, message.case, message.thing) if message.thing else None
    return _Read(kind, over, facts, secrets, executed_ms, term, thing)


def _check_filed(uow: UnitOfWork, case: str, kind: MeasureKind, executed_ms: int) -> None:
    """Before a case is filed property may be held, for the suit; nothing else is enforced."""
    early = court_time(executed_ms).date() < filed_on(uow, case)
    if early and kind not in CONTROLLING and kind not in QUEUED:
        raise MzError("measure.before_case", Kind.INVALID, court_time(executed_ms).isoformat())


def _read_facts(
    kind: MeasureKind, over: PropertyKind, typed_in: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    fields = wanted(kind, over)
    facts: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for name in (*fields.required, *fields.optional):
        text = typed.line(typed_in.get(name, ""))
        if not text:
            if name in fields.required:
                raise MzError("measure.field_missing", Kind.INVALID, name)
            continue
        match FIELDS[name].reading:
            case Reading.MONEY:
                facts[name] = str(typed.fen(text))
            case Reading.WHOLE:
                facts[name] = str(typed.whole(text))
            case Reading.SECRET:
                secrets[name] = typed.number(text)
                facts[name] = mask_number(secrets[name])
            case _:
                facts[name] = mask_long_numbers(text)
    return facts, secrets


def _term(
    kind: MeasureKind, over: PropertyKind, message: NewMeasure, executed_ms: int
) -> period.Period | None:
    """The dates of the paper; without them a suggestion where a ceiling says one."""
    paper = period.read_paper(message.control_from, message.control_to)
    if paper.unreadable:
        raise MzError("form.day_malformed", Kind.INVALID, message.control_to[:20])
    if paper.end is not None and (paper.start is None or paper.end < paper.start):
        raise MzError("measure.dates_wanted", Kind.INVALID, kind)
    if paper.end is not None and paper.end < court_time(executed_ms).date():
        raise MzError("measure.ended_before_act", Kind.INVALID, message.control_to[:20])
    if kind in DATED:
        if paper.start is None or paper.end is None:
            raise MzError("measure.dates_wanted", Kind.INVALID, kind)
        return period.Period(paper.start, paper.end, suggested=False)
    if kind in CONTROLLING:
        return period.settle(paper, court_time(executed_ms).date(), property_class(over))
    return None


def _debtor(uow: UnitOfWork, message: NewMeasure) -> PartyView:
    """Return whom the measure is against: of several debtors the form names one."""
    debtors = [one for one in case_view(uow, message.case).parties if one.role == "DEBTOR"]
    named = [one for one in debtors if one.id == message.target] if message.target else debtors
    if not named:
        raise MzError("measure.no_debtor", Kind.INVALID, message.case)
    if len(named) > 1:
        raise MzError("measure.which_debtor", Kind.INVALID, message.case)
    return named[0]


def _row(
    uow: UnitOfWork, principal: Principal, message: NewMeasure, made: _Read, debtor: PartyView
) -> MeasureRow:
    value = made.facts.get("amount_fen") or made.facts.get("asked_fen")
    if value is None and message.value.strip():
        value = str(typed.fen(message.value))
    _check_waited_for(uow, message, made)
    position = made.facts.get("queue_position")
    return MeasureRow(
        measure=message.measure, kind=made.kind, property_kind=made.over, state=_state(made.kind),
        case=message.case, officer=principal.id, subject=_subject(message, made, debtor),
        place=mask_long_numbers(typed.line(message.place)), custodian="", storage_place="",
        note="", value_fen=int(value) if value else None, target=debtor.id,
        thing=made.thing.thing if made.thing else None,
        waits_for=message.waits_for or None, queue_position=int(position) if position else None,
        started_ms=made.executed_ms, executed_ms=made.executed_ms, received_ms=uow.now_ms,
    )  # fmt: skip


def _check_waited_for(uow: UnitOfWork, message: NewMeasure, made: _Read) -> None:
    """What is queued waits for a measure of ours that stands, over property of the same kind."""
    if not message.waits_for:
        return
    first = uow.session.get(MeasureRow, message.waits_for)
    if first is None:
        raise MzError("measure.unknown", Kind.NOT_FOUND, message.waits_for[:40])
    if made.kind not in QUEUED or first.property_kind != made.over:
        raise MzError("measure.waits_for_another", Kind.INVALID, first.property_kind)
    if not stands(uow, first.measure):
        raise MzError("measure.not_in_force", Kind.CONFLICT, first.state)


def _state(kind: MeasureKind) -> MeasureState:
    if kind in QUEUED:
        return MeasureState.QUEUED
    return MeasureState.IN_FORCE if kind in CONTROLLING or kind in DATED else MeasureState.EXECUTED


def _subject(message: NewMeasure, made: _Read, debtor: PartyView) -> str:
    """What is taken hold of, in words that may be told: an account shows its last four only; an act
    against a person names him, masked."""
    given = mask_long_numbers(typed.line(message.subject, 200))
    if made.over in (PropertyKind.DEPOSIT, PropertyKind.PAYMENT_ACCOUNT):
        tail = made.secrets["account"][-4:]
        amount = yuan_text(int(made.facts["amount_fen"]))
        return given or f"{made.facts['assisting_unit']}尾号{tail}账户存款{amount}"
    if made.kind is MeasureKind.FINE:
        return given or yuan_text(int(made.facts["fine_fen"]))
    if made.over is PropertyKind.NONE:
        return given or shown_name(debtor.name, debtor.is_person)
    return given or PROPERTY_WORDS[made.over][0]


def _add_facts(uow: UnitOfWork, row: MeasureRow, made: _Read) -> None:
    for name, value in made.facts.items():
        uow.session.add(fact_row(uow, row.measure, name, value, made.secrets.get(name)))


def _defects(uow: UnitOfWork, row: MeasureRow, made: _Read, debtor: PartyView) -> list[Defect]:
    return checks.find_defects(
        checks.Registered(
            made.kind, made.over, made.facts, made.term, debtor.is_person,
            attachment.controlled_fen(uow, row.case), attachment.owed_fen(uow, row.case),
            uow.settings.court.over_attachment_percent,
            flags=frozenset(made.thing.flags if made.thing is not None else ()),
            before_filing=court_time(made.executed_ms).date() < filed_on(uow, row.case),
        )
    )  # fmt: skip


def _add_defects(uow: UnitOfWork, row: MeasureRow, defects: list[Defect]) -> None:
    uow.session.add_all(
        DefectRow(measure=row.measure, position=position, code=one.code, text=one.text, law=one.law)
        for position, one in enumerate(defects)
    )


def _announce(
    uow: UnitOfWork, principal: Principal, row: MeasureRow, made: _Read, defects: list[Defect]
) -> None:
    """Log, ledger, event and both parties' notices; a third person's claim starts his clock."""
    kind, told = made.kind, period.told(made.kind, made.term)
    digest = sha256_hex(repr(sorted(made.facts.items())).encode())
    refs = {"case": row.case}
    uow.ledger("case:measure:executed", principal.id, row.measure, digest, refs)
    zh = f"{kind.zh}{row.subject}" + (f"，期限至{told['until']}" if made.term else "")
    append_log(
        uow,
        LogLine(row.case, row.executed_ms, kind, zh, principal.name, row.place,
                subject=row.measure),
    )  # fmt: skip
    uow.emit("MeasureExecuted", f"已登记{zh}", f"Registered: {kind.en}, {row.subject}",
             case=row.case, subject=row.measure, level="warn" if defects else "info")  # fmt: skip
    at = court_time(row.executed_ms)
    facts = {"when": f"{day_text(at.date())}{at.hour}时{at.minute:02d}分", "measure": kind.zh,
             "what": row.subject, **told}  # fmt: skip
    queue_notices(uow, NodeEvent(
        Purpose.MEASURE_EXECUTED, row.measure, row.case, facts, against=row.target or ""
    ))  # fmt: skip
    book_brought(uow, principal, kind, row.measure, row.case, row.executed_ms, made.facts)
    if kind is MeasureKind.THIRD_PARTY_CLAIM:
        day = at.date().isoformat()
        begin(uow, principal, NewDeadline(row.case, "third_debt_reply", day, row.subject))
