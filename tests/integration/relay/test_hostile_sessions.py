"""Sessions that no honest device or viewer would have, made by chance: whatever is sent in whatever
order, the relay refuses by a code, keeps nothing of another's, stays small, and a bystander's next
fragment is durable and seen as if nothing had happened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from schemas.media.fragment import HEADER_BYTES, MAGIC, decode_header, make_frame
from schemas.stream import Ask, Lane, Open, Watch, encode_text
from schemas.ticket import Act
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import RunningRelay, TestDevice, TestLane
from tests.patience import PATIENCE_S

FRAMES = 20
NUMBERS = st.integers(0, FRAMES - 1)
BYTES_OF = st.integers(0, 2_000)
MORE_MEMORY_MB = 48
_LONGER_THAN_ANY_RUN_S = 3_600.0
BY_CHANCE = settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip

Move = tuple[str, int, int, bytes]
FROM_DEVICE = st.lists(
    st.one_of(
        st.tuples(st.just("frame"), NUMBERS, st.just(0), st.just(b"")),
        st.tuples(st.just("flip"), NUMBERS, BYTES_OF, st.binary(min_size=1, max_size=3)),
        st.tuples(st.just("cut"), NUMBERS, BYTES_OF, st.just(b"")),
        st.tuples(st.just("grow"), NUMBERS, st.just(0), st.binary(min_size=1, max_size=64)),
        st.tuples(st.just("replay"), NUMBERS, st.just(0), st.just(b"")),
        st.tuples(st.just("rename"), NUMBERS, st.just(0), st.just(b"")),
        st.tuples(st.just("flood"), NUMBERS, st.integers(10, 200), st.just(b"")),
        st.tuples(st.just("head"), NUMBERS, st.integers(0, 1), st.just(b"")),
        st.tuples(st.just("flip_head"), NUMBERS, BYTES_OF, st.binary(min_size=1, max_size=3)),
        st.tuples(st.just("init"), st.just(0), BYTES_OF, st.binary(max_size=3)),
        st.tuples(st.just("open"), st.integers(0, 1), st.just(0), st.just(b"")),
        st.tuples(st.just("ask"), st.integers(0, 1), st.just(0), st.just(b"")),
        st.tuples(st.just("bytes"), st.just(0), st.just(0), st.binary(max_size=400)),
        st.tuples(st.just("text"), st.just(0), st.just(0), st.text(max_size=200).map(str.encode)),
    ),
    min_size=1, max_size=24,
)  # fmt: skip


def flipped(data: bytes, at: int, by: bytes) -> bytes:
    """Return the bytes with some of them changed."""
    changed = bytearray(data)
    for offset, one in enumerate(by):
        changed[(at + offset) % len(changed)] ^= one or 1
    return bytes(changed)


class Bystander:
    """An honest device and its viewer, who go on a fragment at a time."""

    def __init__(self, relay: RunningRelay) -> None:
        self.relay, self.device = relay, relay.device()
        self.recorder = self.device.recorder(seconds=16)
        self._stack = contextlib.ExitStack()
        ticket = self.device.ticket(seconds=_LONGER_THAN_ANY_RUN_S)
        self.lane = self._stack.enter_context(self.device.lane(Lane.LIVE, ticket))
        self.lane.begin(self.recorder)
        watched = relay.watch(self.device.id, seconds=_LONGER_THAN_ANY_RUN_S)
        self.viewer = self._stack.enter_context(watched)
        self.number = -1

    def close(self) -> None:
        self._stack.close()

    def goes_on(self) -> None:
        """The next fragment is durable, and the viewer sees it."""
        self.number += 1
        self.lane.send(self.recorder.frames[self.number])
        if self.number % 5 == 4:
            self.lane.send(self.recorder.head(self.number))
        self.lane.wait_received(self.recorder, {self.number})
        while True:
            raw = self.viewer.recv(timeout=PATIENCE_S)
            if isinstance(raw, bytes) and raw.startswith(MAGIC):
                assert decode_header(raw).number == self.number
                return


@pytest.fixture(scope="module")
def bystander(standing: RunningRelay) -> Iterator[Bystander]:
    made = Bystander(standing)
    made.goes_on()
    yield made
    made.close()
    assert standing.audit()["ok"]
    assert "Traceback" not in standing.log.read_text()


def memory_mb(relay: RunningRelay) -> float:
    """Return what the relay holds in memory now."""
    assert relay.process is not None
    pages = int(Path(f"/proc/{relay.process.pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def play(move: Move, lane: TestLane, mine: Recorder, other: Recorder) -> None:
    """Send what a move says."""
    what, number, at, more = move
    frame = mine.frames[number]
    match what:
        case "frame":
            lane.send(frame)
        case "flip":
            lane.send(flipped(frame, at, more))
        case "cut":
            lane.send(frame[:at])
        case "grow":
            lane.send(frame + more)
        case "replay":
            lane.send(other.frames[number])
        case "rename":
            header = decode_header(frame)._replace(recording=other.id)
            lane.send(make_frame(header, frame[HEADER_BYTES:]))
        case "flood":
            lane.send(*[frame] * at)
        case "head":
            lane.send(mine.head(number, final=bool(at)))
        case "flip_head":
            lane.send(flipped(mine.head(number), at, more))
        case "init":
            lane.send(flipped(mine.init_frame, at, more))
        case "open":
            lane.say(Open((other if number else mine).opening))
        case "ask":
            lane.say(Ask((other if number else mine).id))
        case "bytes":
            lane.send(more)
        case "text":
            lane.connection.send(more.decode())


@BY_CHANCE
@given(moves=FROM_DEVICE, lane=st.sampled_from([Lane.LIVE, Lane.ARCHIVE]), opens=st.booleans())
def test_no_session_of_a_device_harms_another(
    standing: RunningRelay, bystander: Bystander, moves: list[Move], lane: Lane, opens: bool
) -> None:
    device: TestDevice = standing.device()
    mine, before = device.recorder(), memory_mb(standing)
    with device.lane(lane) as opened:
        with contextlib.suppress(ConnectionClosed):
            if opens:
                opened.begin(mine)
            for move in moves:
                play(move, opened, mine, bystander.recorder)
        opened.listen(0.1)
        assert {recording for recording, _ in opened.received()} <= {mine.id}
    bystander.goes_on()
    assert memory_mb(standing) - before < MORE_MEMORY_MB


VIEWER_SAYS = st.lists(st.one_of(st.binary(max_size=300), st.text(max_size=300)), max_size=6)


@BY_CHANCE
@given(first=st.one_of(st.none(), st.binary(max_size=300), st.text(max_size=300)), says=VIEWER_SAYS)
def test_no_session_of_a_viewer_harms_another(
    standing: RunningRelay, bystander: Bystander, first: bytes | str | None, says: list[bytes | str]
) -> None:
    """first: None is an honest request; what a viewer says afterwards has no meaning."""
    token = standing.court.ticket(Act.WATCH, devices=[bystander.device.id])
    asked = encode_text(Watch(token, bystander.device.id)).decode()
    with standing.socket() as viewer, contextlib.suppress(ConnectionClosed):
        viewer.send(asked if first is None else first)
        for said in says:
            viewer.send(said)
        bystander.goes_on()
        shown = heard(viewer)
        assert first is None or not any(one.startswith(MAGIC) for one in shown)
    bystander.goes_on()


def heard(viewer: ClientConnection) -> list[bytes]:
    """Return the frames that came by now."""
    found = []
    with contextlib.suppress(TimeoutError, ConnectionClosed):
        while True:
            raw = viewer.recv(timeout=0.05)
            found += [raw] if isinstance(raw, bytes) else []
    return found
