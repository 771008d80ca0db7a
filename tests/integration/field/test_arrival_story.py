"""S-04: a real service at the operation's place asks for the arrival, and signs what was said."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem
from field_app.local_api.visit import SiteNow
from schemas.field_api import Site
from schemas.recording_notes import Noticed, NoticedKind
from schemas.records import FIELD_RECORD, FieldRecord, OperationStep, Step
from schemas.sign import Envelope, decode, decode_payload
from tests.integration.field.conftest import Device, wait_until
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre

SITE = Site(23.129111, 113.264389, 150)


def _site(device: Device) -> SiteNow:
    (shown,) = device.client.status().sites
    return shown


@pytest.fixture
def ready(device: Device, centre: SimulatedCentre, court: Court) -> Device:
    court.site = SITE
    device.start(place="23.129511,113.264389")
    device.enrol(centre)
    wait_until(lambda: bool(device.client.status().sites), 60, "the operation's place")
    return device


def test_s_04_the_officer_who_departed_is_asked_and_confirms(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    shown = _site(ready)
    assert shown.distance_m == pytest.approx(44, abs=1)
    assert (shown.inside, shown.entered_ms) == (True, None)
    ready.client.call("step", operation=court.operation, step=Step.DEPARTED)
    wait_until(lambda: _site(ready).entered_ms is not None, 60, "the device asks")
    asked_ms = _site(ready).entered_ms
    ready.kill()
    ready.start(place="23.129511,113.264389")
    assert _site(ready).entered_ms == asked_ms
    made = ready.client.ask(OutboxItem, "step", operation=court.operation, step=Step.ON_SCENE)
    wait_until(lambda: made.item in centre.records, 30, made.title)
    record = decode_payload(decode(centre.records[made.item], Envelope), FIELD_RECORD, FieldRecord)
    assert isinstance(record.body, OperationStep)
    assert not record.body.by_position
    assert record.place is not None
    assert record.place.mock
    assert (_site(ready).entered_ms, _site(ready).step) == (None, "on_scene")


def _noticed(centre: SimulatedCentre) -> list[Noticed]:
    records = [
        decode_payload(decode(raw, Envelope), FIELD_RECORD, FieldRecord)
        for raw in list(centre.records.values())
    ]
    return [record.body for record in records if isinstance(record.body, Noticed)]


def test_s_04_a_recording_with_a_simulated_place_says_so_to_the_centre(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    assert ready.client.status().place_simulated
    ready.client.call("start", operation=court.operation)
    running = ready.client.status().recording
    assert running is not None
    wait_until(lambda: bool(_noticed(centre)), 60, "the simulated place is told")
    (said,) = _noticed(centre)
    assert (said.recording, said.what) == (running.recording, NoticedKind.SIMULATED_PLACE)
    ready.client.call("stop", reason="结束")
