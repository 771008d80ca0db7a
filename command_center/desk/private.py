"""Private intervals on the desk: what is closed since when, and the two persons who open it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State
from command_center.desk.strip import LaneOf, Span
from command_center.footage.openings import (
    ASK_MS,
    MINUTES,
    AskOpening,
    OpeningView,
    answer_opening,
    ask_opening,
    close_opening,
    openings_of,
    viewers,
)
from command_center.footage.private import Interval, intervals_of
from command_center.measures.footage_notes import PRIVATE_WORDS
from command_center.operations.service import read_operation
from command_center.operations.views import OperationRow
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError

_ASKED = "asked"


@dataclass(frozen=True)
class PrivateFacts:
    """An operation's private intervals, and what was asked and answered about them."""

    intervals: tuple[Interval, ...]
    openings: tuple[OpeningView, ...]


NOTHING_PRIVATE = PrivateFacts((), ())


@dataclass(frozen=True)
class OpeningShown:
    """An opening as a line; `answerable`: the reader may agree or refuse; `closable`: he is one
    of its two persons and may close it."""

    id: str
    state: State
    who: str
    reason: str
    answerable: bool
    closable: bool


@dataclass(frozen=True)
class PrivateShown:
    """A private interval as a line; `mine`: until when it is open to the reader."""

    interval: str
    operation: str
    time: str
    runs: bool
    reason: str
    who: str
    mine: str
    openings: tuple[OpeningShown, ...]
    may_ask: bool


def read_private(uow: UnitOfWork, operation: str) -> PrivateFacts:
    """Return an operation's private intervals. The caller read the operation for the reader."""
    return PrivateFacts(tuple(intervals_of(uow, operation)), tuple(openings_of(uow, operation)))


def present_private(facts: PrivateFacts) -> list[PrivateShown]:
    """Return the intervals in the reader's language."""
    who = principal()
    return [_present(one, facts.openings, who) for one in facts.intervals]


def private_lanes(facts: PrivateFacts, until_ms: int) -> list[LaneOf]:
    """Return the intervals as a lane of a timeline, if there are any; one that runs lasts until
    then."""
    spans = [Span("pv", one.from_ms, one.to_ms or until_ms) for one in facts.intervals]
    return [(_("隐私"), spans, [])] if spans else []


def _present(one: Interval, openings: tuple[OpeningView, ...], who: Principal) -> PrivateShown:
    mine = [each for each in openings if each.interval == one.interval]
    open_ = [each for each in mine if each.state == "open" and each.viewer == who.id]
    since = show.clock(one.from_ms)
    if one.to_ms is None:
        time = _("%(time)s 起，进行中", time=since)
    else:
        time = f"{since} — {show.clock(one.to_ms)}"
    may_ask = who.may("private:ask")
    return PrivateShown(
        one.interval, one.operation, time, one.to_ms is None,
        show.pick(*PRIVATE_WORDS[one.reason]),
        " · ".join(filter(None, (one.officer_name, one.device_name))),
        show.minute(open_[0].until_ms) if open_ else "",
        tuple(_opening(each, who) for each in mine) if may_ask else (), may_ask,
    )  # fmt: skip


def _opening(one: OpeningView, who: Principal) -> OpeningShown:
    states = {
        _ASKED: State("warn", "dot", _("待批准")),
        "expired": State(
            "", "lapsed", _("%(time)s 逾期失效", time=show.moment(one.asked_ms + ASK_MS))
        ),
        "refused": State("bad", "fail", _("不予查看")),
        "open": State("ok", "eye", _("开放至 %(time)s", time=show.minute(one.until_ms))),
        "over": State("", "tick", _("已到期")),
        "closed": State("", "lapsed", _("%(time)s 提前关闭", time=show.minute(one.until_ms))),
    }
    if one.viewer == one.asked_by:
        words = _("%(asker)s 申请本人查看 %(n)d 分钟", asker=one.asked_by_name, n=one.minutes)
    else:
        words = _("%(asker)s 申请由 %(viewer)s 查看 %(n)d 分钟", asker=one.asked_by_name,
                  viewer=one.viewer_name, n=one.minutes)  # fmt: skip
    if one.answered_by_name:
        words += " · " + _("%(name)s 于 %(time)s 答复", name=one.answered_by_name,
                           time=show.minute(one.answered_ms))  # fmt: skip
    answerable = one.state == _ASKED and one.asked_by != who.id and who.may("private:open")
    closable = one.state == "open" and who.id in one.by
    return OpeningShown(one.id, states[one.state], words, one.reason, answerable, closable)


@dataclass(frozen=True)
class _Asking:
    """What the asking page reads."""

    row: OperationRow
    facts: PrivateFacts
    viewers: list[tuple[str, str, str]]


def _read(uow: UnitOfWork, who: Principal, operation: str) -> _Asking:
    row = read_operation(uow, who, operation).row
    return _Asking(row, read_private(uow, operation), viewers(uow))


def _page(operation: str, interval: str) -> str:
    found = database().read(_read, principal(), operation)
    only = [one for one in found.facts.intervals if one.interval == interval]
    if not only:
        raise MzError("private.unknown", Kind.NOT_FOUND, interval[:40])
    return render(
        "desk/private.html",
        row=found.row,
        one=_present(only[0], found.facts.openings, principal()),
        viewers=[(key, name, show.role(role)) for key, name, role in found.viewers],
        minutes=[(n, _("%(n)d 分钟", n=n)) for n in MINUTES],
        me=principal().id,
    )


@blueprint.get("/operations/<operation>/private")
@permits("operation:read")
def private(operation: str) -> ResponseReturnValue:
    """Show the private intervals, a part of the room."""
    found = database().read(_read, principal(), operation)
    return render_template("desk/_private.html", private=present_private(found.facts))


@blueprint.get("/operations/<operation>/private/<interval>")
@permits("private:ask")
def private_form(operation: str, interval: str) -> ResponseReturnValue:
    """Show the form that asks for a private interval to be opened."""
    return _page(operation, interval)


@blueprint.post("/operations/<operation>/private/<interval>")
@permits("private:ask")
def ask_private(operation: str, interval: str) -> ResponseReturnValue:
    """Ask for a private interval to be opened."""
    form, minutes = request.form, request.form.get("minutes", "")
    message = AskOpening(
        operation, interval, form.get("viewer", ""), form.get("reason", ""),
        int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,
    )  # fmt: skip
    database().run(ask_opening, principal(), message)
    return redirect(url_for("desk.operation", operation=operation), 303)


@blueprint.post("/openings/<opening>")
@permits("private:open")
def answer_private(opening: str) -> ResponseReturnValue:
    """Agree to an opening that another person asked for, or refuse it."""
    answer = request.form.get("answer", "")
    if answer not in ("agree", "refuse"):
        raise MzError("message.malformed", Kind.INVALID, "answer is agree or refuse")
    agreed = answer == "agree"
    operation = database().run(_answer, principal(), opening, agreed)
    return redirect(url_for("desk.operation", operation=operation), 303)


def _answer(uow: UnitOfWork, who: Principal, opening: str, agreed: bool) -> str:
    return answer_opening(uow, who, opening, agreed=agreed)


@blueprint.post("/openings/<opening>/close")
@permits("private:ask")
def close_private(opening: str) -> ResponseReturnValue:
    """Close an opening before its time."""
    operation = database().run(close_opening, principal(), opening)
    return redirect(url_for("desk.operation", operation=operation), 303)
