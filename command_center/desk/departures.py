"""An officer's pre-departure check as the room shows it: when, and what was not good."""

from __future__ import annotations

from command_center.desk import show
from command_center.desk.states import State
from command_center.footage.departures import DepartureView
from command_center.platform.pages import gettext as _

_THINGS = {
    "camera": ("摄像头", "camera"),
    "microphone": ("麦克风", "microphone"),
    "clock": ("时钟", "clock"),
    "space": ("存储空间", "space"),
    "battery": ("电量", "battery"),
    "keys": ("签名密钥", "signing key"),
    "papers": ("案件与文书", "case and papers"),
    "place": ("定位", "place"),
    "link": ("联网", "network"),
}


def present_departure(view: DepartureView | None) -> State:
    """Return whether the officer's device was checked for this operation, and what it lacked."""
    if view is None:
        return State("t3", "dot", _("未做出发前自检"))
    time = show.minute(view.at_ms)
    if not view.lacks:
        return State("ok", "tick", _("%(time)s 自检通过", time=time))
    lacks = [
        show.pick(*_THINGS.get(one.what, (one.what[:20],) * 2))
        for one in view.lacks[: len(_THINGS)]
    ]
    names = show.pick("、", ", ").join(lacks)
    if view.failed:
        return State("bad", "fail", _("%(time)s 自检不通过：%(names)s", time=time, names=names))
    return State("warn", "half", _("%(time)s 自检，须留意：%(names)s", time=time, names=names))
