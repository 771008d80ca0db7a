"""Objections in a case: each with its steps and clocks, and the form of the step that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.permissions import Role
from command_center.access.staff import StaffView, list_staff
from command_center.cases.service import read_case
from command_center.cases.things import ThingView, things_of
from command_center.cases.views import CaseView
from command_center.deadlines.views import ClockView, case_clocks
from command_center.desk import show
from command_center.desk.clocks import ClockShown, present_clock
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, case_state
from command_center.measures.objected import receive_objection as receive_objection_to
from command_center.measures.views import MeasureView, measures_of_case
from command_center.objections import service
from command_center.objections.views import ObjectionView, StepView, objections_of
from command_center.objections.words import KINDS
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.measures.property import PROPERTY_WORDS


@dataclass(frozen=True)
class ObjectionShown:
    """An objection: who objects to what, its steps (day, sentence, paper), its clocks, the
    outcomes that its ruling may have, and on whom the ruling was not served yet; subjects: words
    and address of what it names."""

    id: str
    word: str
    who: str
    matter: str
    state: State
    received: str
    steps: tuple[tuple[str, str, str], ...]
    clocks: tuple[ClockShown, ...]
    outcomes: tuple[tuple[str, str], ...]
    unserved: tuple[tuple[str, str], ...]
    registered: bool
    decided: bool
    subjects: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Facts:
    case: CaseView
    objections: list[ObjectionView]
    clocks: list[ClockView]
    staff: list[StaffView]
    measures: list[MeasureView]
    things: list[ThingView]


def _read(uow: UnitOfWork, who: Principal, case: str) -> _Facts:
    measures = measures_of_case(uow, who, case) if who.may("measure:read") else []
    return _Facts(read_case(uow, who, case), objections_of(uow, case), case_clocks(uow, case),
                  list_staff(uow, who), measures, things_of(uow, case))  # fmt: skip


def _words(words: dict[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((code, show.pick(*pair)) for code, pair in words.items())


def _step(one: StepView) -> tuple[str, str, str]:
    match one.act:
        case "REGISTERED":
            return one.day.isoformat(), _("立案审查"), show.case_number(one.paper)
        case "DECIDED":
            judge = _("审判长%(name)s", name=one.judge)
            text = " · ".join((show.pick(*one.outcome_words), one.reason, judge))
            return one.day.isoformat(), text, one.paper
        case _:
            return one.day.isoformat(), _("裁定送达%(name)s", name=one.party_name), one.paper


def objection_state(one: ObjectionView) -> State:
    """Return how far an objection is."""
    if one.ruling is not None:
        return State("ok", "tick", show.pick(*one.ruling.outcome_words))
    if one.registered is not None:
        return State("brand", "half", _("审查中"))
    return State("warn", "half", _("待立案"))


def _shown(one: ObjectionView, facts: _Facts) -> ObjectionShown:
    kind = KINDS[one.kind]
    served = {step.party for step in one.steps if step.act == "SERVED"}
    clocks = [clock for clock in facts.clocks if clock.deadline in one.clocks]
    return ObjectionShown(
        one.objection, show.pick(kind.zh, kind.en), one.name, one.matter, objection_state(one),
        one.received.isoformat(), tuple(_step(step) for step in one.steps),
        tuple(present_clock(clock) for clock in clocks), _words(kind.outcomes),
        tuple((party.id, party.name) for party in facts.case.parties if party.id not in served),
        one.registered is not None, one.ruling is not None, tuple(_subjects(one, facts)),
    )  # fmt: skip


def _measure(one: MeasureView) -> str:
    return f"{show.pick(one.kind.zh, one.kind.en)} · {one.subject}"


def _thing(one: ThingView) -> str:
    return " · ".join(filter(None, (show.pick(*PROPERTY_WORDS[one.kind]), one.name, one.mark)))


def _subjects(one: ObjectionView, facts: _Facts) -> Iterator[tuple[str, str]]:
    """Return what an objection names, as far as the reader may see it."""
    measures = {each.measure: each for each in facts.measures}
    things = {each.thing: each for each in facts.things}
    for named in one.subjects:
        if named.measure in measures:
            link = url_for("desk.measure", measure=named.measure)
            yield _measure(measures[named.measure]), link
        elif named.thing in things:
            yield _thing(things[named.thing]), url_for("desk.case_assets", case=facts.case.id)


def _rulings(facts: _Facts) -> list[tuple[str, str]]:
    """Return the rulings of which reconsideration may be asked."""
    return [("", "—"), *((one.objection, f"{one.ruling.paper} · {one.name}")
                         for one in facts.objections
                         if one.ruling is not None and one.may_be_reconsidered)]  # fmt: skip


@blueprint.get("/cases/<case>/objections")
@permits("case:read")
def objections(case: str) -> ResponseReturnValue:
    """Show the objections of a case; the look is written down."""
    facts = database().run(_read, principal(), case)
    found = facts.case
    return render(
        "desk/objections.html", case_id=case, number=show.case_number(found.number),
        state=case_state(found.state), objections=[_shown(one, facts) for one in facts.objections],
        kinds=[(code, show.pick(kind.zh, kind.en)) for code, kind in KINDS.items()],
        parties=[(one.id, f"{one.name} · {show.pick(one.role_zh, one.role_en)}")
                 for one in found.parties],
        measures=[(one.measure, _measure(one)) for one in facts.measures],
        things=[(one.thing, _thing(one)) for one in facts.things],
        rulings=_rulings(facts), today=today().isoformat(), new=new_id(),
        judges=[(one.id, f"{one.name} · {show.role(one.role)}") for one in facts.staff
                if one.active and one.role in (Role.JUDGE, Role.PANEL)
                and one.id not in {officer.staff for officer in found.officers}],
    )  # fmt: skip


def _back(case: str) -> ResponseReturnValue:
    return redirect(url_for("desk.objections", case=case), 303)


@blueprint.post("/cases/<case>/objections")
@permits("case:keep")
def receive_objection(case: str) -> ResponseReturnValue:
    """Record a written objection; its clocks begin."""
    form = request.form
    message = service.NewObjection(
        form.get("objection", ""), case, form.get("kind", ""), form.get("party", ""),
        form.get("matter", ""), form.get("day", ""), form.get("against", ""),
    )  # fmt: skip
    database().run(receive_objection_to, principal(), message, form.getlist("measure"),
                   form.getlist("thing"))  # fmt: skip
    return _back(case)


@blueprint.post("/cases/<case>/objections/<objection>/registration")
@permits("case:keep")
def register_objection(case: str, objection: str) -> ResponseReturnValue:
    """Record under which number an objection was filed; the parties are told."""
    form = request.form
    database().run(service.register_objection, principal(), objection, form.get("day", ""),
                   form.get("number", ""))  # fmt: skip
    return _back(case)


@blueprint.post("/cases/<case>/objections/<objection>/decision")
@permits("case:keep")
def decide_objection(case: str, objection: str) -> ResponseReturnValue:
    """Record the ruling on an objection; the parties are told."""
    form = request.form
    message = service.Decision(
        objection, form.get("outcome", ""), form.get("day", ""), form.get("reason", ""),
        form.get("ruling", ""), form.get("judge", ""),
    )  # fmt: skip
    database().run(service.decide_objection, principal(), message)
    return _back(case)


@blueprint.post("/cases/<case>/objections/<objection>/service")
@permits("case:keep")
def serve_ruling(case: str, objection: str) -> ResponseReturnValue:
    """Record on whom the ruling was served; his time to go on begins."""
    form = request.form
    database().run(service.serve_ruling, principal(), objection, form.get("party", ""),
                   form.get("day", ""))  # fmt: skip
    return _back(case)
