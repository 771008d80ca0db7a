"""The register of measures: what is in force, until when, whether both parties were told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.views import CaseRow
from command_center.desk import show
from command_center.desk.clocks import days_left
from command_center.desk.ending import present_stages
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, measure_state
from command_center.desk.tag_search import asked_tag, doubt, found_tag
from command_center.desk.turning import Tab, asked_page, asked_text, register_url, turn
from command_center.guardian.views import Stage, horizon
from command_center.measures.register import (
    ENDED,
    Group,
    MeasureQuery,
    MeasuresFound,
    measure_register,
)
from command_center.measures.states import MeasureState
from command_center.measures.views import MeasureView
from command_center.notices.states import Channel, NoticeState
from command_center.notices.views import NoticeView, notices_of_nodes
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.money import yuan_text
from schemas.time import court_time, now_ms

_REACHED = frozenset({NoticeState.DELIVERED, NoticeState.READ, NoticeState.ACKED})


@dataclass(frozen=True)
class MeasureListed:
    """A measure as a row; `left` is the time until its control period ends."""

    id: str
    case_id: str
    case_number: str
    debtor: str
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
    renewable: bool


@dataclass(frozen=True)
class RegisterFacts:
    """What the register reads in one look; `told` by measure."""

    found: MeasuresFound
    told: dict[str, list[NoticeView]]
    stages: list[Stage]


def _read(uow: UnitOfWork, who: Principal, query: MeasureQuery) -> RegisterFacts:
    found = measure_register(uow, who, query)
    ids = [row.measure for row in found.rows]
    told = notices_of_nodes(uow, who, ids) if who.may("notice:read") else {}
    return RegisterFacts(found, told, horizon(uow, who))


def _left(measure: MeasureView, today: dt.date) -> tuple[str, str]:
    if measure.state is MeasureState.QUEUED:
        return _("轮候中"), "t2"
    if not measure.control_to or measure.state in ENDED:
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


def _debtor(case: CaseRow | None) -> str:
    names = [name for role, name in case.parties if role == "DEBTOR"] if case else []
    return names[0] + (_(" 等 %(n)d 人", n=len(names)) if len(names) > 1 else "") if names else "—"


def _row(measure: MeasureView, facts: RegisterFacts, today: dt.date) -> MeasureListed:
    left, left_class = _left(measure, today)
    case = facts.found.cases.get(measure.case)
    return MeasureListed(
        measure.measure,
        measure.case,
        show.case_number(case.number) if case else "",
        _debtor(case),
        measure_state(measure.state),
        f"{show.pick(measure.kind.zh, measure.kind.en)} · {measure.subject}",
        measure.place,
        yuan_text(measure.value_fen) if measure.value_fen is not None else "—",
        measure.control_from,
        measure.control_to,
        left,
        left_class,
        _told(facts.told.get(measure.measure, [])),
        measure.footage_recording,
        measure.officer_name,
        bool(measure.control_to) and measure.state not in ENDED,
    )


def _asked(query: MeasureQuery) -> dict[str, str]:
    return {"q": query.text, "group": query.group.value, "officer": query.officer}


def _tabs(found: MeasuresFound, query: MeasureQuery) -> list[Tab]:
    words = {
        Group.ALL: _("全部"), Group.SEAL: _("查封"), Group.SEIZE: _("扣押"),
        Group.FREEZE: _("冻结"), Group.QUEUED: _("轮候"), Group.OTHER: _("其他"),
        Group.ENDED: _("已终结"),
    }  # fmt: skip
    asked = _asked(query)
    return [
        Tab(word, found.counts[group],
            register_url("desk.measures", {**asked, "group": group.value}), group is query.group)
        for group, word in words.items()
    ]  # fmt: skip


def _query() -> MeasureQuery:
    group = request.args.get("group", "")
    return MeasureQuery(
        asked_text(), Group(group) if group in list(Group) else Group.ALL,
        request.args.get("officer", "")[:36], asked_page(),
    )  # fmt: skip


@blueprint.get("/measures")
@permits("measure:read")
def measures() -> ResponseReturnValue:
    """Show the measures that `?q=`, `?group=` and `?officer=` ask for, what ends first on top; a
    seal tag leads to its own."""
    query, tag = _query(), asked_tag()
    tagged = found_tag(tag) if tag else None
    if tag and tagged and tagged.genuine:
        return redirect(url_for("desk.measure", measure=tagged.measure, tag=tag.text), 303)
    facts = database().read(_read, principal(), query)
    found, today = facts.found, court_time(now_ms()).date()
    return render(
        "desk/measures.html", query=query, tabs=_tabs(found, query), total=found.total,
        measures=[_row(one, facts, today) for one in found.rows],
        in_force=yuan_text(found.in_force_fen), officers=found.officers,
        stages=present_stages(facts.stages), tagged=tagged,
        tag_doubt=doubt(tag, tagged) if tag else "",
        turn=turn("desk.measures", _asked(query), query.page, len(found.rows), found.total),
    )  # fmt: skip
