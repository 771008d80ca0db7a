"""Live rewind at a real relay: what was comes first, at twice its speed at most, then what is."""

from __future__ import annotations

import time

from websockets.sync.client import ClientConnection

from schemas.media.fragment import MAGIC, decode_header
from schemas.stream import Ended, Lane, Now, Skipped, ToViewer, Watch, encode_text
from schemas.ticket import Act
from tests.integration.relay.running import RunningRelay, next_message


def ask(relay: RunningRelay, viewer: ClientConnection, device: str, from_wall_ms: int) -> None:
    token = relay.court.ticket(Act.WATCH, devices=[device])
    viewer.send(encode_text(Watch(token, device, from_wall_ms=from_wall_ms)).decode())


class Seen:
    """What a viewer was sent: fragment numbers in their order, other messages, and when."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.messages: list[ToViewer] = []
        self.times: list[float] = []

    def until(self, viewer: ClientConnection, number: int) -> None:
        """Read until a fragment has come."""
        while number not in self.numbers:
            self.take(next_message(viewer))

    def take(self, found: bytes | ToViewer) -> None:
        if not isinstance(found, bytes):
            self.messages.append(found)
        elif found.startswith(MAGIC):
            self.numbers.append(decode_header(found).number)
            self.times.append(time.monotonic())


def test_s06_a_viewer_goes_back_and_catches_up_without_a_break(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder(seconds=12)
    headers = [decode_header(frame) for frame in recorder.frames]
    with device.lane(Lane.LIVE) as lane:
        lane.begin(recorder)
        for number, frame in enumerate(recorder.frames[:40]):
            lane.send(frame)
            if number % 5 == 4:
                lane.send(recorder.head(number))
        lane.wait_received(recorder, set(range(40)))
        with relay.socket() as viewer:
            seen, began = Seen(), time.monotonic()
            ask(relay, viewer, device.id, headers[12].wall_ms)
            seen.until(viewer, 30)
            lane.send(*recorder.frames[40:50])
            seen.until(viewer, 49)
            lane.send(*recorder.frames[50:60], recorder.head(59, final=True))
            seen.until(viewer, 59)
            while not any(isinstance(message, Ended) for message in seen.messages):
                seen.take(next_message(viewer))
    assert seen.numbers == list(range(10, 60)), "from the key-frame before, each once, in order"
    assert sum(isinstance(message, Now) for message in seen.messages) == 1
    assert not any(isinstance(message, Skipped) for message in seen.messages)
    took = seen.times[seen.numbers.index(30)] - began
    assert took >= ((30 - 10) * 0.2 - 1.0) / 2 - 0.1, "no faster than twice its speed"


def test_s06_a_time_before_everything_is_the_first_picture(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane(Lane.LIVE) as lane, relay.socket() as viewer:
        lane.begin(recorder)
        lane.send(*recorder.frames[:10])
        lane.wait_received(recorder, set(range(10)))
        seen = Seen()
        ask(relay, viewer, device.id, 0)
        seen.until(viewer, 9)
        assert seen.numbers == list(range(10))


def test_s06_without_anything_to_go_back_to_the_viewer_waits_live(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with relay.socket() as viewer:
        ask(relay, viewer, device.id, 0)
        next_message(viewer)
        with device.lane(Lane.LIVE) as lane:
            lane.begin(recorder)
            lane.send(*recorder.frames[:10])
            seen = Seen()
            seen.until(viewer, 9)
    assert seen.numbers == list(range(10))
