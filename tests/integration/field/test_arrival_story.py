"""S-04: a real service at the operation's place asks for the arrival, and signs what was said."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem
from field_app.local_api.visit import SiteNow
from schemas.field_api import Site
from schemas.recording_notes import Noticed, NoticedKind
from schemas.records import FieldRecord, OperationStep, Step
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.simulated_receiver import daemon
from tests.patience import eventually
from tests.ports import free_port

SITE = Site(23.129111, 113.264389, 150)
HURRIED = "tests.integration.field.hurried_service"


def _site(device: Device) -> SiteNow:
    (shown,) = device.client.status().sites
    return shown


@pytest.fixture
def ready(device: Device, centre: SimulatedCentre, court: Court) -> Device:
    court.site = SITE
    device.start(place="23.129511,113.264389")
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().sites), "the operation's place")
    return device


def test_s_04_the_officer_who_departed_is_asked_and_confirms(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    shown = _site(ready)
    assert shown.distance_m == pytest.approx(44, abs=1)
    assert (shown.inside, shown.entered_ms) == (True, None)
    ready.client.call("step", operation=court.operation, step=Step.DEPARTED)
    eventually(lambda: _site(ready).entered_ms is not None, "the device asks")
    asked_ms = _site(ready).entered_ms
    ready.kill()
    ready.start(place="23.129511,113.264389")
    assert _site(ready).entered_ms == asked_ms
    made = ready.client.ask(OutboxItem, "step", operation=court.operation, step=Step.ON_SCENE)
    record = centre.record(made.item)
    assert isinstance(record.body, OperationStep)
    assert not record.body.by_position
    assert record.place is not None
    assert record.place.mock
    assert (_site(ready).entered_ms, _site(ready).step) == (None, "on_scene")


def _noticed(centre: SimulatedCentre) -> list[Noticed]:
    return [one.body for one in centre.came() if isinstance(one.body, Noticed)]


def test_s_04_a_recording_with_a_simulated_place_says_so_to_the_centre(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    assert ready.client.status().place_simulated
    ready.client.call("start", operation=court.operation)
    running = ready.client.status().recording
    assert running is not None
    eventually(lambda: bool(_noticed(centre)), "the simulated place is told")
    (said,) = _noticed(centre)
    assert (said.recording, said.what) == (running.recording, NoticedKind.SIMULATED_PLACE)
    ready.client.call("stop", reason="结束")


def _arrivals(centre: SimulatedCentre) -> list[FieldRecord]:
    return [
        one
        for one in centre.came()
        if isinstance(one.body, OperationStep) and one.body.step is Step.ON_SCENE
    ]


def test_s_04_by_gpsd_the_device_asks_at_the_place_and_marks_the_arrival_by_position(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    """The real gpsd, a simulated receiver; only the terms of an arrival are shorter."""
    court.site = SITE
    port = free_port()
    with daemon(port, place=(23.134111, 113.264389)) as receiver:
        device.start_as(HURRIED, place=f"gpsd:127.0.0.1:{port}")
        device.enrol(centre)
        eventually(lambda: bool(device.client.status().sites), "the operation's place")
        eventually(lambda: _site(device).distance_m is not None, "a fix of gpsd")
        assert _site(device).distance_m == pytest.approx(554, abs=3)
        assert not device.client.status().place_simulated
        device.client.call("step", operation=court.operation, step=Step.DEPARTED)
        eventually(lambda: _site(device).inside is False, "not there yet")
        assert _site(device).entered_ms is None

        receiver.place = (23.129511, 113.264389)
        eventually(lambda: _site(device).inside is True, "within the range")
        eventually(lambda: bool(_arrivals(centre)), "the arrival that nobody reported")
        eventually(lambda: _site(device).step == Step.ON_SCENE.value, "the device knows")
        receiver.place = (23.134111, 113.264389)
        eventually(lambda: _site(device).inside is False, "away again")
        receiver.place = (23.129511, 113.264389)
        eventually(lambda: _site(device).inside is True, "and back")
    [arrival] = _arrivals(centre)
    assert isinstance(arrival.body, OperationStep)
    assert arrival.body.by_position, "no officer said so"
    assert arrival.body.at_ms <= arrival.recorded_wall_ms - 2_000, "since the first sure fix"
    assert arrival.place is not None
    assert not arrival.place.mock
    assert (arrival.place.lat, arrival.place.lon) == pytest.approx(
        (23.129511, 113.264389), abs=1e-4
    )


def test_s_04_by_gpsd_the_officers_own_word_is_no_arrival_by_position(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    court.site = SITE
    port = free_port()
    with daemon(port) as _receiver:
        device.start(place=f"gpsd:127.0.0.1:{port}")
        device.enrol(centre)
        eventually(lambda: bool(device.client.status().sites), "the operation's place")
        device.client.call("step", operation=court.operation, step=Step.DEPARTED)
        eventually(lambda: _site(device).entered_ms is not None, "the device asks")
        device.client.call("step", operation=court.operation, step=Step.ON_SCENE)
        eventually(lambda: bool(_arrivals(centre)), "his word")
    [arrival] = _arrivals(centre)
    assert isinstance(arrival.body, OperationStep)
    assert not arrival.body.by_position
    assert arrival.place is not None
    assert not arrival.place.mock
