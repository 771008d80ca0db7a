"""A device that is not enrolled, or was revoked while it recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from door.story.device import OfficersDevice
from field_app.client import service_command
from schemas.problems import MzError
from schemas.records import Step
from tests.integration.crash.house import House, Running, signed_in
from tests.patience import eventually


@pytest.fixture
def stranger(house: House, tmp_path: Path) -> Iterator[OfficersDevice]:
    """A second officer's device, running and not enrolled."""
    device = OfficersDevice(tmp_path / "device", "generated")
    device.data.mkdir(mode=0o700)
    program = Running("stranger", service_command(device.data), tmp_path / "device.log")
    program.launch()
    device.connect()
    yield device
    device.close()
    assert program.stop() == 0


def test_a_device_that_is_not_enrolled_does_nothing(house: House, stranger: OfficersDevice) -> None:
    operation, before = house.cast.operation, house.measures()
    for act in (
        lambda: stranger._client.call("start", operation=operation),
        lambda: stranger.report_step(operation, Step.ACTING),
        lambda: stranger._client.call("contact"),
    ):
        with pytest.raises(MzError) as caught:
            act()
        assert caught.value.code == "device.not_enrolled"
    assert stranger.recordings() == []
    assert stranger.outbox() == []
    assert house.measures() == before


def test_an_enrolment_code_is_good_once(house: House, stranger: OfficersDevice) -> None:
    code = house.desk.enrolment_code(house.cast.officer)
    used = house.desk.enrolment_code(house.cast.officer)
    devices = house.facts("SELECT count(*) FROM device")
    for wrong in ("", "AAAAA-AAAAA", code[:-1], code + "A", "' OR 1=1 --"):
        with pytest.raises(MzError) as caught:
            stranger.enrol(house.site.public_url, wrong, "记录仪 2")
        assert caught.value.code == "enrolment.code_wrong"
    assert not stranger.status().enrolled
    assert house.facts("SELECT count(*) FROM device") == devices
    assert stranger.enrol(house.site.public_url, used, "记录仪 2").enrolled
    with pytest.raises(MzError) as caught:
        stranger.enrol(house.site.public_url, code, "记录仪 2")
    assert caught.value.code == "device.already_enrolled"


def test_a_device_revoked_while_it_records_is_cut_off_stops_and_keeps_what_it_has(
    house: House, stranger: OfficersDevice
) -> None:
    code = house.desk.enrolment_code(house.cast.officer)
    device = stranger.enrol(house.site.public_url, code, "记录仪 3").device
    recording = stranger.record(house.cast.operation)
    eventually(lambda: stranger.recordings()[0].received >= 5, "fragments are received")
    revoked_at = time.monotonic()
    signed_in(house, "COMMANDER")._form(f"devices/{device}/revocation", {"reason": "遗失"})
    eventually(lambda: stranger.status().alarm == "device.revoked", "cut off within 5 s")
    assert time.monotonic() - revoked_at < 5.5
    eventually(lambda: stranger.status().recording is None, "it signs nothing more")
    found = stranger.recordings()[0]
    assert found.recording == recording
    assert found.ended
    assert found.recorded >= 5, "what was recorded stays on the device"
    with pytest.raises(MzError) as caught:
        stranger._client.call("start", operation=house.cast.operation)
    assert caught.value.code == "device.revoked"
    for act in (
        lambda: stranger._client.call("contact"),
        lambda: stranger.enrol(house.site.public_url, code, "记录仪 3"),
    ):
        with pytest.raises(MzError) as caught:
            act()
        assert caught.value.code in ("device.revoked", "device.already_enrolled")
    item = stranger.report_step(house.cast.operation, Step.ACTING)
    later = stranger.recordings()[0]
    assert later.received <= found.received + 5, "nothing was taken any more"
    assert stranger.status().alarm == "device.revoked"
    states = {each.item: each for each in stranger.outbox()}
    assert states[item.item].state != "received"
    records = f"SELECT count(*) FROM field_record WHERE device = '{device}'"
    assert house.facts(records) == [(0,)]
    house.settle()
