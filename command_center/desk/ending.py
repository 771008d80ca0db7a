"""The horizon as the desk shows it: six stages, the nearest measures of each, what is prepared."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from command_center.access.guard import principal
from command_center.desk import show
from command_center.desk.clocks import days_left
from command_center.guardian.views import Ending, Stage
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class EndingShown:
    """A measure whose last day comes; `word` says how far the renewal is prepared."""

    title: str
    case_number: str
    day: str
    left: str
    left_class: str
    word: str
    cls: str
    url: str


@dataclass(frozen=True)
class StageShown:
    """A column of the horizon; `more`: how many it does not name."""

    days: int
    count: int
    first: tuple[EndingShown, ...]
    more: int


def present_stages(stages: list[Stage]) -> list[StageShown]:
    """Return the columns in the reader's language."""
    return [
        StageShown(one.days, one.count, tuple(present_ending(each) for each in one.first),
                   one.count - len(one.first))
        for one in stages
    ]  # fmt: skip


def present_ending(one: Ending) -> EndingShown:
    """Return a measure with its last day."""
    kind = show.pick(one.kind.zh, one.kind.en)
    title = " · ".join(filter(None, (kind, one.subject, one.against)))
    url = url_for("desk.measure", measure=one.measure)
    word, cls = _("待拟稿"), "warn"
    if one.ruling is not None:
        word, cls = _("已拟稿"), "t2"
        if principal().may("paper:read"):
            url = url_for("desk.paper", paper=one.ruling)
    left, left_class = days_left(one.days_left)
    return EndingShown(title, show.case_number(one.case_number), one.end.isoformat(), left,
                       left_class, word, cls, url)  # fmt: skip
