"""Accounts of staff: the list, what is asked for, the second person's answer, closing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access import accounts
from command_center.access.accounts import AccountAct, AskChange, ChangeView
from command_center.access.guard import database, permits, principal
from command_center.access.permissions import COURT_STAFF
from command_center.access.staff import StaffView, fresh_password, list_staff
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class AccountShown:
    """An account as a row; `own` is the reader's."""

    id: str
    number: str
    name: str
    role: str
    state: State
    active: bool
    own: bool


@dataclass(frozen=True)
class ChangeShown:
    """A change as a card; `answerable` by the reader."""

    id: str
    state: State
    what: str
    reason: str
    asked: str
    answered: str
    answerable: bool


@dataclass(frozen=True)
class PasswordShown:
    """A one-time password, on this page once and never again."""

    password: str
    number: str
    name: str


def _read(uow: UnitOfWork, who: Principal) -> tuple[list[StaffView], list[ChangeView]]:
    return list_staff(uow, who), accounts.list_changes(uow, who)


def _account(row: StaffView, who: Principal) -> AccountShown:
    state = State("ok", "tick", _("在用")) if row.active else State("", "unlock", _("已停用"))
    return AccountShown(
        row.id, row.number, row.name, show.role(row.role), state, row.active, row.id == who.id
    )


def _change(row: ChangeView, who: Principal) -> ChangeShown:
    if row.expired:
        state = State("", "lapsed", _("逾期失效"))
    elif row.agreed is None:
        state = State("warn", "half", _("待另一人同意"))
    elif row.agreed:
        state = State("ok", "tick", _("已同意"))
    else:
        state = State("bad x", "lapsed", _("未同意"))
    what = f"{show.pick(row.act.zh, row.act.en)} · {row.number} {row.name} · {show.role(row.role)}"
    asked = _("%(name)s 于 %(when)s 申请", name=row.asked_by_name, when=show.moment(row.asked_ms))
    answered = ""
    if row.answered_ms is not None:
        answered = f"{row.answered_by_name} {show.moment(row.answered_ms)}".strip()
    answerable = row.waits and who.may("staff:agree") and who.id not in (row.asked_by, row.staff)
    return ChangeShown(row.id, state, what, row.reason, asked, answered, answerable)


def _page(issued: PasswordShown | None = None) -> str:
    who = principal()
    found, changes = database().read(_read, who)
    return render(
        "desk/staff.html",
        accounts=[_account(row, who) for row in found],
        changes=[_change(row, who) for row in changes],
        acts=[(act.value, show.pick(act.zh, act.en)) for act in AccountAct],
        roles=[(role.value, show.role(role)) for role in COURT_STAFF],
        issued=issued,
    )


@blueprint.get("/staff")
@permits("staff:read")
def staff_accounts() -> ResponseReturnValue:
    """Show all accounts and what waits for a second person."""
    return _page()


@blueprint.post("/staff/changes")
@permits("staff:manage")
def ask_account_change() -> ResponseReturnValue:
    """Ask for a change of an account."""
    form = request.form
    message = AskChange(*(form.get(key, "") for key in ("act", "number", "reason", "name", "role")))
    database().run(accounts.ask_change, principal(), message)
    return redirect(url_for("desk.staff_accounts"), 303)


@blueprint.post("/staff/changes/<change>")
@permits("staff:agree")
def answer_account_change(change: str) -> ResponseReturnValue:
    """Agree to a change, or refuse it; a one-time password shows on this answer only."""
    answer = request.form.get("answer", "")
    if answer not in ("agree", "refuse"):
        raise MzError("message.malformed", Kind.INVALID, "answer is agree or refuse")
    password, hash_ = "", None
    if answer == "agree":
        password, hash_ = database().off_loop(fresh_password)
    made = database().run(accounts.answer_change, principal(), change, hash_)
    if hash_ is None or made.act not in accounts.WITH_PASSWORD:
        return redirect(url_for("desk.staff_accounts"), 303)
    return _page(issued=PasswordShown(password, made.number, made.name))


@blueprint.post("/staff/<account>/closing")
@permits("staff:manage")
def close_staff_account(account: str) -> ResponseReturnValue:
    """Close an account; its sessions end at once."""
    reason = request.form.get("reason", "")
    database().run(accounts.close_account, principal(), account, reason)
    return redirect(url_for("desk.staff_accounts"), 303)
