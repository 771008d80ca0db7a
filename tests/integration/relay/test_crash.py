"""kill -9 at every named crash point: nothing acknowledged is lost, and the story ends whole."""

from __future__ import annotations

import contextlib
import hashlib
import random
import threading
from collections.abc import Callable

import pytest
import requests
from websockets.exceptions import ConnectionClosed

from schemas.feed import DeviceConnected, ExhibitStored, PartArchived, RecordingOpened
from schemas.stream import Archived, Lane
from tests.integration.relay.running import RunningRelay
from tests.patience import eventually

Make = Callable[..., RunningRelay]


@pytest.mark.parametrize(
    "point",
    [
        "relay.before_fdatasync",
        "relay.before_fdatasync:3",
        "relay.after_log_append_before_ack",
        "relay.after_log_append_before_ack:3",
        "relay.after_part_written",
        "relay.after_part_close_before_ack",
    ],
)
def test_killed_at_a_crash_point_the_recording_ends_whole(make_relay: Make, point: str) -> None:
    relay = make_relay(crash_at=point)
    device = relay.device()
    recorder = device.recorder()
    acknowledged: set[tuple[str, int]] = set()
    with contextlib.suppress(ConnectionClosed), device.lane() as lane:
        try:
            lane.begin(recorder)
            for number, frame in enumerate(recorder.frames):
                lane.send(frame)
                if number % 5 == 4:
                    lane.send(recorder.head(number))
                    lane.listen(0.1)
            lane.send(recorder.head(len(recorder.frames) - 1, final=True))
            lane.listen(10)
        finally:
            acknowledged = lane.received()
    assert relay.wait_dead() == -9
    relay.start()
    with device.lane() as lane:
        holdings = lane.holdings(recorder.id)
        held = {(recorder.id, n) for low, high in holdings.received for n in range(low, high + 1)}
        assert acknowledged <= held
        lane.publish(recorder)
        lane.wait_archived(recorder)
    items = relay.feed()
    assert sum(isinstance(item, RecordingOpened) for item in items) == 1
    spans = [
        (span.first, span.last)
        for item in items
        if isinstance(item, PartArchived)
        for _, held_spans in item.spans
        for span in held_spans
    ]
    assert {n for low, high in spans for n in range(low, high + 1)} == set(range(20))
    report = relay.audit()
    assert report["ok"], report


def test_killed_again_and_again_nothing_acknowledged_is_lost(make_relay: Make) -> None:
    relay = make_relay(part_seconds=0.3, segment_bytes=50_000, part_bytes=30_000)
    chance = random.Random(2026)
    devices = [relay.device() for _ in range(3)]
    recorders = [device.recorder(seconds=8) for device in devices]
    acknowledged: set[tuple[str, int]] = set()
    archived: set[tuple[str, int]] = set()
    for _ in range(5):
        killer = threading.Timer(chance.uniform(0.1, 0.8), relay.kill)
        with contextlib.ExitStack() as stack:
            lanes = [stack.enter_context(device.lane()) for device in devices]
            killer.start()
            with contextlib.suppress(ConnectionClosed):
                for lane, recorder in zip(lanes, recorders, strict=True):
                    lane.begin(recorder)
                while killer.is_alive():
                    for lane, recorder in zip(lanes, recorders, strict=True):
                        number = chance.randrange(len(recorder.frames))
                        lane.send(recorder.frames[number], recorder.head(number))
            killer.join()
            for lane in lanes:
                lane.listen(1)
                acknowledged |= lane.received()
                archived |= lane.archived()
        report = relay.audit()
        assert report["ok"], report
        relay.start()
    for device, recorder in zip(devices, recorders, strict=True):
        with device.lane() as lane:
            held = lane.holdings(recorder.id)
            numbers = {n for low, high in held.received for n in range(low, high + 1)}
            stored = {n for low, high in held.archived for n in range(low, high + 1)}
            assert {n for id_, n in acknowledged if id_ == recorder.id} <= numbers
            assert {n for id_, n in archived if id_ == recorder.id} <= stored
            lane.publish(recorder)
            lane.wait_archived(recorder)
    assert acknowledged
    assert relay.audit()["ok"]


def test_a_device_that_was_connected_at_the_end_is_told_as_gone(relay: RunningRelay) -> None:
    device = relay.device()
    with device.lane(Lane.LIVE):
        eventually(relay.feed)
        relay.kill()
    relay.start()
    told = [item for item in relay.feed() if isinstance(item, DeviceConnected)]
    assert [(item.device, item.connected) for item in told] == [
        (device.id, True),
        (device.id, False),
    ]


def test_killed_between_exhibit_and_answer_the_exhibit_is_told_once(make_relay: Make) -> None:
    relay = make_relay(crash_at="relay.after_exhibit_written")
    device = relay.device()
    photo = b"a photo" * 1000
    name = hashlib.sha256(photo).hexdigest()
    with pytest.raises(requests.ConnectionError):
        relay.request("PUT", f"/v1/exhibits/{name}", device.ticket(), data=photo)
    assert relay.wait_dead() == -9
    relay.start()
    assert relay.audit()["ok"]
    statuses = [
        relay.request("PUT", f"/v1/exhibits/{name}", device.ticket(), data=photo).status_code
        for _ in range(2)
    ]
    assert statuses == [201, 200]
    stored = [item for item in relay.feed() if isinstance(item, ExhibitStored)]
    assert [(item.sha256, item.device) for item in stored] == [(name, device.id)]
    assert relay.audit()["ok"]


def test_an_index_that_is_lost_is_rebuilt_from_vault_and_log(relay: RunningRelay) -> None:
    device = relay.device()
    whole, half = device.recorder(), device.recorder(counter=2)
    with device.lane() as lane:
        lane.publish(whole)
        lane.wait_archived(whole)
        lane.begin(half)
        lane.send(*half.frames[:9])
        lane.wait_received(half, set(range(9)))
        before = relay.feed_page()
        relay.kill()
    for name in ("index.db", "index.db-wal", "index.db-shm"):
        (relay.data / name).unlink(missing_ok=True)
    relay.start()
    after = relay.feed_page(before.epoch, before.next_after)
    assert after.epoch != before.epoch
    assert any(isinstance(item, PartArchived) for item in after.items)
    with device.lane() as lane:
        assert lane.holdings(whole.id).archived == [(0, 19)]
        assert any(isinstance(message, Archived) for message in lane.heard) or lane.until(
            lambda message: isinstance(message, Archived)
        )
        lane.publish(half)
        lane.wait_archived(half)
        lane.publish(whole)  # the same bytes again, and the key is learnt again
        lane.wait_received(whole, set(range(20)))
    assert relay.audit()["ok"]
    assert relay.play(whole.id, "1/0-4.m4s").status_code == 200
