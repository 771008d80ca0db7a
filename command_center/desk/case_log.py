"""The enforcement log on the desk: as each audience reads it; a line written by hand, or one that
sets another right."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.log import LogLine, NewEntry, log_of_case, write_entry
from command_center.cases.log_audience import Audience, public_word, seen_by
from command_center.cases.service import read_case
from command_center.cases.views import CaseView
from command_center.cases.words import BOTH_PARTIES
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.telling import party_role
from command_center.disclosure.document import LogShown as ToParty
from command_center.disclosure.log import party_log
from command_center.notices.holds import held_nodes
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError

_DIGITS = 15


@dataclass(frozen=True)
class LogShown:
    """A line of the enforcement log; `corrects` and `corrected` are the times of other lines."""

    seq: int
    time: str
    text: str
    officers: str
    place: str
    recording: str | None
    late: str
    corrects: str
    reason: str
    corrected: bool
    new: str


@dataclass(frozen=True)
class OutsideLine:
    """A line as somebody outside the desk reads it."""

    time: str
    text: str
    late: str
    corrects: str


@dataclass(frozen=True)
class _Facts:
    case: CaseView
    lines: list[LogLine]
    to_party: list[ToParty]


def _read(uow: UnitOfWork, who: Principal, case: str, party: str) -> _Facts:
    found = read_case(uow, who, case)
    if party and party not in {one.id for one in found.parties if one.role in BOTH_PARTIES}:
        raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])
    told = party_log(uow, found, party, held_nodes(uow, case, party)) if party else []
    return _Facts(found, log_of_case(uow, who, case), told)


def present_log(lines: list[LogLine]) -> tuple[LogShown, ...]:
    """Return lines in the reader's language, each with the id of a correction to come."""
    times = {line.seq: show.moment_second(line.at_ms) for line in lines}
    corrected = {line.corrects for line in lines}
    return tuple(
        LogShown(
            line.seq, times[line.seq], line.text, line.officers, line.place, line.recording,
            show.moment(line.recorded_ms) if line.is_late else "",
            times.get(line.corrects, "") if line.corrects is not None else "", line.reason,
            line.seq in corrected, new_id(),
        )
        for line in lines
    )  # fmt: skip


def _to_party(line: ToParty) -> OutsideLine:
    return OutsideLine(
        show.moment(line.at_ms), show.pick(line.text.zh, line.text.en),
        show.moment(line.recorded_ms) if line.recorded_ms is not None else "",
        show.moment(line.corrects_ms) if line.corrects_ms is not None else "",
    )  # fmt: skip


def _outside(facts: _Facts, audience: Audience) -> list[OutsideLine]:
    if audience is Audience.PARTY:
        return [_to_party(line) for line in facts.to_party]
    if audience is Audience.PUBLIC:
        return [OutsideLine(show.day(line.at_ms), show.pick(*public_word(line)), "", "")
                for line in seen_by(audience, facts.lines) if line.corrects is None]  # fmt: skip
    return []


@blueprint.get("/cases/<case>/log")
@permits("case:read")
def case_log(case: str) -> ResponseReturnValue:
    """Show the log as `?as=` reads it: `desk`, `officer`, `public`, or a party's id."""
    asked = request.args.get("as", "desk")
    own = {"desk": Audience.DESK, "officer": Audience.OFFICER, "public": Audience.PUBLIC}
    audience = own.get(asked, Audience.PARTY)
    party = asked if audience is Audience.PARTY else ""
    facts = database().run(_read, principal(), case, party)
    found = facts.case
    inside = audience in (Audience.DESK, Audience.OFFICER)
    tabs = [("desk", _("全部")), ("officer", _("办案"))]
    tabs += [(one.id, f"{party_role(one.role)} {one.name}") for one in found.parties
             if one.role in BOTH_PARTIES]  # fmt: skip
    return render(
        "desk/case_log.html", case_id=case, number=show.case_number(found.number), asked=asked,
        tabs=[*tabs, ("public", _("公众"))], inside=inside,
        log=present_log(seen_by(audience, facts.lines)) if inside else (),
        outside=_outside(facts, audience), new_entry=new_id(),
    )  # fmt: skip


@blueprint.post("/cases/<case>/log")
@permits("log:write")
def write_log(case: str) -> ResponseReturnValue:
    """Write a line; with `corrects` it names the one that it sets right."""
    form = request.form
    corrects = form.get("corrects", "")
    message = NewEntry(
        form.get("entry", ""), case, typed.moment(form.get("at", "")),
        form.get("text", ""), form.get("place", ""),
        _line(corrects) if corrects else None, form.get("reason", ""),
    )  # fmt: skip
    database().run(write_entry, principal(), message)
    return redirect(url_for("desk.case_log", case=case), 303)


def _line(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise MzError("log.unknown", Kind.NOT_FOUND, text[:20])
    return int(text)
