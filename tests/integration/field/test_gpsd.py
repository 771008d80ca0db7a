"""A real gpsd, fed with what a simulated receiver says: the device has a place while there is a
fix."""

from __future__ import annotations

import pytest

from field_app.device import gpsd
from field_app.device.gpsd import GpsdPlace
from tests.integration.field.simulated_receiver import HALL, daemon
from tests.patience import eventually
from tests.ports import free_port


def test_s02_the_receivers_fix_is_the_devices_place_until_it_is_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """gpsd comes after the device; then the receiver loses its fix."""
    monkeypatch.setattr(gpsd, "FRESH_SECONDS", 1.0)
    port = free_port()
    source = GpsdPlace("127.0.0.1", port)
    assert source.now() is None
    with daemon(port) as receiver:
        where = eventually(source.now, "a fix")
        assert (where.lat, where.lon) == pytest.approx(HALL, abs=1e-5)
        assert not where.mock
        receiver.fix = False
        eventually(lambda: source.now() is None, "it is old")
