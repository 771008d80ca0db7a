"""The quarantine on the desk: what revoked devices sent, and the two persons who decide."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import sentence_of
from command_center.desk.states import State
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.quarantine.decisions import (
    AskDecision,
    QuarantineAct,
    answer_decision,
    ask_decision,
)
from command_center.quarantine.films import QuarantinedFilm
from command_center.quarantine.views import (
    DecisionView,
    Origin,
    QuarantinedDevice,
    QuarantinedView,
    quarantined_devices,
    read_quarantine,
)
from schemas.measures.forms import FORMS
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class DeviceShown:
    """A device as a row: `state` says what is to be done about what came."""

    id: str
    name: str
    holder: str
    revoked: str
    why: str
    state: State
    count: int
    kinds: str
    size: str
    recorded: str
    received: str


@dataclass(frozen=True)
class RecordShown:
    """A record as a row; `free`: in no decision yet; `late`: it can only be discarded; `failed`:
    why it could not be taken over last time."""

    id: str
    state: State
    word: str
    officer: str
    case: str
    recorded: str
    received: str
    size: str
    exhibits: str
    clock: State
    free: bool
    late: bool
    failed: str


@dataclass(frozen=True)
class FilmShown:
    """Footage of a recording as a row; `parts` are what the form sends, `plays` what the player
    asks for, one after the other: row and digest; `failed` as in `RecordShown`."""

    recording: str
    state: State
    officer: str
    case: str
    recorded: str
    received: str
    size: str
    arrived: str
    parts: str
    plays: str
    free: bool
    late: bool
    failed: str


@dataclass(frozen=True)
class DecisionShown:
    """A decision as a card; `answerable` by the reader."""

    id: str
    state: State
    what: str
    asked: str
    case: str
    reason: str
    answered: str
    answer: str
    answerable: bool


def _kinds() -> dict[str, str]:
    return {
        "operation_step": _("行动进展"), "marker": _("标记"), "crew_start": _("全组录制"),
        "fault_note": _("故障说明"), "recorder_reason": _("记录仪不足的原因"),
        "noticed": _("设备提示"), "recording_assigned": _("录像归属"),
        "integrity_value": _("完整性校验值"), "private_interval": _("隐私时段"),
        "planned_silence": _("计划静默"), "sos": _("紧急求助"), "stood_beside": _("在场确认"),
        "confirmed_here": _("口令确认"), "field_act": _("现场措施"),
        "seize_movables": _("扣押动产"), "departure_check": _("出发检查"),
        "footage": _("录像分段"),
    }  # fmt: skip


def _kind(kind: str, form: str = "") -> str:
    if form in FORMS:
        return show.pick(FORMS[form].zh, FORMS[form].en)
    return _kinds().get(kind, kind)


def _between(first_ms: int, last_ms: int) -> str:
    if not first_ms:
        return ""
    first, last = show.moment(first_ms), show.moment(last_ms)
    return first if first == last else f"{first} — {last}"


def _device(one: QuarantinedDevice) -> DeviceShown:
    why = f"{one.revocation.by} · {one.revocation.reason}" if one.revocation else ""
    if one.load.full or one.load.full_of_footage:
        state = State("bad", "fail", _("已满，不再接收"))
    elif one.asked:
        state = State("warn", "half", _("待另一人核准"))
    elif one.load.records or one.load.parts:
        state = State("warn", "dot", _("待决定"))
    else:
        state = State("ok", "tick", _("已了结"))
    kinds = " · ".join(f"{_kind(kind)} {count}" for kind, count in sorted(one.kinds.items()))
    return DeviceShown(
        one.device, one.name, one.holder, show.moment(one.revoked_ms), why, state,
        one.load.records + one.load.parts, kinds, show.size(one.load.bytes + one.load.footage),
        _between(one.first_recorded_ms, one.last_recorded_ms),
        _between(one.first_received_ms, one.last_received_ms),
    )  # fmt: skip


def _waiting(decision: str | None, failed: str, *, late: bool) -> State:
    if decision is not None:
        return State("warn", "half", _("决定中"))
    if late:
        return State("bad x", "lapsed", _("撤销后形成"))
    if failed:
        return State("bad", "fail", _("未能转入"))
    return State("", "dot", _("待决定"))


def _why(failed: str) -> str:
    return _("上次未能转入：%(why)s", why=f"{sentence_of(failed)} ({failed})") if failed else ""


def _film(one: QuarantinedFilm) -> FilmShown:
    state = _waiting(one.decision, one.failed, late=one.late)
    if one.decision is None and one.stored < len(one.parts):
        state = State("brand", "conn", _("接收中"))
    plays = [f"{part}:{sha256}" for part, sha256 in zip(one.plays, one.films, strict=True)]
    return FilmShown(
        one.recording, state, one.officer,
        show.case_number(one.case_number) if one.case_number else "",
        f"{show.moment_second(one.first_ms)} — {show.clock(one.last_ms)}",
        show.moment(one.received_ms), show.size(one.size), f"{one.stored}/{len(one.parts)}",
        " ".join(one.parts), " ".join(plays), one.decision is None, one.late, _why(one.failed),
    )  # fmt: skip


def _record(one: QuarantinedView) -> RecordShown:
    state = _waiting(one.decision, one.failed, late=one.late)
    clock = (
        State("warn", "stall", _("时钟被调过")) if one.moved else State("ok", "tick", _("时钟连续"))
    )
    exhibits = f"{one.stored}/{one.exhibits}" if one.exhibits else ""
    return RecordShown(
        one.record, state, _kind(one.kind, one.form), one.officer,
        show.case_number(one.case_number) if one.case_number else "",
        show.moment(one.recorded_ms), show.moment(one.received_ms), show.size(one.size),
        exhibits, clock, one.decision is None, one.late, _why(one.failed),
    )  # fmt: skip


def present_decision(one: DecisionView, who: Principal) -> DecisionShown:
    """Return a decision in the reader's language."""
    if one.agreed is None:
        state = State("warn", "half", _("待另一人核准"))
    elif not one.agreed:
        state = State("bad x", "lapsed", _("未同意"))
    elif one.failed:
        state = State("bad", "fail", _("%(n)d 项未能转入，可以再次提请", n=one.failed))
    elif one.left:
        state = State("brand", "conn", _("转入中，还有 %(n)d 项", n=one.left))
    else:
        state = State("ok", "tick", _("已完成"))
    answered = ""
    if one.answered_ms is not None:
        answered = f"{one.answered_by_name} {show.moment(one.answered_ms)}"
    return DecisionShown(
        one.id, state, _("%(act)s %(n)d 项", act=show.pick(one.act.zh, one.act.en), n=one.count),
        f"{one.asked_by_name} {show.moment(one.asked_ms)}",
        show.case_number(one.case_number) if one.case_number else "", one.reason, answered,
        one.answer,
        one.agreed is None and who.may("quarantine:agree") and who.id != one.asked_by,
    )  # fmt: skip


