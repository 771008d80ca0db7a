"""Turning the pages of a register: which page is asked for, where the one before and after lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from command_center.desk.refused import came_from
from command_center.platform.paging import PAGE

_LAST = 2_000
_LONGEST = 100


@dataclass(frozen=True)
class Tab:
    """A part of a register: its word, how much is in it, where it is."""

    word: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Turn:
    """The rows `first` to `last` of `total` are shown; empty addresses where no page follows."""

    first: int
    last: int
    total: int
    before: str
    after: str


def asked_text() -> str:
    """Return what was typed into the register's search, `?q=`."""
    return request.args.get("q", "").strip()[:_LONGEST]


def asked_page() -> int:
    """Return the page that `?page=` asks for, from 0; what is no number asks for the first."""
    page = request.args.get("page", "")
    return min(int(page), _LAST) if page.isascii() and page.isdigit() else 0


def stay_on(page: str) -> str:
    """Return the address of a page after a form on it was sent: as it was looked at, with what was
    searched for and the page that was turned to, if it was."""
    came = came_from() or ""
    return came if came.partition("?")[0] == page else page


def register_url(endpoint: str, asked: Mapping[str, str], page: int = 0, **of: Any) -> str:
    """Return a register's address; what is not asked for is not in it. `of`: whose register."""
    words = {name: value for name, value in asked.items() if value}
    if page:
        words["page"] = str(page)
    return url_for(endpoint, **of) + (f"?{urlencode(words)}" if words else "")


def turn(
    endpoint: str, asked: Mapping[str, str], page: int, shown: int, total: int,
    size: int = PAGE, **of: Any,
) -> Turn:  # fmt: skip
    """Return how a page of `shown` rows, of at most `size`, stands in its register."""
    first = page * size
    return Turn(
        first + 1, first + shown, total,
        register_url(endpoint, asked, page - 1, **of) if page else "",
        register_url(endpoint, asked, page + 1, **of) if first + shown < total else "",
    )  # fmt: skip
