"""Sets of fragment numbers as ranges `[first, last]`, both included, ascending, not touching."""

from __future__ import annotations

from collections.abc import Iterable

Range = tuple[int, int]


def add(ranges: list[Range], first: int, last: int) -> list[Range]:
    """Return the ranges with first…last in them."""
    if ranges and first == ranges[-1][1] + 1:  # the next in order, as nearly always
        return [*ranges[:-1], (ranges[-1][0], last)]
    out: list[Range] = []
    for low, high in ranges:
        if high < first - 1:
            out.append((low, high))
        elif low > last + 1:
            out.append((first, last))
            first, last = low, high
        else:
            first, last = min(low, first), max(high, last)
    return [*out, (first, last)]


def of(numbers: Iterable[int]) -> list[Range]:
    """Return the ranges of single numbers, in any order, repeats allowed."""
    out: list[Range] = []
    for number in sorted(set(numbers)):
        if out and out[-1][1] == number - 1:
            out[-1] = (out[-1][0], number)
        else:
            out.append((number, number))
    return out


def union(*many: Iterable[Range]) -> list[Range]:
    """Return the union of several lists of ranges."""
    out: list[Range] = []
    for low, high in sorted(item for ranges in many for item in ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def missing(ranges: list[Range], first: int, last: int) -> list[Range]:
    """Return what of first…last the ranges lack."""
    out, at = [], first
    for low, high in ranges:
        if high < at:
            continue
        if low > last:
            break
        if low > at:
            out.append((at, low - 1))
        at = high + 1
    return [*out, (at, last)] if at <= last else out


def without(ranges: Iterable[Range], other: list[Range]) -> list[Range]:
    """Return what of the ranges the other ones lack."""
    return [gap for low, high in ranges for gap in missing(other, low, high)]


def count(ranges: Iterable[Range]) -> int:
    """Return how many numbers the ranges hold."""
    return sum(high - low + 1 for low, high in ranges)


def holds(ranges: list[Range], number: int) -> bool:
    """Return whether a number is in the ranges."""
    for low, high in ranges:  # noqa: SIM110 - a plain loop: asked at every fragment
        if low <= number <= high:
            return True
    return False
