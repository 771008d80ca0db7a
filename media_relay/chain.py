"""The chain of one rendition, checked in whatever order its fragments come.

Every pair of neighbours is checked once, when the second of the two arrives; a signed head at
number n vouches for the unbroken run that ends at n. So order of arrival does not matter, and a
gap does not leave what follows it unproven.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas import ranges
from schemas.media.head import NO_FRAGMENT
from schemas.ranges import Range

BROKEN = "chain.broken"
WRONG_HEAD = "head.wrong_link"


class Link(NamedTuple):
    """The link a fragment carries, and the one that its successor must carry."""

    previous: bytes
    own: bytes


class Break(NamedTuple):
    """A number whose link, or whose head, does not fit."""

    number: int
    code: str


class Chain:
    """Links, breaks and signed runs of one rendition. `first` is the link of fragment 0."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        self._links: dict[int, Link] = {}
        self._heads: dict[int, bytes] = {}
        self.held: list[Range] = []
        self.signed: list[Range] = []
        self.broken: dict[int, str] = {}

    def restore(
        self,
        held: list[Range],
        signed: list[Range],
        broken: dict[int, str],
        edges: dict[int, Link],
    ) -> None:
        """Take up what was archived before; `edges` are the links at the ends of its ranges."""
        self.held, self.signed = list(held), list(signed)
        self.broken.update(broken)
        self._links.update(edges)

    def link_of(self, number: int) -> Link | None:
        """Return the link of a fragment that is still in memory."""
        return self._links.get(number)

    def accept(self, number: int, link: Link) -> list[Break]:
        """Take a fragment that was not held; return what turned out not to fit."""
        self._links[number] = link
        self.held = ranges.add(self.held, number, number)
        found = []
        before = self._links.get(number - 1)
        expected = self._first if number == 0 else before.own if before else None
        if expected is not None and link.previous != expected:
            found.append(Break(number, BROKEN))
        after = self._links.get(number + 1)
        if after is not None and after.previous != link.own:
            found.append(Break(number + 1, BROKEN))
        if found:
            self.broken.update(dict(found))
        waiting = self._heads.pop(number, None)
        if waiting is not None:
            found += self.vouch(number, waiting)
        elif ranges.holds(self.signed, number + 1) and number + 1 not in self.broken:
            self._sign_run_to(number)
        return found

    def vouch(self, number: int, own: bytes) -> list[Break]:
        """Take a head whose signature is good; it may come before its fragment."""
        if number == NO_FRAGMENT:
            return [] if own == self._first else [Break(0, WRONG_HEAD)]
        link = self._links.get(number)
        if link is None:
            if not ranges.holds(self.held, number):
                self._heads[number] = own
            return []
        if link.own != own:
            self.broken[number] = WRONG_HEAD
            return [Break(number, WRONG_HEAD)]
        self._sign_run_to(number)
        return []

    def _sign_run_to(self, number: int) -> None:
        """Mark as signed the unbroken run that ends at a number.

        A broken link stands between a fragment and the one before it: the fragment itself is
        covered by what follows, the one before it is not.
        """
        low = next(low for low, high in self.held if low <= number <= high)
        start = max([low, *(at for at in self.broken if low <= at <= number)])
        self.signed = ranges.add(self.signed, start, number)

    def retract(self, number: int) -> None:
        """Forget a fragment that the log could not take, so that it may come again."""
        self._links.pop(number, None)
        self.held = _without(self.held, number)
        self.signed = _without(self.signed, number)
        self.broken.pop(number, None)

    def forget(self, archived: list[Range]) -> None:
        """Let go of links inside archived ranges; ends stay, for neighbours to come."""
        for number in list(self._links):
            if ranges.holds(archived, number) and self._settled(number):
                del self._links[number]

    def _settled(self, number: int) -> bool:
        """Say whether both neighbours are here: no link is ever compared with this one again."""
        return ranges.holds(self.held, number + 1) and (
            number == 0 or ranges.holds(self.held, number - 1)
        )


def _without(held: list[Range], number: int) -> list[Range]:
    out: list[Range] = []
    for low, high in held:
        if not low <= number <= high:
            out.append((low, high))
            continue
        if low < number:
            out.append((low, number - 1))
        if number < high:
            out.append((number + 1, high))
    return out
