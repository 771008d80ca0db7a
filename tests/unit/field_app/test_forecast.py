"""How long things last, and how far the clock is off."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_app.device.forecast import HOT_C, Forecast, Outlook, Reading, Trend
from field_app.device.identity import Identity
from field_app.spool.spool import Spool
from field_app.sync import session as room
from field_app.sync.session import Session
from schemas.field_api import DeviceContact, RelayAddress
from schemas.ids import new_id
from tests.integration.field.court import Court


def after(readings: list[Reading]) -> Outlook:
    """Return the outlook after one reading a minute."""
    left = iter(readings)
    forecast = Forecast(lambda: next(left))
    return [forecast.look(minute * 60.0) for minute in range(len(readings))][-1]


def test_the_machine_is_read_each_ten_seconds_whoever_asks() -> None:
    looks: list[int] = []
    forecast = Forecast(lambda: looks.append(1) or Reading(None, len(looks), None))  # type: ignore[func-returns-value]
    for tenth in range(101):
        forecast.look(tenth / 5)
    assert len(looks) == 3


def test_a_battery_that_falls_a_percent_a_minute_lasts_as_many_minutes() -> None:
    found = after([Reading(80 - minute, 10**9, 40.0) for minute in range(6)])
    assert found == Outlook(75, 75 * 60, None, 40.0, None)


def test_room_and_heat_are_forecast_by_the_rate_of_late() -> None:
    found = after(
        [Reading(None, 7_000_000 - minute * 100_000, 40 + minute / 4) for minute in range(61)]
    )
    assert found.storage_left_s == 600
    assert found.hot_left_s == round((HOT_C - 55) * 4 * 60)
    assert found.battery_left_s is None
    full = after([Reading(None, 5, 60.0), Reading(None, -5, 71.0)])
    assert (full.storage_left_s, full.hot_left_s) == (0, 0)


def test_what_was_watched_for_less_than_a_minute_or_grows_has_no_end_in_sight() -> None:
    trend = Trend()
    assert trend.left_s(0) is None
    for second in range(0, 50, 10):
        trend.note(float(second), 100.0 - second)
    assert trend.left_s(0) is None
    grows = Trend()
    grows.note(0.0, 50.0)
    grows.note(120.0, 60.0)
    assert grows.left_s(0) is None


@given(start=st.integers(1, 10**12), spent=st.integers(1, 10**12), seconds=st.integers(60, 600))
def test_at_an_even_rate_the_rest_lasts_in_proportion(start: int, spent: int, seconds: int) -> None:
    trend = Trend()
    trend.note(0.0, float(start + spent))
    trend.note(float(seconds), float(start))
    assert trend.left_s(0) == pytest.approx(start * seconds / spent, rel=1e-6, abs=1)


def test_a_clock_that_is_set_without_a_network_shows_against_the_last_contact(
    tmp_path: Path, spool: Spool, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"wall": 1_800_000_000_000, "mono": 50_000}
    monkeypatch.setattr(room, "now_ms", lambda: clock["wall"])
    monkeypatch.setattr(room, "mono_ms", lambda: clock["mono"])
    session = Session(spool.facts)
    assert session.clock_ahead_ms() is None
    asked = Identity(tmp_path / "other").ask("code", "执法仪", "test")
    said = DeviceContact(asked.device, new_id(), 0, 0, "test")
    reply = court.answer(asked, said, RelayAddress("relay-1", "ws://x", "http://x"), 0)
    session.keep(clock["wall"], msgspec.structs.replace(reply, server_ms=clock["wall"] - 1_500))
    assert session.clock_ahead_ms() == 1_500
    for name in clock:
        clock[name] += 3_600_000
    assert session.clock_ahead_ms() == 1_500, "an hour without a network"
    clock["wall"] -= 600_000
    assert session.clock_ahead_ms() == 1_500 - 600_000
    assert Session(spool.facts).clock_ahead_ms() == 1_500, "a restart knows the last contact only"
