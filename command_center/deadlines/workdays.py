"""Which days are working days: weekends, the published holidays, and the make-up days."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache

import msgspec

from command_center.deadlines.rulepack import FOLDER
from schemas.problems import Kind, MzError

_WEEKEND = 5
_DAY = dt.timedelta(days=1)


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days that differ from the week: `rest` are holidays, `work` are make-up days (调休).

    `years`: those whose holidays were published; others know weekends only, and that is said.
    """

    years: frozenset[int] = frozenset()
    rest: frozenset[dt.date] = frozenset()
    work: frozenset[dt.date] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        """Return whether the court works on a day."""
        return day in self.work or (day.weekday() < _WEEKEND and day not in self.rest)

    def next_working(self, day: dt.date) -> dt.date:
        """Return the day itself or the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_working(self, day: dt.date, count: int) -> dt.date:
        """Return the `count`-th working day after a day, which is not counted itself."""
        for _ in range(count):
            day = self.next_working(day + _DAY)
        return day


@cache
def published() -> Calendar:
    """Return the calendar that this centre ships; `calendar.malformed`."""
    try:
        tree = tomllib.loads((FOLDER / "calendar.toml").read_text("utf-8"))
        return msgspec.convert(tree, Calendar)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MzError("calendar.malformed", Kind.INVALID, str(error)[:200]) from error
