"""The chain: whatever the order of arrival, the same breaks and the same signed runs."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from media_relay.chain import BROKEN, WRONG_HEAD, Break, Chain, Link
from schemas import ranges
from schemas.media.head import NO_FRAGMENT

FIRST = b"first"


def links(count: int, broken: frozenset[int] = frozenset()) -> list[Link]:
    """Return a chain; at a broken number the former link is not the one before it."""
    out: list[Link] = []
    previous = FIRST
    for number in range(count):
        carried = b"wrong" if number in broken else previous
        own = hashlib.sha256(carried + bytes([number])).digest()
        out.append(Link(carried, own))
        previous = own
    return out


@given(
    order=st.permutations(range(12)),
    broken=st.frozensets(st.integers(0, 11), max_size=3),
    head_at=st.integers(0, 11),
    head_when=st.integers(0, 12),
)
def test_order_does_not_matter(
    order: list[int], broken: frozenset[int], head_at: int, head_when: int
) -> None:
    chain, made = Chain(FIRST), links(12, broken)
    found: set[Break] = set()
    for turn, number in enumerate([*order, None]):
        if turn == head_when:
            found |= set(chain.vouch(head_at, made[head_at].own))
        if number is not None:
            found |= set(chain.accept(number, made[number]))
    assert found == {Break(number, BROKEN) for number in broken}
    start = max([0, *(number for number in broken if number <= head_at)])
    assert chain.held == [(0, 11)]
    assert chain.signed == [(start, head_at)]


@given(
    missing=st.frozensets(st.integers(0, 10), max_size=5),
    order=st.permutations(range(12)),
)
def test_a_run_after_a_gap_is_signed_by_its_own_head(
    missing: frozenset[int], order: list[int]
) -> None:
    chain, made = Chain(FIRST), links(12)
    for number in order:
        if number not in missing:
            assert chain.accept(number, made[number]) == []
    chain.vouch(11, made[11].own)
    last_gap = max(missing, default=-1)
    assert chain.signed == [(last_gap + 1, 11)]
    for number in sorted(missing):
        assert chain.accept(number, made[number]) == []
    assert chain.signed == [(0, 11)]


def test_a_head_with_another_link_is_told() -> None:
    chain, made = Chain(FIRST), links(3)
    for number, link in enumerate(made):
        chain.accept(number, link)
    assert chain.vouch(2, b"other") == [Break(2, WRONG_HEAD)]
    assert chain.signed == []


def test_a_head_over_nothing_carries_the_first_link() -> None:
    assert Chain(FIRST).vouch(NO_FRAGMENT, FIRST) == []
    assert Chain(FIRST).vouch(NO_FRAGMENT, b"other") == [Break(0, WRONG_HEAD)]


def test_what_is_settled_is_forgotten_and_neighbours_are_still_compared() -> None:
    chain, made = Chain(FIRST), links(12, frozenset({6}))
    for number in [*range(6), *range(7, 12)]:
        chain.accept(number, made[number])
    chain.forget([(0, 5), (7, 11)])
    kept = {number for number in range(12) if chain.link_of(number)}
    assert kept == {5, 7, 11}
    assert chain.accept(6, made[6]) == [Break(6, BROKEN)]


def test_a_retracted_fragment_may_come_again() -> None:
    chain, made = Chain(FIRST), links(3)
    for number, link in enumerate(made):
        chain.accept(number, link)
    chain.retract(1)
    assert chain.held == [(0, 0), (2, 2)]
    assert chain.accept(1, made[1]) == []
    assert ranges.count(chain.held) == 3
