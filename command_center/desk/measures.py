"""The register of measures: what is in force, until when, whether both parties were told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.service import list_cases
from command_center.desk import show
from command_center.desk.clocks import days_left
from command_center.desk.ending import StageShown, present_stages
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, measure_state
from command_center.guardian.views import Stage, horizon
from command_center.measures.states import MeasureState
from command_center.measures.views import MeasureView, list_measures
from command_center.notices.states import Channel, NoticeState
from command_center.notices.views import NoticeView, register
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.money import yuan_text
from schemas.time import court_time, now_ms

_ENDED = frozenset({MeasureState.RELEASED, MeasureState.LAPSED, MeasureState.CONVERTED})
_REACHED = frozenset({NoticeState.DELIVERED, NoticeState.READ, NoticeState.ACKED})


@dataclass(frozen=True)
class MeasureListed:
    """A measure as a row; `left` is the time until its control period ends."""

    id: str
    case_id: str
    case_number: str
    state: State
    title: str
    place: str
    value: str
    period_from: str
    period_to: str
    left: str
    left_class: str
    told: State
    footage: str | None
    officer: str


@dataclass(frozen=True)
class RegisterFacts:
    """What the register reads in one look."""

    measures: list[MeasureView]
    notices: list[NoticeView]
    case_numbers: dict[str, str]
    stages: list[Stage]


def _read(uow: UnitOfWork, who: Principal) -> RegisterFacts:
    return RegisterFacts(
        list_measures(uow, who),
        register(uow, who) if who.may("notice:read") else [],
        {row.id: row.number for row in list_cases(uow, who)} if who.may("case:read") else {},
        horizon(uow, who),
    )


def _left(measure: MeasureView, today: dt.date) -> tuple[str, str]:
    if not measure.control_to or measure.state in _ENDED:
        return "—", "t3"
    return days_left((dt.date.fromisoformat(measure.control_to) - today).days)


def _told(notices: list[NoticeView]) -> State:
    """Whether each party has at least one text message or portal notice that arrived."""
    parties = {notice.party for notice in notices}
    reached = {notice.party for notice in notices if notice.state in _REACHED}
    failed = {n.party for n in notices if n.channel == Channel.SMS and n.state.failed} - reached
    if failed:
        return State("bad", "fail", _("失败 · 待书面"))
    if parties and reached == parties:
        return State("ok", "tick2", _("双方已告知"))
    return State("brand", "conn", _("发送中")) if parties else State("t3", "dot", "—")


def _row(measure: MeasureView, facts: RegisterFacts, today: dt.date) -> MeasureListed:
    left, left_class = _left(measure, today)
    number = facts.case_numbers.get(measure.case, "")
    return MeasureListed(
        measure.measure,
        measure.case,
        show.case_number(number),
        measure_state(measure.state),
        f"{show.pick(measure.kind.zh, measure.kind.en)} · {measure.subject}",
        measure.place,
        yuan_text(measure.value_fen) if measure.value_fen is not None else "—",
        measure.control_from,
        measure.control_to,
        left,
        left_class,
        _told([notice for notice in facts.notices if notice.node == measure.measure]),
        measure.footage_recording,
        measure.officer_name,
    )


@blueprint.get("/measures")
@permits("measure:read")
def measures() -> ResponseReturnValue:
    """Show the newest measures, the one that ends first on top."""
    facts = database().read(_read, principal())
    today = court_time(now_ms()).date()
    ordered = sorted(facts.measures, key=lambda one: (one.state in _ENDED, one.control_to or "9"))
    stages: list[StageShown] = present_stages(facts.stages)
    rows = [_row(one, facts, today) for one in ordered]
    return render("desk/measures.html", measures=rows, stages=stages)
