"""The continuity proof as the room shows it: numbers with words, and what was explained."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass

from command_center.access.views import ViewedBy
from command_center.desk import show
from command_center.desk.footage_spans import operation_spans
from command_center.desk.states import State
from command_center.footage.continuity import Explained, Span
from command_center.footage.delay import TARGET_MS
from command_center.footage.views import DeviceFootage, OperationFootage
from command_center.measures.footage_notes import CAUSE_WORDS
from command_center.platform.pages import gettext as _
from schemas.ids import short_id
from schemas.recording_notes import DeviceData

_BRIEF_MS = 1_000
_TWO_RECORDERS = 2


@dataclass(frozen=True)
class ProofRow:
    """A device, or all together: how long each kind of time is; empty where there is none.

    coming: received and not archived yet, or still on the device.
    """

    name: str
    recorded: str
    coming: str
    small: str
    explained: str
    missing: str


@dataclass(frozen=True)
class ExplainedShown:
    """A part of a gap with who explained it, when, why, and on what device data."""

    time: str
    why: str
    by: str
    data: str
    late: bool


@dataclass(frozen=True)
class Proof:
    """The part of the page; `remarks` are things that want a person's eye."""

    rows: tuple[ProofRow, ...]
    explained: tuple[ExplainedShown, ...]
    remarks: tuple[State, ...]
    delay: State


@dataclass(frozen=True)
class LookShown:
    """One look at live pictures or a recording; `what` is its code."""

    what: str
    word: str
    name: str
    role: str
    time: str


def present_look(look: ViewedBy, device_names: dict[str, str]) -> LookShown:
    """Return a look in the reader's language."""
    subject = short_id(look.subject)
    if look.what == "live":
        word = _("实时查看 %(device)s", device=device_names.get(look.subject, subject))
    elif look.what == "still":
        word = _("截取实时画面 %(id)s", id=subject)
    elif look.what == "private":
        word = _("查看隐私时段 %(id)s", id=subject)
    else:
        word = _("打开录像 %(id)s", id=subject)
    time = show.moment_second(look.at_ms)
    return LookShown(look.what, word, look.name, show.role(look.role), time)


def present_proof(
    footage: OperationFootage, archived: dict[str, list[Span]], *, measures: bool
) -> Proof:
    """Return the proof in the reader's language.

    archived: spans by recording. measures: something was seized or sealed.
    """
    rows: list[ProofRow] = []
    explained: tuple[ExplainedShown, ...] = ()
    if footage.continuity is not None:
        rows = [_row(_("合并"), footage, archived)]
        rows += [_row(one.name, _alone(footage, one), archived) for one in footage.devices]
        explained = tuple(_explained(one) for one in footage.continuity.explained)
    return Proof(
        tuple(rows), explained, tuple(_remarks(footage, measures)), _delay(footage.waiting_ms)
    )


def _alone(footage: OperationFootage, one: DeviceFootage) -> OperationFootage:
    """Return the same visit as one device shows it."""
    mine = tuple(r for r in footage.recordings if r.device == one.device)
    return dataclasses.replace(footage, recordings=mine, continuity=one.continuity)


def _row(name: str, footage: OperationFootage, archived: dict[str, list[Span]]) -> ProofRow:
    lengths = dict.fromkeys(("ok", "back", "small", "ex", "gap"), 0)
    for span in operation_spans(footage, archived):
        lengths[span.kind] += span.to_ms - span.from_ms
    return ProofRow(name, *(_length(ms) for ms in lengths.values()))


def _length(ms: int) -> str:
    return show.length(ms) if ms >= _BRIEF_MS else ""


def _explained(one: Explained) -> ExplainedShown:
    fault = one.fault
    why = show.pick(*CAUSE_WORDS[fault.cause])
    return ExplainedShown(
        f"{show.clock(one.start_ms)} — {show.clock(one.end_ms)}",
        f"{why} · {fault.text}" if fault.text else why,
        _("主办人 %(name)s 于 %(time)s 签署", name=fault.officer_name,
          time=show.moment(fault.at_ms)),
        _device_data(fault.data),
        fault.late,
    )  # fmt: skip


def _device_data(data: DeviceData) -> str:
    words = [_("程序 %(app)s", app=data.app)]
    if data.battery_percent is not None:
        words.append(_("电量 %(n)d%%", n=data.battery_percent))
    if data.free_bytes is not None:
        words.append(_("剩余 %(size)s", size=show.size(data.free_bytes)))
    if data.temperature_c is not None:
        words.append(f"{data.temperature_c:.1f} °C")
    if data.restarted is not None:
        words.append(_("重启过") if data.restarted else _("未重启"))
    return " · ".join(words)


def _remarks(footage: OperationFootage, measures: bool) -> list[State]:
    found = [_unseen(one, first, last) for one in footage.devices for first, last in one.unseen]
    bridged = Counter(r.device_name for r in footage.recordings if r.bridged is not None)
    found += [_bridged(name, count) for name, count in sorted(bridged.items())]
    for jump in footage.jumps:
        moved = show.seconds(abs(jump.moved_ms))
        text = (
            _("%(time)s 设备时钟回拨 %(length)s", time=show.clock(jump.at_ms), length=moved)
            if jump.moved_ms < 0
            else _("%(time)s 设备时钟前跳或采集停顿 %(length)s", time=show.clock(jump.at_ms),
                   length=moved)
        )  # fmt: skip
        found.append(State("warn", "stall", text))
    if footage.refused:
        text = _("%(n)d 份故障说明不合要求，不作为已说明", n=footage.refused)
        found.append(State("bad", "gap", text))
    if footage.quarantined:
        text = _("%(n)d 条现场记录自隔离区转入：设备已撤销，经两人核准", n=footage.quarantined)
        found.append(State("warn", "arch", text))
    taken = sum(recording.quarantined for recording in footage.recordings)
    if taken:
        text = _("%(n)d 段录像（或者其一部分）自隔离区转入：设备已撤销，经两人核准", n=taken)
        found.append(State("warn", "arch", text))
    recorders = len({recording.device for recording in footage.recordings})
    alone = recorders < _TWO_RECORDERS
    if footage.reasons and alone:
        reason = "；".join(footage.reasons)
        found.append(State("warn", "live", _("记录仪不足两台，原因：%(reason)s", reason=reason)))
    elif measures and alone:
        text = _("记录仪 %(n)d 台，应当两台以上，尚未说明原因", n=recorders)
        found.append(State("warn", "live", text))
    return found


def _bridged(name: str, count: int) -> State:
    text = _("%(device)s 的 %(n)d 段录像经桥接入库：保管自中继收到时起，此前无签名",
             device=name, n=count)  # fmt: skip
    return State("warn", "arch", text)


def _unseen(one: DeviceFootage, first: int, last: int) -> State:
    numbers = str(first) if first == last else f"{first}–{last}"
    text = _("%(device)s 的录像序号 %(numbers)s 从未收到", device=one.name, numbers=numbers)
    return State("bad", "gap", text)


def _delay(waiting_ms: int) -> State:
    target = TARGET_MS // 1000
    if waiting_ms < _BRIEF_MS:
        return State("ok", "arch", _("无待存档（目标 %(n)d 秒内）", n=target))
    text = _("待存档 %(length)s · 目标 %(n)d 秒", length=show.seconds(waiting_ms), n=target)
    late = waiting_ms > TARGET_MS
    return State("bad" if late else "", "gap" if late else "back", text)
