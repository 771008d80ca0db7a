"""What a ticket lets its holder see of a recording: private fragments only where it opens them.

That a fragment is private stands in its own signed header, so it is known wherever its bytes are:
in the log, in a part, after a rebuild, and however late they come.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from media_relay.entries import Facts
from media_relay.reader import Entry
from schemas.problems import Kind, MzError
from schemas.ranges import Range
from schemas.ticket import Ticket


class Sight(NamedTuple):
    """The stretches of private footage that are open: wall clocks of the device, ms, inclusive."""

    opened: tuple[Range, ...] = ()

    def sees(self, fact: Facts | None) -> bool:
        """Say whether a fragment may be looked at."""
        if fact is None or not fact.private:
            return True
        return any(first <= fact.wall_ms <= last for first, last in self.opened)

    def split(self, entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
        """Return the entries that may be looked at, and those that are closed."""
        open_: list[Entry] = []
        closed: list[Entry] = []
        for entry in entries:
            (open_ if self.sees(entry.fragment) else closed).append(entry)
        return open_, closed


def sight_of(ticket: Ticket, recording: str) -> Sight:
    """Return what a ticket opens of a recording's private footage; most open nothing."""
    opened = (one for one in ticket.opened if one.recording == recording)
    return Sight(tuple((one.from_wall_ms, one.to_wall_ms) for one in opened))


def closed(what: str) -> MzError:
    """Return the refusal of private footage."""
    return MzError("playback.private", Kind.REFUSED, what)
