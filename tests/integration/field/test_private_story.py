"""A private interval from the tap to the relay: kept whole, shown to nobody, over a kill."""

from __future__ import annotations

import time

import pytest

from field_app.device.identity import Identity
from field_app.local_api.acts import PhotoTaken
from field_app.local_api.outbox import OutboxItem
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from schemas.ids import new_id
from schemas.media.fragment import Rendition, split_frame
from schemas.problems import MzError
from schemas.recording_notes import PrivateInterval, PrivateReason
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import refusal, seizure
from tests.integration.field.test_footage_story import begin, end_clean
from tests.patience import eventually


def marks(device: Device, recording: str) -> str:
    """Return the full rendition of a stopped device, one letter a fragment: open or Private."""
    identity = Identity(device.data / "device")
    spool = Spool(device.data, identity.storage_key, min_free_bytes=1)
    found = ""
    while (frame := spool.footage.frame(Key(recording, Rendition.FULL, len(found)))) is not None:
        found += "P" if split_frame(frame)[0].private else "."
    spool.close()
    return found


def interval(centre: SimulatedCentre, item: OutboxItem) -> PrivateInterval:
    """Return what a record says once it arrived."""
    body = centre.record(item.item).body
    assert isinstance(body, PrivateInterval)
    return body


def test_s04_a_private_interval_is_recorded_whole_and_closed_at_the_relay(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records(4)
    began = device.client.ask(
        OutboxItem, "begin_private", operation=court.operation, reason="search"
    )
    first = interval(centre, began)
    assert (first.reason, first.to_ms) == (PrivateReason.SEARCH, None)
    status = device.client.status()
    assert (status.private_since_ms, status.private_reason) == (first.from_ms, "search")
    time.sleep(1.5)
    last = interval(centre, device.client.ask(OutboxItem, "end_private"))
    assert (last.interval, last.from_ms) == (first.interval, first.from_ms)
    assert last.to_ms is not None
    assert last.to_ms - last.from_ms > 1_400
    assert device.client.status().private_since_ms is None
    device.records(9)
    recording = device.client.status().recording
    assert recording is not None
    device.client.call("stop", reason="结束")
    end_clean(device)
    found = marks(device, recording.recording)
    assert found.strip(".").replace("P", "") == "", "one stretch without a hole"
    assert found.startswith("...")
    assert found.endswith("...")
    assert found.count("P") >= 7


def test_s04_a_killed_service_goes_on_privately_and_the_officer_ends_it(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    began = device.client.ask(
        OutboxItem, "begin_private", operation=court.operation, reason="medical"
    )
    first = interval(centre, began)
    device.records()
    device.kill()
    device.start(resume=True)
    eventually(lambda: device.client.status().recording is not None, "recording again")
    status = device.client.status()
    assert (status.private_since_ms, status.private_reason) == (first.from_ms, "medical")
    device.records(4)
    recording = device.client.status().recording
    assert recording is not None
    last = interval(centre, device.client.ask(OutboxItem, "end_private"))
    assert (last.interval, last.from_ms) == (first.interval, first.from_ms)
    device.client.call("stop", reason="结束")
    end_clean(device)
    found = marks(device, recording.recording)
    assert found[:4] == "PPPP"


def test_s04_what_cannot_be_is_refused_and_closes_nothing(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    for code, verb, args in (
        ("operation.unknown", "begin_private", {"operation": new_id(), "reason": "child"}),
        ("message.malformed", "begin_private", {"operation": court.operation, "reason": "shy"}),
        ("private.not_running", "end_private", {}),
    ):
        with pytest.raises(MzError) as caught:
            device.client.call(verb, **args)
        assert caught.value.code == code
    assert device.client.status().private_since_ms is None
    assert device.client.call("outbox") == []


def test_s04_a_photo_of_the_interval_names_it_and_nothing_is_said_meanwhile(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre)
    call = device.client.call
    call("start", operation=court.operation)
    device.records()
    before = device.client.ask(PhotoTaken, "photo").sha256
    call("begin_private", operation=court.operation, reason="search")
    meanwhile = device.client.ask(PhotoTaken, "photo").sha256
    assert refusal(lambda: call("talk_press")) == "talk.private"
    device.records(6)
    ended = device.client.ask(OutboxItem, "end_private")
    at_once = device.client.ask(PhotoTaken, "photo").sha256
    first = interval(centre, ended)
    device.records(12)
    after = device.client.ask(PhotoTaken, "photo").sha256
    saved = device.client.ask(
        OutboxItem, "save_measure", operation=court.operation,
        body=seizure([before, meanwhile, at_once, after]),
    )  # fmt: skip
    refs = centre.record(saved.item).exhibits
    named = {ref.sha256: ref.private for ref in refs}
    assert named == {before: "", meanwhile: first.interval, at_once: first.interval, after: ""}
