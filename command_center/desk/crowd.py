"""The parties of a crowded case on a page: a few cards at a time, found by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from command_center.cases.views import PartyView
from command_center.desk.turning import Turn, asked_page, asked_text, turn

CARDS = 12
"""So many cards of parties stand on a page."""


@dataclass(frozen=True)
class Crowd:
    """The parties of one page: `query` is what was searched for, `all` how many the case has."""

    parties: tuple[PartyView, ...]
    query: str
    all: int
    turn: Turn

    @property
    def many(self) -> bool:
        """Return whether there are more than one page holds."""
        return self.all > CARDS


def crowd(endpoint: str, parties: Iterable[PartyView], **of: Any) -> Crowd:
    """Return the parties that `?q=` and `?page=` ask for."""
    everyone, query, page = list(parties), asked_text(), asked_page()
    found = [one for one in everyone if query in one.name] if query else everyone
    shown = tuple(found[page * CARDS : (page + 1) * CARDS])
    turned = turn(endpoint, {"q": query}, page, len(shown), len(found), CARDS, **of)
    return Crowd(shown, query, len(everyone), turned)
