"""A recording that was begun first finds its operation, whichever of the two comes first."""

from __future__ import annotations

import pytest

from command_center.devices.contact import device_principal
from command_center.footage.assignment import place
from command_center.footage.feed import apply_page
from command_center.footage.proof import recordings_of
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from schemas.recording_notes import LATE_NOTE_MS, RecordingAssigned
from tests.integration.centre.court import Court
from tests.integration.centre.test_footage import T0, TestRelay


@pytest.mark.parametrize("record_first", [True, False])
def test_s01_the_signed_record_places_the_recording(court: Court, record_first: bool) -> None:
    device, made = court.contacted()
    relay = TestRelay(court, device)
    who = court.database.read(device_principal, made.session)
    operation = court.seeded.operation
    body = RecordingAssigned(relay.recording, T0)
    envelope = device.record(court.seeded, body, T0 + LATE_NOTE_MS + 1)
    if record_first:
        court.database.run(accept_field_record, who, envelope)
        assert court.database.run(place) == 0
    court.database.run(apply_page, relay.page(relay.opened(None)))
    receipt = court.database.run(accept_field_record, who, envelope)
    assert [one.code for one in receipt.defects] == ["recording.assigned_late"]
    assert court.database.run(place) == 1
    assert court.database.run(place) == 0
    court.database.run(sequence_entries)
    assert [row.id for row in court.database.read(recordings_of, operation)] == [relay.recording]


def test_s01_another_device_cannot_claim_a_recording(court: Court) -> None:
    device, _ = court.contacted()
    other, made = court.contacted()
    relay = TestRelay(court, device)
    court.database.run(apply_page, relay.page(relay.opened(None)))
    who = court.database.read(device_principal, made.session)
    body = RecordingAssigned(relay.recording, T0)
    court.database.run(accept_field_record, who, other.record(court.seeded, body, T0 + 5))
    assert court.database.run(place) == 0
