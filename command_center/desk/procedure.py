"""The procedure of a case: its states so far, and the next one with reason, paper and approver."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.permissions import permissions_of
from command_center.access.staff import StaffView, list_staff
from command_center.cases.balance import Balance, balance_of
from command_center.cases.service import read_case
from command_center.cases.views import CaseView
from command_center.cases.words import CASE_STATES
from command_center.closing.round import (
    Met,
    NewStatement,
    Standing,
    round_standing,
    state_condition,
)
from command_center.closing.rules import CLOSE_KINDS, GROUNDS, Step, steps_from
from command_center.closing.service import NewState, change_state
from command_center.closing.views import StateChangeView, state_changes
from command_center.desk import show
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render
from command_center.desk.states import case_state
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.money import yuan_text

_ROUND = "TERMINATED_THIS_ROUND"


@dataclass(frozen=True)
class ChangeShown:
    """A change of state as a line of the trace."""

    day: str
    word: str
    why: str
    paper: str
    approver: str
    by: str


@dataclass(frozen=True)
class _Facts:
    case: CaseView
    changes: list[StateChangeView]
    staff: list[StaffView]
    owed: Balance
    round: list[Standing]


def _read(uow: UnitOfWork, who: Principal, case: str) -> _Facts:
    return _Facts(read_case(uow, who, case), state_changes(uow, case), list_staff(uow, who),
                  balance_of(uow, case), round_standing(uow, case))  # fmt: skip


@dataclass(frozen=True)
class ConditionShown:
    """A condition of the end of a round: words, article, whether met, what is lacking, where it is
    done (a link, or a statement with its proof)."""

    key: str
    word: str
    law: str
    verified: bool
    met: bool
    lacking: str
    proof: str
    link: str
    stated: bool


def _condition(case: str, one: Standing) -> ConditionShown:
    found = one.condition
    link = ""
    if found.measure is not None:
        link = url_for("desk.new_measure", case=case, kind=f"{found.measure}/NONE")
    elif found.met is Met.CLOCK:
        link = url_for("desk.case_deadlines", case=case)
    return ConditionShown(
        found.key, show.pick(found.zh, found.en), one.law, one.verified, one.met,
        show.pick("、", ", ").join(one.lacking), f"{one.day} {one.proof}".strip(), link,
        found.excusable or found.met is Met.STATED,
    )  # fmt: skip


def _change(one: StateChangeView) -> ChangeShown:
    ground = show.pick(*one.ground) if one.ground[0] else ""
    return ChangeShown(
        one.day.isoformat(), show.pick(*one.word), " · ".join(filter(None, (ground, one.reason))),
        one.paper, one.approver, one.changed_by,
    )  # fmt: skip


def _step(step: Step) -> tuple[str, str]:
    """Return code and words of a step: 终结执行 · 申请人撤销申请."""
    words = [show.pick(*CASE_STATES[step.state])]
    if step.close_kind:
        words.append(show.pick(*CLOSE_KINDS[step.close_kind]))
    if step.ground:
        words.append(show.pick(*GROUNDS[step.close_kind or step.state][step.ground]))
    return step.code, " · ".join(words)


@blueprint.get("/cases/<case>/procedure")
@permits("case:read")
def procedure(case: str) -> ResponseReturnValue:
    """Show the states of a case and what may follow; the look is written down."""
    facts = database().run(_read, principal(), case)
    found = facts.case
    return render(
        "desk/procedure.html", case_id=case, number=show.case_number(found.number),
        state=case_state(found.state), changes=[_change(one) for one in facts.changes],
        steps=[_step(one) for one in steps_from(found.state)],
        approvers=[(one.id, f"{one.name} · {show.role(one.role)}") for one in facts.staff
                   if one.active and "paper:approve" in permissions_of(one.role)
                   and one.id != principal().id],
        conditions=[_condition(case, one) for one in facts.round],
        ends_round=any(one.close_kind == _ROUND for one in steps_from(found.state)),
        owed=yuan_text(facts.owed.remaining_fen), today=today().isoformat(),
    )  # fmt: skip


@blueprint.post("/cases/<case>/procedure")
@permits("case:keep")
def change_case_state(case: str) -> ResponseReturnValue:
    """Change the state of a case; both parties are told in the same transaction."""
    form = request.form
    state, _slash, rest = form.get("step", "").partition("/")
    kind, _slash, ground = rest.partition("/")
    message = NewState(case, Step(state, kind, ground), form.get("day", ""),
                       form.get("reason", ""), form.get("paper", ""),
                       form.get("approver", ""))  # fmt: skip
    database().run(change_state, principal(), message)
    return redirect(url_for("desk.procedure", case=case), 303)


@blueprint.post("/cases/<case>/round/<condition>")
@permits("case:keep")
def state_round_condition(case: str, condition: str) -> ResponseReturnValue:
    """State that a condition of the end of a round is met, and what proves it."""
    form = request.form
    message = NewStatement(case, condition, form.get("day", ""), form.get("proof", ""))
    database().run(state_condition, principal(), message)
    return redirect(url_for("desk.procedure", case=case), 303)
