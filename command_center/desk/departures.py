"""An officer's pre-departure check as the room shows it: when, and what was not good."""

from __future__ import annotations

from command_center.desk import show
from command_center.desk.states import State
from command_center.footage.departures import DepartureView
from command_center.platform.pages import gettext as _
from schemas.recording_notes import CHECKED


def present_departure(view: DepartureView | None) -> State:
    """Return whether the officer's device was checked for this operation, and what it lacked."""
    if view is None:
        return State("t3", "dot", _("未做出发前自检"))
    time = show.minute(view.at_ms)
    if not view.lacks:
        return State("ok", "tick", _("%(time)s 自检通过", time=time))
    lacks = [
        show.pick(*CHECKED.get(one.what, (one.what[:20],) * 2))
        for one in view.lacks[: len(CHECKED)]
    ]
    names = show.pick("、", ", ").join(lacks)
    if view.failed:
        return State("bad", "fail", _("%(time)s 自检不通过：%(names)s", time=time, names=names))
    return State("warn", "half", _("%(time)s 自检，须留意：%(names)s", time=time, names=names))
