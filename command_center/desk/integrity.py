"""Integrity values in an operation's room: code, who signed, and whether all of it came."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.desk import show
from command_center.desk.states import State
from command_center.footage.integrity import IntegrityView
from command_center.platform.pages import gettext as _
from schemas.integrity import short_code
from schemas.records import SIGNED_SOMEHOW, Attendee, SignedHow


@dataclass(frozen=True)
class ValueShown:
    """A value; `people` are those who signed it or not, `others` the rest of the crew's devices."""

    code: str
    value: str
    time: str
    by: str
    state: State
    covers: str
    people: tuple[tuple[State, str], ...]
    others: tuple[str, ...]


def present_value(view: IntegrityView) -> ValueShown:
    """Return a value in the reader's language."""
    covers = _("%(chains)d 条录制链 · %(records)d 份记录", chains=view.chains, records=view.records)
    if view.tail:
        covers += " · " + _("出具时末尾 %(n)d 个片段尚未签名", n=view.tail)
    return ValueShown(
        view.code, view.value, show.moment_second(view.at_ms),
        f"{view.officer} · {view.device_name}", _state(view), covers,
        tuple((_signed(one), show.attendee(one)) for one in view.people),
        tuple(
            _("%(name)s 的设备出示 %(code)s", name=one.name, code=short_code(one.code))
            if one.code
            else _("%(name)s 的设备未列入：%(why)s", name=one.name, why=one.why)
            for one in view.others
        ),
    )  # fmt: skip


def _state(view: IntegrityView) -> State:
    if not view.readable:
        return State("bad", "gap", _("无法读取，不能核对"))
    if view.differs:
        return State("bad", "gap", _("与收到的内容不符：%(n)d 处", n=len(view.differs)))
    if view.awaited:
        return State("warn", "conn", _("尚有 %(n)d 项未到，其余相符", n=view.awaited))
    return State("ok", "tick2", _("与收到的内容相符"))


def _signed(one: Attendee) -> State:
    if one.signed in SIGNED_SOMEHOW:
        return State("ok", "ack", _("已签校验值"))
    if one.signed is SignedHow.REFUSED:
        return State("bad", "fail", _("拒签"))
    return State("warn", "half", _("未签"))
