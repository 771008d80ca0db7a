"""The alarm of a device: no window, no link, a killed service; it is told all the same, first."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem
from field_app.local_api.status import Status
from schemas.problems import Kind, MzError, Problem
from schemas.records import FieldRecord, Sos, SosCause
from schemas.time import now_ms
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually

PIN, DURESS = "2580", "1470"


def alarms(centre: SimulatedCentre) -> list[tuple[FieldRecord, Sos]]:
    return [(one, one.body) for one in centre.came() if isinstance(one.body, Sos)]


def enrolled(device: Device, centre: SimulatedCentre) -> None:
    device.start(place="31.23,121.47")
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")


def refused(device: Device, verb: str, **args: object) -> str:
    with pytest.raises(MzError) as caught:
        device.client.call(verb, **args)
    return caught.value.code


def test_u17_an_alarm_is_taken_back_within_five_seconds_and_nobody_is_told(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    enrolled(device, centre)
    assert refused(device, "cancel_sos") == "sos.not_raised"
    device.client.call("raise_sos")
    assert device.client.status().sos_since_ms is not None
    device.client.call("cancel_sos")
    assert device.client.status().sos_since_ms is None
    assert not [one for one in device.client.ask(list[OutboxItem], "outbox") if one.kind == "sos"]


def test_u17_a_killed_service_tells_the_alarm_first_and_only_the_pin_closes_it(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    enrolled(device, centre)
    device.client.call("set_pin", pin=PIN, duress=DURESS)
    centre.refuse_with = Problem("centre.unavailable", Kind.UNAVAILABLE)
    device.client.call("marker", operation=court.operation)
    device.client.call("raise_sos", cause="keys")
    device.kill()
    device.start(place="31.23,121.47")
    eventually(lambda: device.client.status().sos_told, "told after a kill")
    assert refused(device, "cancel_sos") == "sos.too_late"
    assert refused(device, "set_pin", pin="1111", duress="2222", former=PIN) == "sos.raised"
    centre.refuse_with = None
    eventually(lambda: len(centre.records) >= 2, "alarm and marker arrive")
    record, body = alarms(centre)[0]
    assert next(iter(centre.records)) == record.record, "the alarm overtakes the marker"
    assert (record.operation, body.cause, body.pin_set) == (court.operation, SosCause.KEYS, True)
    assert body.seen is not None
    assert body.seen_ms is not None
    for _ in range(3):
        assert refused(device, "close_sos", pin="0001") == "pin.wrong"
    assert refused(device, "close_sos", pin=PIN) == "pin.throttled"
    eventually(lambda: closes(device, PIN), "closed by PIN")
    eventually(lambda: len(alarms(centre)) == 2, "the desk is told that it was closed")
    closed = alarms(centre)[1][1]
    assert closed.sos == body.sos
    assert closed.closed_ms
    assert closed.cause is SosCause.KEYS


def closes(device: Device, pin: str) -> bool:
    try:
        return device.client.ask(Status, "close_sos", pin=pin).sos_since_ms is None
    except MzError as error:
        if error.code != "pin.throttled":
            raise
        return False


def test_u17_a_duress_pin_looks_the_same_here_and_says_so_to_the_desk(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    enrolled(device, centre)
    device.client.call("set_pin", pin=PIN, duress=DURESS)
    looks = []
    for pin in (PIN, DURESS):
        device.client.call("raise_sos")
        eventually(lambda: device.client.status().sos_told, "told")
        status = device.client.ask(Status, "close_sos", pin=pin)
        kept = device.client.ask(list[OutboxItem], "outbox")[:2]
        looks.append((status.sos_since_ms, status.alarm, [(one.kind, one.title) for one in kept]))
    assert looks[0] == looks[1]
    eventually(lambda: len(alarms(centre)) == 4, "all told")
    assert [body.cause for _, body in alarms(centre)][1::2] == [SosCause.BUTTON, SosCause.DURESS]


def test_u17_an_officer_says_until_when_he_reports_and_takes_it_back(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    enrolled(device, centre)
    before = now_ms()
    device.client.call("guard", minutes=60)
    until = device.client.status().guard_until_ms
    assert until is not None
    assert before <= until - 3_600_000 <= now_ms()
    device.client.call("guard", minutes=0)
    assert device.client.status().guard_until_ms is None


def test_u17_a_duress_pin_unlocks_like_the_own_one_and_tells_the_desk_without_a_word(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    enrolled(device, centre)
    assert refused(device, "unlock", pin=PIN) == "pin.not_set"
    device.client.call("set_pin", pin=PIN, duress=DURESS)
    assert device.client.call("unlock", pin=PIN) is None
    assert alarms(centre) == []
    before = device.client.status()
    assert device.client.call("unlock", pin=DURESS) is None
    after = device.client.status()
    assert (after.sos_since_ms, after.sos_told, after.alarm) == (
        before.sos_since_ms, before.sos_told, before.alarm,
    )  # fmt: skip
    eventually(lambda: bool(alarms(centre)), "told")
    ((record, body),) = alarms(centre)
    assert (record.operation, body.cause) == (court.operation, SosCause.DURESS)
    assert body.closed_ms is None
    for _ in range(3):
        assert refused(device, "unlock", pin="0001") == "pin.wrong"
    assert refused(device, "unlock", pin=PIN) == "pin.throttled"
    assert 0 < device.client.status().pin_wait_s <= 2, "the window counts it down"
    eventually(lambda: device.client.status().pin_wait_s == 0, "the pad opens again")
    device.client.call("unlock", pin=PIN)
