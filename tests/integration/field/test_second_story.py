"""The second officer sets a PIN on the first one's device and confirms there without a network."""

from __future__ import annotations

from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.second import SecondHere
from schemas.problems import Kind, Problem
from schemas.second import SECOND_CONFIRMATION, ConfirmedHere, SecondConfirmation
from schemas.sign import Envelope, decode, decode_payload
from tests.integration.field.conftest import Device
from tests.integration.field.court import SECOND, Court
from tests.integration.field.simulated_centre import SECOND_CODE, SimulatedCentre
from tests.integration.field.test_acts_story import in_state, refusal, seizure
from tests.patience import eventually

PIN = "482913"


def test_r11_the_second_confirms_offline_by_his_own_pin(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start(place="23.1,113.3")
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    call, ask = device.client.call, device.client.ask
    assert refusal(lambda: call("enrol_second", code="WRONG", pin=PIN)) == "enrolment.code_wrong"
    centre.loses_answer = True
    lost = refusal(lambda: call("enrol_second", code=SECOND_CODE, pin=PIN))
    assert lost == "centre.unavailable"
    here = ask(list[SecondHere], "enrol_second", code=SECOND_CODE, pin=PIN)
    assert [(one.officer, one.name) for one in here] == [(SECOND.officer, SECOND.name)]
    assert len(set(centre.second_keys)) == 1, "a lost answer costs no code"

    centre.refuse_with = Problem("centre.unavailable", Kind.UNAVAILABLE, "the link is cut")
    act = ask(OutboxItem, "save_measure", operation=court.operation, body=seizure([]),
              second_officer=SECOND.officer)  # fmt: skip
    alone = ask(OutboxItem, "save_measure", operation=court.operation, body=seizure([]))
    assert refusal(lambda: call("confirm_second", record=act.item, pin="111111")) == "pin.wrong"
    assert refusal(lambda: call("confirm_second", record=alone.item, pin=PIN)) == "second.not_named"
    left = ask(OutboxItem, "save_measure", operation=court.operation, body=seizure([]),
               second_officer=SECOND.officer)  # fmt: skip
    device.kill()
    device.start(place="23.1,113.3")
    call, ask = device.client.call, device.client.ask
    assert ask(list[SecondHere], "seconds") == here
    awaited = device.client.status().seconds_awaited
    assert [(one.record, one.name) for one in awaited] == [
        (act.item, SECOND.name), (left.item, SECOND.name)
    ]  # fmt: skip
    assert awaited[0].title == act.title
    said = ask(OutboxItem, "confirm_second", record=act.item, pin=PIN)
    assert [one.record for one in device.client.status().seconds_awaited] == [left.item]
    call("leave_second", record=left.item)
    assert device.client.status().seconds_awaited == []

    centre.refuse_with = None
    eventually(in_state(device, said.item, OutboxState.RECEIVED), "the confirmation")
    record = centre.record(said.item)
    assert isinstance(record.body, ConfirmedHere)
    envelope = record.body.confirmation
    envelope.check(centre.second_keys[0])
    meant = decode_payload(envelope, SECOND_CONFIRMATION, SecondConfirmation)
    kept = decode(centre.records[act.item], Envelope)
    assert (meant.record, meant.sha256) == (act.item, kept.payload_sha256())
    assert meant.officer == SECOND.officer
