"""The volume keys at the real service: felt and heard, with nobody looking."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem
from schemas.problems import MzError
from schemas.recording_notes import RecordingAssigned
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.pulse import RATE, Pulse, first_heard, samples_of
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.tones import share_of
from tests.patience import eventually


def _hertz(samples: list[float]) -> int:
    """Return which of the keys' tones is heard most, whatever crackles beside it."""
    return max((220, 440, 660, 880), key=lambda hz: share_of(samples[: RATE // 10], RATE, hz))


def test_s01_a_press_records_the_next_marks_and_a_hold_stops(
    device: Device, centre: SimulatedCentre, court: Court, pulse: Pulse
) -> None:
    heard = pulse.listen("ear")
    device.start(sound="pulse:ear,loud")
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    assert device.client.call("key", held=True) == "nothing"
    eventually(lambda: len(first_heard(samples_of(heard))) >= RATE // 2, "a tone is heard")
    assert _hertz(first_heard(samples_of(heard))) == 220
    assert device.client.call("key", held=False, operation=court.operation) == "started"
    running = device.client.status().recording
    assert running is not None
    assert running.operation == court.operation
    eventually(lambda: device.client.call("key", held=False) == "marked", "marked")
    kept = device.client.ask(list[OutboxItem], "outbox")
    assert [one.kind for one in kept] == ["marker"]
    assert device.client.call("key", held=True) == "stopped"
    assert device.client.status().recording is None


def test_s01_a_key_records_without_case_or_plan(device: Device, centre: SimulatedCentre) -> None:
    device.start()
    device.enrol(centre)
    assert device.client.call("key", held=False) == "started"
    running = device.client.status().recording
    assert running is not None
    assert running.operation is None
    device.client.call("key", held=True)


def test_s01_what_was_recorded_first_is_assigned_once_by_a_signed_record(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    device.client.call("key", held=False)
    device.client.call("key", held=True)
    recording = device.client.status().recent[0]
    assert recording.operation is None
    device.client.call("assign", recording=recording.recording, operation=court.operation)
    device.kill()
    device.start()
    assert device.client.status().recent[0].operation == court.operation
    with pytest.raises(MzError, match=r"recording\.already_assigned"):
        device.client.call("assign", recording=recording.recording, operation=court.operation)

    def arrived() -> RecordingAssigned | None:
        for record in centre.came():
            if isinstance(record.body, RecordingAssigned):
                assert record.operation == court.operation
                return record.body
        return None

    eventually(lambda: arrived() is not None, "the record arrives")
    assert arrived() == RecordingAssigned(recording.recording, recording.started_wall_ms)
