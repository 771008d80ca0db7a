"""Service (送达) at the desk: one paper to one party, its ladder, its attempts, its effect."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.service import case_view
from command_center.deadlines.court_calendar import court_calendar
from command_center.desk import show
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render
from command_center.desk.papers import present_paper
from command_center.desk.states import service_state
from command_center.papers.views import PaperView, papers_about
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving import service
from command_center.serving.views import ServiceDetail, read_service
from command_center.serving.words import (
    METHOD_WORDS,
    OUTCOME_WORDS,
    OUTCOMES,
    RUNG_WORDS,
    Method,
    Outcome,
    Rung,
)
from schemas.ids import new_id


@dataclass(frozen=True)
class _Facts:
    """What the page reads; `rests`: the court does not work on the day on which it takes effect."""

    detail: ServiceDetail
    papers: list[PaperView]
    case_number: str
    rests: bool


def _read(uow: UnitOfWork, who: Principal, service_: str) -> _Facts:
    detail = read_service(uow, who, service_)
    day = detail.service.effective
    return _Facts(
        detail, papers_about(uow, who, service_), case_view(uow, detail.service.case).number,
        day is not None and not court_calendar(uow).days.is_working(day),
    )  # fmt: skip


def _rungs() -> list[tuple[Rung, str]]:
    return [(rung, show.pick(*RUNG_WORDS[rung])) for rung in Rung]


def _to_do(detail: ServiceDetail) -> dict[Rung, str]:
    """Return what each rung still wants before a publication."""
    return {rung: _wanted(detail, rung) for rung in detail.open_rungs}


def _wanted(detail: ServiceDetail, rung: Rung) -> str:
    there = {one.value for one in detail.addresses if one.rung is rung}
    if not there:
        return _("没有登记地址，也没有登记查无地址")
    ended = {one.outcome for one in detail.attempts if one.address in there}
    if Outcome.ARRIVED in ended:
        return _("已到达而没有已阅、回复的，还不算送达")
    if Outcome.PENDING in ended:
        return _("还有送达等待结果")
    if Outcome.REFUSED in ended:
        return _("拒收的，可以留置送达")
    return _("还有地址没有送达过")


@blueprint.post("/papers/<paper>/services")
@permits("paper:serve")
def begin_service(paper: str) -> ResponseReturnValue:
    """Begin to serve a paper on a party."""
    party = request.form.get("party", "")
    made = database().run(service.begin_service, principal(), paper, party)
    return redirect(url_for("desk.service_page", service_=made), 303)


@blueprint.get("/services/<service_>")
@permits("paper:read")
def service_page(service_: str) -> ResponseReturnValue:
    """Show one service; the look is written down."""
    found = database().run(_read, principal(), service_)
    detail, one = found.detail, found.detail.service
    rungs = _rungs()
    return render(
        "desk/service.html", d=detail, s=one, state=service_state(one.effective, served=one.served),
        papers=[present_paper(each) for each in found.papers], attempt=new_id(),
        today=today().isoformat(), case_number=show.case_number(found.case_number),
        rests=found.rests, rungs=rungs, to_do=_to_do(detail), rung_words=dict(rungs),
        still="、".join(word for rung, word in rungs if rung in detail.open_rungs),
        methods=[(each, show.pick(*METHOD_WORDS[each])) for each in Method],
        method_words={each: show.pick(*METHOD_WORDS[each]) for each in Method},
        outcome_words={each: show.pick(*OUTCOME_WORDS[each]) for each in Outcome},
        outcomes=OUTCOMES, moment=show.moment,
    )  # fmt: skip


@blueprint.post("/services/<service_>/addresses")
@permits("paper:serve")
def add_address(service_: str) -> ResponseReturnValue:
    """Keep an address of the party, or that there is none on a rung."""
    form = request.form
    database().run(
        service.add_address_for, principal(), service_, form.get("rung", ""),
        form.get("value", ""), form.get("source", ""),
    )  # fmt: skip
    return redirect(url_for("desk.service_page", service_=service_), 303)


@blueprint.post("/services/<service_>/attempts")
@permits("paper:serve")
def attempt_service(service_: str) -> ResponseReturnValue:
    """Attempt the service."""
    form = request.form
    database().run(
        service.attempt, principal(), form.get("attempt", ""), service_, form.get("method", ""),
        form.get("address", ""), form.get("reason", ""),
    )  # fmt: skip
    return redirect(url_for("desk.service_page", service_=service_), 303)


@blueprint.post("/services/<service_>/attempts/<attempt>/outcome")
@permits("paper:serve")
def write_outcome(service_: str, attempt: str) -> ResponseReturnValue:
    """Write how an attempt ended."""
    form = request.form
    database().run(
        service.write_outcome, principal(), attempt, form.get("outcome", ""), form.get("day", ""),
        form.get("proof", ""),
    )  # fmt: skip
    return redirect(url_for("desk.service_page", service_=service_), 303)
