"""A real gpsd, fed with what a simulated receiver says: the device has a place while there is a
fix."""

from __future__ import annotations

import socket
import time

import pytest

from field_app.device import gpsd
from field_app.device.gpsd import GpsdPlace
from schemas.records import Where
from tests.integration.field.simulated_receiver import HALL, daemon, free_port


def place_within(source: GpsdPlace, seconds: float) -> Where | None:
    end = time.monotonic() + seconds
    while (where := source.now()) is None and time.monotonic() < end:
        time.sleep(0.05)
    return where


def test_s02_the_receivers_fix_is_the_devices_place_until_it_is_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """gpsd comes after the device; then the receiver loses its fix."""
    monkeypatch.setattr(gpsd, "FRESH_SECONDS", 1.0)
    port = free_port(socket.SOCK_STREAM)
    source = GpsdPlace("127.0.0.1", port)
    assert source.now() is None
    with daemon(port) as receiver:
        where = place_within(source, 20)
        assert where is not None
        assert (where.lat, where.lon) == pytest.approx(HALL, abs=1e-5)
        assert not where.mock
        receiver.fix = False
        end = time.monotonic() + 20
        while source.now() is not None and time.monotonic() < end:
            time.sleep(0.05)
        assert source.now() is None
