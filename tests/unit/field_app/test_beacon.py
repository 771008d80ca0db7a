"""The guard's clock and the last known place, without a service around them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from field_app import beacon as room
from field_app.beacon import Beacon
from field_app.device.pin import Pins
from field_app.local_api.safety import GRACE_MS
from field_app.spool.spool import Spool
from schemas.records import Sos, SosCause, Where


class Told:
    """What the acts would sign."""

    def __init__(self) -> None:
        self.bodies: list[Sos] = []

    def require_enrolled(self) -> None:
        """This device is enrolled."""

    def sos(self, operation: str, case: str, body: Sos) -> None:
        assert (operation, case) == ("", "")
        self.bodies.append(body)


class Nowhere:
    """A session of a day without operations, and a place that is lost."""

    where: Where | None = Where(31.23, 121.47, 6.0)

    def operations(self) -> list[object]:
        return []

    def now(self) -> Where | None:
        return self.where


class Clock:
    """Both clocks; `set_ms` is how far somebody set the wall clock."""

    at_ms = 1_800_000_000_000
    set_ms = 0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(room, "now_ms", lambda: clock.at_ms + clock.set_ms)
    monkeypatch.setattr(room, "mono_ms", lambda: clock.at_ms)
    return clock


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path, bytes(32))
    yield spool
    spool.close()


def make(spool: Spool, told: Told, place: Nowhere) -> Beacon:
    return Beacon(
        spool.facts, Pins(spool.facts), told, place, place, lambda: None, lambda: None  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_guard_alarms_once_at_its_time_with_the_last_place_and_its_age(
    spool: Spool, clock: Clock
) -> None:
    told, place = Told(), Nowhere()
    beacon = make(spool, told, place)
    beacon.guard(10)
    beacon._round(clock.at_ms)
    place.where = None
    seen_ms = clock.at_ms
    clock.at_ms += 10 * 60_000 - 1
    beacon._round(clock.at_ms)
    assert told.bodies == []
    clock.at_ms += 1
    beacon = make(spool, told, place)  # a restart forgets neither guard nor place
    beacon._round(clock.at_ms)
    beacon._round(clock.at_ms + 60_000)
    (body,) = told.bodies
    assert (body.cause, body.seen, body.seen_ms) == (SosCause.TIMER, Nowhere.where, seen_ms)
    assert not body.pin_set
    assert beacon.guard_until_ms is None


@pytest.mark.parametrize("set_ms", [0, 3_600_000, -3_600_000])
def test_u17_the_grace_runs_by_a_clock_that_nobody_sets(
    spool: Spool, clock: Clock, set_ms: int
) -> None:
    told = Told()
    beacon = make(spool, told, Nowhere())
    beacon.raise_(SosCause.BUTTON)
    assert beacon.left_ms() == GRACE_MS
    clock.set_ms = set_ms
    clock.at_ms += GRACE_MS - 1
    beacon._round(clock.at_ms + set_ms)
    assert (told.bodies, beacon.left_ms()) == ([], 1)
    clock.at_ms += 1
    beacon._round(clock.at_ms + set_ms)
    assert [body.cause for body in told.bodies] == [SosCause.BUTTON]
    assert beacon.left_ms() == 0


def test_u17_after_a_restart_a_clock_set_back_does_not_hold_the_alarm(
    spool: Spool, clock: Clock
) -> None:
    told = Told()
    make(spool, told, Nowhere()).raise_(SosCause.BUTTON)
    clock.set_ms = -3_600_000
    make(spool, told, Nowhere())._round(clock.at_ms + clock.set_ms)
    assert [body.cause for body in told.bodies] == [SosCause.BUTTON]


def test_u17_a_clock_set_back_does_not_silence_the_guard(spool: Spool, clock: Clock) -> None:
    told = Told()
    beacon = make(spool, told, Nowhere())
    beacon.guard(10)
    clock.set_ms = -3_600_000
    clock.at_ms += 10 * 60_000
    beacon._round(clock.at_ms + clock.set_ms)
    assert [body.cause for body in told.bodies] == [SosCause.TIMER]
