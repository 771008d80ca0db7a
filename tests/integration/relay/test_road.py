"""The road of a fragment through a real relay process."""

from __future__ import annotations

import io
import os

import av
import pytest
from websockets.exceptions import ConnectionClosed

from schemas.feed import (
    DeviceConnected,
    FragmentsReceived,
    PartArchived,
    RecordingEnded,
    RecordingOpened,
)
from schemas.keys import KeyRing, Use
from schemas.media.fragment import link
from schemas.stream import (
    Archived,
    Ended,
    Fault,
    Lane,
    Missing,
    Now,
    Received,
    Skipped,
    Watchers,
    Welcome,
)
from schemas.ticket import Act
from schemas.time import now_ms
from tests.integration.relay.footage import Piece
from tests.integration.relay.running import RunningRelay, next_message


def test_s04_a_recording_is_received_archived_and_told_in_the_feed(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
        held_ms = [m.held_ms for m in lane.heard if isinstance(m, Received)]
        ring = KeyRing(relay.court.root.key, relay.court.certificates)
        for message in lane.heard:
            if isinstance(message, Archived):
                ring.check(message.statement, Use.RELAY, now_ms())
    assert any(held_ms), "the relay says how long it had what is durable now"
    assert {n for _, n in lane.received()} == set(range(20))
    assert all(s.domains == ["local"] and s.required == 1 for s in lane.statements())
    items = relay.feed()
    kinds = [type(item) for item in items]
    assert kinds.count(RecordingOpened) == 1
    assert kinds.count(RecordingEnded) == 1
    told = {
        n
        for i in items
        if isinstance(i, FragmentsReceived)
        for low, high in i.ranges
        for n in range(low, high + 1)
    }
    assert told <= set(range(20))
    parts = [item for item in items if isinstance(item, PartArchived)]
    assert sum(s.last - s.first + 1 for p in parts for _, spans in p.spans for s in spans) == 20
    assert not any(part.unsigned for part in parts)
    report = relay.audit()
    assert (report["ok"], report["findings"]) == (True, [])


def test_s02_a_viewer_sees_the_same_bytes_live(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane(Lane.LIVE) as lane, relay.watch(device.id) as viewer:
        assert isinstance(next_message(viewer), Welcome)
        lane.until(lambda m: isinstance(m, Watchers) and m.count == 1)
        lane.publish(recorder)
        now = next_message(viewer)
        assert isinstance(now, Now)
        assert now.recording == recorder.id
        assert next_message(viewer) == recorder.init_frame
        assert [next_message(viewer) for _ in recorder.frames] == recorder.frames
        ended = next_message(viewer)
        assert isinstance(ended, Ended)
        assert ended.final
    connected = [i.connected for i in relay.feed() if isinstance(i, DeviceConnected)]
    assert connected[0] is True


def test_a_late_viewer_begins_at_the_newest_key_frame(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane(Lane.LIVE) as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:8])
        lane.wait_received(recorder, set(range(8)))
        with relay.watch(device.id) as viewer:
            assert isinstance([next_message(viewer) for _ in range(2)][1], Now)
            assert next_message(viewer) == recorder.init_frame
            assert [next_message(viewer) for _ in range(3)] == recorder.frames[5:8]


def test_a_slow_viewer_jumps_and_slows_nobody(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    previous, frames = recorder.first, []
    for number in range(120):
        piece = Piece(os.urandom(200_000), number, 1, key_frame=number % 5 == 0)
        frames.append(recorder.frame(number, piece, previous))
        previous = link(frames[-1])
    with (
        device.lane(Lane.LIVE) as lane,
        relay.watch(device.id) as quick,
        relay.watch(device.id) as slow,
    ):
        lane.until(lambda m: isinstance(m, Watchers) and m.count == 2)
        lane.begin(recorder)
        for number, frame in enumerate(frames):
            lane.send(frame)
            while next_message(quick) != frame:
                pass
            if number % 10 == 9:
                lane.listen(0.01)
        last, skipped = -1, []
        while last < 119:
            message = next_message(slow)
            if isinstance(message, Skipped):
                skipped.append(message)
                assert message.first == last + 1
                last = message.last
            elif isinstance(message, bytes) and message[:4] == b"MZF1":
                assert message == frames[last + 1]
                last += 1
        assert skipped
        assert all((one.last + 1) % 5 == 0 for one in skipped)


def test_missing_numbers_are_asked_for_until_they_come(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:4], *recorder.frames[7:])
        lane.send(recorder.head(19, final=True))
        missing = lane.until(lambda m: isinstance(m, Missing))
        assert missing == Missing(recorder.id, 1, [(4, 6)])
        lane.send(*recorder.frames[4:7])
        lane.wait_archived(recorder)


def test_hls_gives_every_frame_back(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
    text = relay.play(recorder.id, "1/index.m3u8").text
    assert "#EXT-X-ENDLIST" in text
    assert "#EXT-X-GAP" not in text
    names = [line for line in text.splitlines() if line.endswith(".m4s")]
    assert names == ["0-4.m4s", "5-9.m4s", "10-14.m4s", "15-19.m4s"]
    stream = relay.play(recorder.id, "1/init.mp4").content
    stream += b"".join(relay.play(recorder.id, f"1/{name}").content for name in names)
    with av.open(io.BytesIO(stream)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 100
    assert frames_by_hls(relay, recorder.id) == 100


def test_hls_with_a_gap_gives_back_what_can_be_shown(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:5], *recorder.frames[10:])
        lane.send(recorder.head(19, final=True))
        lane.wait_received(recorder, {*range(5), *range(10, 20)})
        lane.until(lambda message: isinstance(message, Missing))
    assert "#EXT-X-GAP" in relay.play(recorder.id, "1/index.m3u8").text
    assert frames_by_hls(relay, recorder.id) == 75


def frames_by_hls(relay: RunningRelay, recording: str) -> int:
    """Count the frames that ffmpeg's HLS reader gets from the relay."""
    token = relay.court.ticket(Act.PLAY, recordings=[recording])
    url = f"{relay.url}/v1/recordings/{recording}/1/index.m3u8"
    options = {"headers": f"Authorization: Bearer {token}\r\n", "allowed_extensions": "ALL"}
    with av.open(url, options=options) as film:
        return sum(1 for _ in film.decode(video=0))


def test_a_viewer_does_not_outlive_its_ticket_but_a_device_does(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with (
        device.lane(ticket=device.ticket(seconds=5)) as lane,
        relay.watch(device.id, seconds=5) as viewer,
    ):
        assert isinstance(next_message(viewer), Welcome)
        fault = next_message(viewer)
        assert isinstance(fault, Fault)
        assert fault.problem.code == "ticket.expired"
        with pytest.raises(ConnectionClosed):
            next_message(viewer)
        lane.publish(recorder)
        lane.wait_archived(recorder)