def present_film_origin(origin: Origin) -> str:
    """Return in words how footage of a recording came out of the quarantine."""
    one = origin.decision
    return _(
        "本录像（或者其一部分）由已撤销的设备 %(device)s 送来，自隔离区转入：%(asker)s 提请"
        "（%(reason)s），%(second)s 于 %(when)s 核准（%(answer)s）。",
        device=origin.device_name, asker=one.asked_by_name, reason=one.reason,
        second=one.answered_by_name, when=show.moment(one.answered_ms), answer=one.answer,
    )  # fmt: skip


def present_origin(origin: Origin) -> str:
    """Return in words how a record came out of the quarantine."""
    one = origin.decision
    return _(
        "本记录由已撤销的设备 %(device)s 送来，自隔离区转入：%(asker)s 提请（%(reason)s），"
        "%(second)s 于 %(when)s 核准（%(answer)s）。",
        device=origin.device_name, asker=one.asked_by_name, reason=one.reason,
        second=one.answered_by_name, when=show.moment(one.answered_ms), answer=one.answer,
    )  # fmt: skip


@blueprint.get("/quarantine")
@permits("quarantine:read")
def quarantine() -> ResponseReturnValue:
    """Show the devices of which something waits."""
    found = database().read(quarantined_devices, principal())
    return render("desk/quarantine.html", devices=[_device(one) for one in found])


def _page(device: str) -> str:
    who = principal()
    found, records, films, decisions = database().run(read_quarantine, who, device)
    return render(
        "desk/quarantined.html",
        device=_device(found),
        records=[_record(one) for one in records],
        films=[_film(one) for one in films],
        late=sum(one.late for one in records) + sum(one.late for one in films),
        decisions=[present_decision(one, who) for one in decisions],
        acts=[(act.value, show.pick(act.zh, act.en)) for act in QuarantineAct],
        caseless=any(one.decision is None and not one.case_number for one in records),
    )


@blueprint.get("/quarantine/<device>")
@permits("quarantine:read")
def quarantined(device: str) -> ResponseReturnValue:
    """Show what waits of one device; the look is written down."""
    return _page(device)


@blueprint.post("/quarantine/<device>/decisions")
@permits("quarantine:ask")
def ask_quarantine_decision(device: str) -> ResponseReturnValue:
    """Ask for a decision about records of a device."""
    form = request.form
    message = AskDecision(
        device, form.get("act", ""), " ".join(form.getlist("record")).split(),
        form.get("reason", ""), form.get("case_number", ""),
    )  # fmt: skip
    database().run(ask_decision, principal(), message)
    return redirect(url_for("desk.quarantined", device=device), 303)


@blueprint.post("/quarantine/<device>/decisions/<decision>")
@permits("quarantine:agree")
def answer_quarantine_decision(device: str, decision: str) -> ResponseReturnValue:
    """Agree to a decision that another person asked for, or refuse it."""
    form = request.form
    answer = form.get("answer", "")
    if answer not in ("agree", "refuse"):
        raise MzError("message.malformed", Kind.INVALID, "answer is agree or refuse")
    database().run(
        answer_decision, principal(), decision, form.get("reason", ""), agreed=answer == "agree"
    )
    return redirect(url_for("desk.quarantined", device=device), 303)
