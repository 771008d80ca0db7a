"""A planned silence on the device: told, shown, over by itself or taken back."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.recording_notes import PlannedSilence, SilenceReason
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually


def told(centre: SimulatedCentre, item: OutboxItem) -> PlannedSilence:
    body = centre.record(item.item).body
    assert isinstance(body, PlannedSilence)
    return body


def test_s03_the_centre_is_told_for_how_long_and_that_it_is_over(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    for code, verb, args in (
        ("operation.unknown", "plan_silence",
         {"operation": new_id(), "minutes": 5, "reason": "other"}),
        ("message.malformed", "plan_silence",
         {"operation": court.operation, "minutes": 31, "reason": "other"}),
        ("silence.not_planned", "end_silence", {}),
    ):  # fmt: skip
        with pytest.raises(MzError) as caught:
            device.client.call(verb, **args)
        assert caught.value.code == code
    assert device.client.status().silent_until_ms is None
    asked = {"operation": court.operation, "minutes": 15, "reason": "no_signal"}
    plan = told(centre, device.client.ask(OutboxItem, "plan_silence", **asked))
    assert (plan.until_ms - plan.from_ms, plan.reason) == (900_000, SilenceReason.NO_SIGNAL)
    device.stop()
    device.start()
    assert device.client.status().silent_until_ms == plan.until_ms
    over = told(centre, device.client.ask(OutboxItem, "end_silence"))
    assert (over.silence, over.from_ms) == (plan.silence, plan.from_ms)
    assert over.until_ms < plan.until_ms
    assert device.client.status().silent_until_ms is None
