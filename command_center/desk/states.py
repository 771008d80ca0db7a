"""States as the desk shows them: a colour, a shape and a word, never one alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from command_center.cases.words import CASE_STATES
from command_center.desk.show import named_day, pick
from command_center.measures.states import MeasureState
from command_center.notices.states import NoticeState
from command_center.operations.words import STATES as OPERATION_STATES
from command_center.papers.court_wordings import WordingState
from command_center.papers.kinds import PaperState
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class State:
    """`cls` is a colour class of the stylesheet, `glyph` a shape of kit/glyphs.html."""

    cls: str
    glyph: str
    word: str


_OPERATION = {
    "CALLED_OFF": ("x", "lapsed"),
    "PLANNED": ("", "dot"),
    "DEPARTED": ("brand", "route"),
    "ON_SCENE": ("brand", "route"),
    "ACTING": ("warn", "half"),
    "WITHDRAWN": ("ok", "tick"),
    "CLOSED": ("", "tick"),
}
_CASE = {
    "IN_PROGRESS": ("brand", "half"),
    "SUSPENDED": ("warn", "half"),
    "DEFERRED": ("warn", "half"),
    "SETTLED": ("ok", "tick"),
    "CLOSED": ("", "ack"),
}
_MEASURE = {
    MeasureState.DRAFT: ("dash", "dot"),
    MeasureState.APPROVED: ("o", "tick"),
    MeasureState.EXECUTED: ("warn", "half"),
    MeasureState.IN_FORCE: ("ok", "lock"),
    MeasureState.RENEWED: ("ok", "lockloop"),
    MeasureState.QUEUED: ("brand", "queue"),
    MeasureState.RELEASED: ("", "unlock"),
    MeasureState.LAPSED: ("bad x", "lapsed"),
    MeasureState.CONVERTED: ("brand", "gavel"),
}
_NOTICE = {
    NoticeState.HELD: ("warn", "stall"),
    NoticeState.QUEUED: ("t2", "dot"),
    NoticeState.SENDING: ("brand", "conn"),
    NoticeState.TEMP_FAIL: ("warn", "conn"),
    NoticeState.SENT: ("brand", "tick"),
    NoticeState.DELIVERED: ("ok", "tick2"),
    NoticeState.READ: ("ok", "eye"),
    NoticeState.ACKED: ("ok", "ack"),
}
_PAPER = {
    PaperState.UNSIGNED: ("dash", "dot"),
    PaperState.APPROVED: ("brand", "half"),
    PaperState.STAMP_FAILED: ("bad", "fail"),
    PaperState.NO_STAMP: ("warn", "dot"),
    PaperState.STAMPED: ("ok", "tick"),
    PaperState.ISSUED: ("ok", "ack"),
    PaperState.VOID: ("", "lapsed"),
}
_ORDER = {
    "sent": ("t2", "tick"),
    "unanswered": ("bad", "fail"),
    "received": ("t2", "tick2"),
    "read": ("brand", "eye"),
    "done": ("ok", "ack"),
}


def operation_state(code: str) -> State:
    """Return the chip of an operation's state (DOMAIN §5.5)."""
    cls, glyph = _OPERATION.get(code, ("", "dot"))
    return State(cls, glyph, pick(*OPERATION_STATES[code]))


def case_state(code: str) -> State:
    """Return the chip of a case's state (DOMAIN §5.1)."""
    cls, glyph = _CASE.get(code, ("", "dot"))
    return State(cls, glyph, pick(*CASE_STATES[code]))


def measure_state(code: str) -> State:
    """Return the chip of a measure's state (DOMAIN §5.2)."""
    state = MeasureState(code)
    return State(*_MEASURE[state], pick(state.zh, state.en))


def notice_state(code: str) -> State:
    """Return the chip of a notice's state (DOMAIN §5.7); a final failure is a filled square."""
    state = NoticeState(code)
    return State(*_NOTICE.get(state, ("bad", "fail")), pick(state.zh, state.en))


def paper_state(code: str) -> State:
    """Return the chip of a paper's state."""
    state = PaperState(code)
    return State(*_PAPER[state], pick(state.zh, state.en))


_WORDING = {
    WordingState.PROPOSED: ("warn", "half"),
    WordingState.RECALLED: ("x", "lapsed"),
    WordingState.IN_FORCE: ("ok", "tick"),
    WordingState.REFUSED: ("bad x", "lapsed"),
    WordingState.REPLACED: ("", "ack"),
    WordingState.WITHDRAWN: ("x", "lapsed"),
}


def wording_state(state: WordingState) -> State:
    """Return the chip of a court's text of a paper."""
    words = {
        WordingState.PROPOSED: _("待批准"), WordingState.RECALLED: _("已收回"),
        WordingState.IN_FORCE: _("使用中"),
        WordingState.REFUSED: _("未获批准"), WordingState.REPLACED: _("已更替"),
        WordingState.WITHDRAWN: _("已撤回"),
    }  # fmt: skip
    return State(*_WORDING[state], words[state])


def service_state(effective: dt.date | None, *, served: bool) -> State:
    """Return the chip of a service: its effect, not how far a message went."""
    if effective is None:
        return State("warn", "half", _("未生效"))
    day = named_day(effective)
    word = _("已送达 %(day)s", day=day) if served else _("将于 %(day)s 生效", day=day)
    return State("ok" if served else "brand", "ack" if served else "half", word)


def order_state(code: str) -> State:
    """Return the mark of how far an order got."""
    words = {
        "sent": _("已发"), "unanswered": _("未送达"), "received": _("收到"), "read": _("已读"),
        "done": _("完成"),
    }  # fmt: skip
    return State(*_ORDER[code], words[code])


def device_state(*, connected: bool, revoked: bool) -> State:
    """Return the chip of a device."""
    if revoked:
        return State("bad x", "lapsed", _("已撤销"))
    return State("ok", "live", _("直播")) if connected else State("", "off", _("未连接"))
