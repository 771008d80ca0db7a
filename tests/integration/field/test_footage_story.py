"""Footage from the camera to `archived`, over the real relay."""

from __future__ import annotations

import time

from tests.integration.field.conftest import Device, wait_until
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre


def settled(device: Device) -> bool:
    """Everything that was recorded is archived."""
    recent = device.client.status().recent
    return bool(recent) and all(r.ended and r.archived == r.recorded > 0 for r in recent)


def test_what_is_recorded_is_archived(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    wait_until(lambda: device.client.status().link == "good", 10, "link")
    device.client.call("start", operation=court.operation)
    time.sleep(4)
    device.client.call("stop", reason="现场结束")
    wait_until(lambda: settled(device), 15, device.log()[-1500:])
    status = device.client.status()
    assert status.recent[0].recorded >= 18
    assert status.backlog_fragments == 0
    assert status.alarm == ""
    device.stop()
    audit = device.audit()
    assert audit["ok"], audit
