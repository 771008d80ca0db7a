"""Verbs of objections: receive, register, decide, serve the ruling; each moves its clocks.

With each step go the log, the ledger, the event and the clocks of DOMAIN §2.3; both parties and
whoever objected are told of registration and ruling in the same transaction (S-18).
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.access.permissions import Role
from command_center.cases.links import link_case
from command_center.cases.log import LogLine, append_log, moment_of
from command_center.cases.models import Case, CaseOfficer, Party
from command_center.cases.number import full_width, parse_number
from command_center.cases.service import filed_on, find_case
from command_center.cases.words import BOTH_PARTIES
from command_center.deadlines.clock import day_text
from command_center.deadlines.reckoning import today
from command_center.notices.changes import shown_name
from command_center.notices.service import NodeEvent, queue_notices, queue_sms
from command_center.notices.templates import Purpose
from command_center.objections.clocks import begin_clock, finish_clocks
from command_center.objections.models import ObjectionRow, ObjectionStep, ObjectionSubject
from command_center.objections.words import (
    KINDS,
    RECONSIDER,
    THIRD_PERSONS,
    ObjectionKind,
    clock_after,
)
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

_JUDGES = (Role.JUDGE, Role.PANEL)
_LONGEST = 200


@dataclass(frozen=True)
class Subject:
    """A measure or a property that an objection names, and its words; since: the day on which the
    measure was carried out."""

    text: str
    measure: str | None = None
    thing: str | None = None
    since: dt.date | None = None


@dataclass(frozen=True)
class NewObjection:
    """Message: what a party objects to, received in writing on a day. `objection`: its id, made by
    the form; `against`: the objection whose ruling is to be reconsidered; subjects: of the case, as
    whoever knows measures made sure (`measures.objected`)."""

    objection: str
    case: str
    kind: str
    party: str
    matter: str
    day: str
    against: str = ""
    subjects: tuple[Subject, ...] = ()


@dataclass(frozen=True)
class Decision:
    """Message: how an objection ended; judge: who presided over the panel."""

    objection: str
    outcome: str
    day: str
    reason: str
    ruling: str
    judge: str


def receive_objection(uow: UnitOfWork, principal: Principal, message: NewObjection) -> str:
    """Record a written objection and start its clocks; the same one again changes nothing.

    Errors: `id.malformed`, `case.unknown`, `objection.unknown_kind`, `party.unknown`,
    `party.left`, `objection.no_third_person`, `objection.nothing_to_reconsider`,
    `objection.no_matter`, `objection.names_ruling` (reconsideration is asked of a ruling alone),
    `objection.day` (before filing, or before the ruling to be reconsidered),
    `objection.before_subject`, `form.day_malformed`.
    """
    principal.require("case:keep")
    id_bytes(message.objection)
    if uow.session.get(ObjectionRow, message.objection) is not None:
        return message.objection
    case = uow.session.get(Case, message.case)
    if case is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if message.kind not in KINDS:
        raise MzError("objection.unknown_kind", Kind.INVALID, message.kind[:40])
    kind, party = KINDS[message.kind], _party(uow, case.id, message.party)
    if message.kind == "THIRD_PARTY" and party.role not in THIRD_PERSONS:
        raise MzError("objection.no_third_person", Kind.INVALID, party.role)
    against = _against(uow, message)
    matter = typed.line(message.matter, _LONGEST)
    day = _day(uow, message.day, max(filed_on(uow, case.id).isoformat(), _ruled_on(uow, against)))
    if not matter:
        raise MzError("objection.no_matter", Kind.INVALID)
    if against is not None and message.subjects:
        raise MzError("objection.names_ruling", Kind.INVALID)
    if any(one.since is not None and day < one.since for one in message.subjects):
        raise MzError("objection.before_subject", Kind.INVALID, day.isoformat())
    row = ObjectionRow(
        objection=message.objection, case=case.id, kind=message.kind, party=party.id,
        against=against, matter=matter, received_day=day.isoformat(), recorded_by=principal.id,
        recorded_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    uow.session.add_all(
        ObjectionSubject(objection=row.objection, number=number, measure=one.measure,
                         thing=one.thing)
        for number, one in enumerate(message.subjects, 1)
    )  # fmt: skip
    for rule in filter(None, (kind.register, kind.decide)):
        begin_clock(uow, principal, row, rule, row.received_day)
    if against is not None:
        asked = uow.session.get_one(ObjectionRow, against)
        finish_clocks(uow, principal, asked, RECONSIDER, day, kind.zh, party.id)
    named = "、".join(one.text for one in message.subjects)
    text = f"收到{kind.zh}：{party.name}，{matter}" + (f"（针对：{named}）" if named else "")
    _write(uow, principal, row, day, text, f"Received: {kind.en}", "Received")
    return row.objection


def register_objection(
    uow: UnitOfWork, principal: Principal, objection: str, day: str, number: str
) -> None:
    """Record under which number it was filed; a case of ours by that number is linked.

    Errors: `objection.unknown`, `objection.step`, `objection.day`, `form.day_malformed`,
    `case.number_malformed`.
    """
    row, steps = _row(uow, principal, objection)
    if steps:
        raise MzError("objection.step", Kind.CONFLICT, steps[-1].act)
    at, named = _day(uow, day, row.received_day), parse_number(number).text
    kind = KINDS[row.kind]
    _step(uow, principal, row, ObjectionStep(act="REGISTERED", day=at.isoformat(), paper=named))
    finish_clocks(uow, principal, row, kind.register, at, named)
    there = find_case(uow, number)
    if there is not None and there != row.case:
        link = "RECONSIDERATION" if row.kind == "RECONSIDERATION" else "OBJECTION"
        link_case(uow, principal, row.case, number, link)
    shown = full_width(named)
    _write(uow, principal, row, at, f"{kind.zh}立案审查：{_who(uow, row)}，案号{shown}",
           f"Registered: {kind.en}", "Registered")  # fmt: skip
    _tell(uow, row, Purpose.OBJECTION_REGISTERED, "registered",
          {"when": day_text(at), "number": shown})  # fmt: skip


def decide_objection(uow: UnitOfWork, principal: Principal, message: Decision) -> None:
    """Record the ruling; nobody who works the case presides over the review (异议复议规定 11).

    Errors: `objection.unknown`, `objection.step`, `objection.unknown_outcome`,
    `objection.no_reason`, `objection.no_ruling`, `objection.judge`, `objection.own_case`,
    `objection.day`, `form.day_malformed`.
    """
    row, steps = _row(uow, principal, message.objection)
    if any(step.act == "DECIDED" for step in steps):
        raise MzError("objection.step", Kind.CONFLICT, "DECIDED")
    kind = KINDS[row.kind]
    if message.outcome not in kind.outcomes:
        raise MzError("objection.unknown_outcome", Kind.INVALID, message.outcome[:40])
    at = _day(uow, message.day, steps[-1].day if steps else row.received_day)
    reason, ruling = typed.line(message.reason, _LONGEST), typed.line(message.ruling, _LONGEST)
    if not reason:
        raise MzError("objection.no_reason", Kind.INVALID)
    if not ruling:
        raise MzError("objection.no_ruling", Kind.INVALID)
    _check_judge(uow, row, message.judge)
    _step(uow, principal, row, ObjectionStep(
        act="DECIDED", day=at.isoformat(), paper=ruling, outcome=message.outcome, reason=reason,
        judge=message.judge,
    ))  # fmt: skip
    for rule in (kind.register, kind.decide):
        finish_clocks(uow, principal, row, rule, at, ruling)
    zh, en = kind.outcomes[message.outcome]
    _write(uow, principal, row, at,
           f"{kind.zh}裁定：{_who(uow, row)}，{zh}，理由：{reason}，文书：{ruling}",
           f"Decided: {kind.en}, {en}", "Decided")  # fmt: skip
    _tell(uow, row, Purpose.OBJECTION_DECIDED, "decided",
          {"when": day_text(at), "outcome": zh, "reason": reason, "paper": ruling})  # fmt: skip


def serve_ruling(
    uow: UnitOfWork, principal: Principal, objection: str, party: str, day: str
) -> None:
    """Record that a party was served with the ruling: its time to go on begins.

    Errors: `objection.unknown`, `objection.step` (nothing decided, served on that party already),
    `party.unknown`, `party.left`, `objection.day`, `form.day_malformed`.
    """
    row, steps = _row(uow, principal, objection)
    ruling = next((step for step in steps if step.act == "DECIDED"), None)
    if ruling is None or any((step.act, step.party) == ("SERVED", party) for step in steps):
        raise MzError("objection.step", Kind.CONFLICT, "SERVED" if ruling else "not decided")
    served, at = _party(uow, row.case, party), _day(uow, day, ruling.day)
    _step(uow, principal, row, ObjectionStep(
        act="SERVED", day=at.isoformat(), paper=ruling.paper, party=served.id,
    ))  # fmt: skip
    kind, after = KINDS[row.kind], clock_after(row.kind, ruling.outcome)
    if after:
        begin_clock(uow, principal, row, after, at.isoformat(), served)
    _write(uow, principal, row, at, f"{kind.zh}裁定（{ruling.paper}）送达{served.name}",
           f"Served: the ruling on an {kind.en}", "Served")  # fmt: skip


def steps_of(uow: UnitOfWork, objection: str) -> list[ObjectionStep]:
    """Return the steps of an objection in their order, for this room."""
    query = select(ObjectionStep).where(ObjectionStep.objection == objection)
    return list(uow.session.scalars(query.order_by(ObjectionStep.number)))


def _row(
    uow: UnitOfWork, principal: Principal, objection: str
) -> tuple[ObjectionRow, list[ObjectionStep]]:
    principal.require("case:keep")
    row = uow.session.get(ObjectionRow, objection, with_for_update=True)
    if row is None:
        raise MzError("objection.unknown", Kind.NOT_FOUND, objection[:40])
    return row, steps_of(uow, objection)


def _party(uow: UnitOfWork, case: str, party: str) -> Party:
    row = uow.session.get(Party, party)
    if row is None or row.case != case:
        raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])
    if row.until_day is not None:
        raise MzError("party.left", Kind.CONFLICT, party)
    return row


def _against(uow: UnitOfWork, message: NewObjection) -> str | None:
    """Return the objection of whose ruling reconsideration may be asked."""
    if message.kind != "RECONSIDERATION":
        return None
    row = uow.session.get(ObjectionRow, message.against) if message.against else None
    ruled = row is not None and any(
        step.act == "DECIDED" and clock_after(row.kind, step.outcome) == RECONSIDER
        for step in steps_of(uow, row.objection)
    )
    if row is None or row.case != message.case or not ruled:
        raise MzError("objection.nothing_to_reconsider", Kind.INVALID, message.against[:40])
    return row.objection


def _ruled_on(uow: UnitOfWork, objection: str | None) -> str:
    """Return the ISO day of the ruling on an objection, empty where there is none."""
    steps = steps_of(uow, objection) if objection is not None else []
    return next((step.day for step in steps if step.act == "DECIDED"), "")


def _day(uow: UnitOfWork, text: str, earliest: str) -> dt.date:
    """Return the day of a step: not ahead, and not before `earliest` (ISO), what came before."""
    day = typed.day(text)
    if day > today(uow) or day.isoformat() < earliest:
        raise MzError("objection.day", Kind.INVALID, text[:20])
    return day


def _check_judge(uow: UnitOfWork, row: ObjectionRow, judge: str) -> None:
    staff = uow.session.get(Staff, judge)
    if staff is None or not staff.active or staff.role not in _JUDGES:
        raise MzError("objection.judge", Kind.INVALID, judge[:40])
    works = select(CaseOfficer.id).where(
        CaseOfficer.case == row.case, CaseOfficer.staff == judge, CaseOfficer.until_ms.is_(None)
    )
    if uow.session.scalar(works.limit(1)) is not None:
        raise MzError("objection.own_case", Kind.REFUSED, judge)


def _step(uow: UnitOfWork, principal: Principal, row: ObjectionRow, step: ObjectionStep) -> None:
    last = select(func.max(ObjectionStep.number)).where(ObjectionStep.objection == row.objection)
    step.objection, step.number = row.objection, 1 + int(uow.session.scalar(last) or 0)
    step.outcome, step.reason = step.outcome or "", step.reason or ""
    step.recorded_by, step.recorded_ms = principal.id, uow.now_ms
    uow.session.add(step)
    uow.session.flush()


def _write(
    uow: UnitOfWork, principal: Principal, row: ObjectionRow, day: dt.date, zh: str, en: str,
    act: str,
) -> None:  # fmt: skip
    uow.ledger(f"case:objection:{act.lower()}", principal.id, row.objection,
               sha256_hex(zh.encode()), {"case": row.case})  # fmt: skip
    append_log(uow, LogLine(row.case, moment_of(uow, day), "OBJECTION", zh, principal.name,
                            subject=row.objection))  # fmt: skip
    uow.emit(f"Objection{act}", zh, en, case=row.case, subject=row.objection)


def _who(uow: UnitOfWork, row: ObjectionRow) -> str:
    return uow.session.get_one(Party, row.party).name


def _tell(
    uow: UnitOfWork, row: ObjectionRow, purpose: Purpose, what: str, facts: dict[str, str]
) -> None:
    """Tell both parties, and whoever objected if he is neither."""
    kind: ObjectionKind = KINDS[row.kind]
    party = uow.session.get_one(Party, row.party)
    node = str(uuid.uuid5(uuid.UUID(row.objection), what))
    told = {**facts, "who": shown_name(party.name, party.is_person), "objection": kind.zh}
    event = NodeEvent(purpose, node, row.case, told)
    queue_notices(uow, event)
    if party.role not in BOTH_PARTIES:
        queue_sms(uow, event, party.id)
