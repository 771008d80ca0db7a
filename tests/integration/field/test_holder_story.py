"""A shared device changes hands: what it signs is in the name of whoever holds it."""

from __future__ import annotations

import pytest

from schemas.field_api import OfficerInfo
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.records import Step
from tests.integration.field.conftest import Device
from tests.integration.field.court import OFFICER, Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually

SECOND = OfficerInfo(new_id(), "沈知夏", "Z0022", "ENF_OFFICER")


def test_the_device_signs_in_the_name_of_its_holder_and_keeps_him_over_a_restart(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    assert device.client.status().officer == OFFICER
    device.client.call("set_pin", pin="2580", duress="9999", former=None)
    court.holder = SECOND
    device.client.call("contact")
    status = device.client.status()
    assert (status.officer, status.phone) == (SECOND, "12368")
    assert not status.pin_set, "the former officer's PIN goes with him"
    device.client.call("step", operation=court.operation, step=Step.DEPARTED.value)
    eventually(lambda: len(centre.records) == 1, "the record is sent")
    assert [one.officer for one in centre.came()] == [SECOND.officer]
    court.holder = None
    device.client.call("contact")
    assert device.client.status().officer is None
    device.kill()
    device.start()
    assert device.client.status().officer is None


def test_a_device_that_was_told_it_is_revoked_stays_so_over_a_restart(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    assert not device.client.status().revoked
    centre.refuse_with = MzError("device.revoked", Kind.REFUSED).problem()
    with pytest.raises(MzError, match=r"device\.revoked"):
        device.client.call("contact")
    assert device.client.status().revoked
    device.kill()
    device.start()
    status = device.client.status()
    assert (status.revoked, status.phone) == (True, "12368")
    centre.refuse_with = None
    eventually(lambda: not device.client.status().revoked, "the centre lets it in again")
