"""The register of alarms: the eight kinds of the duty rule, and the reasons that are owed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.clocks import days_left
from command_center.desk.ending import present_ending
from command_center.desk.page import blueprint, render
from command_center.desk.turning import Tab, asked_page, turn
from command_center.guardian.reasons import give_reason
from command_center.guardian.sweep import MATERIALS_MS
from command_center.guardian.views import (
    AlarmView,
    Lacking,
    ReasonView,
    alarm_counts,
    count_reasons_owed,
    endings,
    open_alarms,
    reasons_owed,
)
from command_center.guardian.words import ALARM_WORDS, MEASURE_STAGES, OVER, RED_DAYS, AlarmKind
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError

_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class AlarmShown:
    """An open alarm as a row: what, by which rules, the last day or moment, how long it is yet."""

    kind: str
    kind_code: str
    what: str
    rules: tuple[str, ...]
    verified: bool
    case_id: str
    case_number: str
    due: str
    left: str
    cls: str
    url: str


@dataclass(frozen=True)
class ReasonShown:
    """A reason that is owed, with the time until which it may be given."""

    id: str
    what: str
    case_id: str
    case_number: str
    due: str
    answer_by: str
    escalated: str


def _read(
    uow: UnitOfWork, who: Principal, kind: AlarmKind | None, page: int
) -> tuple[dict[AlarmKind, int], list[AlarmView], list[ReasonView], int]:
    counts, alarms = alarm_counts(uow, who), open_alarms(uow, who, kind, page)
    return counts, alarms, reasons_owed(uow, who), count_reasons_owed(uow)


def _kind(text: str) -> AlarmKind | None:
    if not text:
        return None
    if text not in AlarmKind.__members__:
        raise MzError("alarm.unknown_kind", Kind.NOT_FOUND, text[:40])
    return AlarmKind(text)


def _alarm(one: AlarmView) -> AlarmShown:
    clock = one.kind in (AlarmKind.STATUTORY, AlarmKind.DELEGATED)
    url = (url_for("desk.deadline", deadline=one.subject) if clock
           else url_for("desk.measure", measure=one.subject))  # fmt: skip
    rules, due, left = one.law, one.due.isoformat() if one.due else "", days_left(one.days_left)[0]
    if one.kind is AlarmKind.MATERIALS:
        due = show.moment(min((since for _what, since in one.lacking), default=0))
        left, rules = _lacking(one), (_("法院值班制度"),)
    elif not clock and one.stage == OVER:
        left = _("已届满 %(n)d 天，未续行", n=-one.days_left)
    return AlarmShown(
        show.pick(*ALARM_WORDS[one.kind]), one.kind, show.pick(*one.what),
        rules or (_("以文书写明的日期为准"),), one.verified, one.case,
        show.case_number(one.case_number), due, left,
        "bad" if one.stage <= RED_DAYS else "warn", url,
    )  # fmt: skip


def _lacking(one: AlarmView) -> str:
    words = {
        Lacking.EXHIBITS: _("证物逾 %(n)d 小时未到", n=MATERIALS_MS // _HOUR_MS),
        Lacking.FOOTAGE: _("重大案件没有录音录像，也没有说明原因"),
    }  # fmt: skip
    return "；".join(words[what] for what, _since in one.lacking)


def _reason(one: ReasonView) -> ReasonShown:
    return ReasonShown(
        one.reason, one.what, one.case, show.case_number(one.case_number), one.due.isoformat(),
        show.moment(one.answer_by_ms),
        show.moment(one.escalated_ms) if one.escalated_ms is not None else "",
    )  # fmt: skip


@blueprint.get("/alarms")
@permits("deadline:read")
def alarm_register() -> ResponseReturnValue:
    """Show the open alarms by kind (`?kind=`) and the reasons that are owed."""
    kind, page = _kind(request.args.get("kind", "")), asked_page()
    counts, alarms, reasons, owed = database().read(_read, principal(), kind, page)
    total = sum(counts.values()) if kind is None else counts[kind]
    tabs = [Tab(_("全部"), sum(counts.values()), url_for("desk.alarm_register"), kind is None)]
    tabs += [
        Tab(show.pick(*ALARM_WORDS[one]), counts[one],
            url_for("desk.alarm_register", kind=one.value), one is kind)
        for one in AlarmKind
    ]  # fmt: skip
    return render("desk/alarm_register.html", tabs=tabs, alarms=[_alarm(one) for one in alarms],
                  reasons=[_reason(one) for one in reasons], owed=owed,
                  turn=turn("desk.alarm_register", {"kind": kind or ""}, page, len(alarms),
                            total))  # fmt: skip


@blueprint.get("/measures/ending")
@permits("measure:read")
def ending_measures() -> ResponseReturnValue:
    """Show the measures that end within `?days=`, sixty by default."""
    days = min(typed.whole(request.args.get("days", "60")), MEASURE_STAGES[0])
    found = database().read(endings, principal(), days)
    rows = [present_ending(one) for one in found]
    return render("desk/ending.html", endings=rows, days=days, stages=MEASURE_STAGES)


@blueprint.post("/alarms/reasons/<reason>")
@permits("deadline:keep")
def answer_reason(reason: str) -> ResponseReturnValue:
    """Give a reason; the applicant is told at once."""
    database().run(give_reason, principal(), reason, request.form.get("text", ""))
    return redirect(url_for("desk.alarm_register"), 303)
