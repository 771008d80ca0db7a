"""The hub: the same bytes to everyone, from a key-frame on, the newest recording only."""

from __future__ import annotations

import pytest

from media_relay.hub import Hub
from media_relay.recordings import RecordingState
from media_relay.viewer import ROOM_BYTES, Viewer
from schemas.media.fragment import Header, Rendition
from schemas.sign import Ed25519Signer
from schemas.stream import Ended, Now, ToViewer
from tests.unit.media_relay.openings import make_state


class Socket:
    """A viewer's socket that takes everything."""

    def __init__(self) -> None:
        self.sent: list[bytes | ToViewer] = []
        self.shared: list[bytearray] = []

    def blocked(self) -> bool:
        return False

    def send_text(self, message: ToViewer) -> None:
        self.sent.append(message)

    def send_bytes(self, frame: bytes) -> None:
        self.sent.append(frame)

    def send_shared(self, message: bytearray) -> None:
        self.shared.append(message)
        self.sent.append(bytes(message[ROOM_BYTES:]))


@pytest.fixture
def state() -> RecordingState:
    made = make_state(Ed25519Signer.generate())
    made.renditions[1].init = b"init"
    return made


def show(hub: Hub, state: RecordingState, number: int) -> bytes:
    header = Header(
        Rendition.FULL, state.id, state.device, number, 0, 1, 0, 0, 0, b"", b"",
        key_frame=number % 5 == 0,
    )  # fmt: skip
    frame = b"frame %d" % number
    hub.show(state, header, frame)
    return frame


def join(hub: Hub, device: str) -> Socket:
    socket = Socket()
    hub.join(Viewer(socket, device, 1))
    return socket


def frames(socket: Socket) -> list[bytes]:
    return [one for one in socket.sent if isinstance(one, bytes) and one[:5] == b"frame"]


def test_all_viewers_get_the_very_same_bytes(state: RecordingState) -> None:
    hub = Hub(lambda device, count: None)
    one, two = join(hub, state.device), join(hub, state.device)
    sent = [show(hub, state, number) for number in range(7)]
    assert frames(one) == frames(two) == sent
    assert all(a is b for a, b in zip(one.shared, two.shared, strict=True))


def test_a_viewer_begins_at_the_newest_key_frame(state: RecordingState) -> None:
    hub = Hub(lambda device, count: None)
    for number in range(2, 8):
        show(hub, state, number)
    socket = join(hub, state.device)
    assert isinstance(socket.sent[0], Now)
    assert frames(socket) == [b"frame 5", b"frame 6", b"frame 7"]


def test_old_numbers_and_old_recordings_are_left_out(state: RecordingState) -> None:
    hub = Hub(lambda device, count: None)
    newer = make_state(Ed25519Signer.generate(), counter=2, device=state.device)
    newer.renditions[1].init = b"init"
    socket = join(hub, state.device)
    show(hub, state, 5)
    show(hub, state, 4)
    show(hub, newer, 0)
    show(hub, state, 6)
    assert frames(socket) == [b"frame 5", b"frame 0"]
    told = [message.recording for message in socket.sent if isinstance(message, Now)]
    assert told == [state.id, newer.id]


def test_the_end_is_told_and_a_device_that_comes_back_is_shown_again(
    state: RecordingState,
) -> None:
    hub = Hub(lambda device, count: None)
    socket = join(hub, state.device)
    show(hub, state, 0)
    hub.gone(state.device)
    assert socket.sent[-1] == Ended(state.device, state.id, final=False)
    show(hub, state, 3)  # no key-frame: nothing that could be shown
    show(hub, state, 5)
    hub.end(state, 1)
    assert frames(socket) == [b"frame 0", b"frame 5"]
    assert socket.sent[-1] == Ended(state.device, state.id, final=True)


def test_watchers_are_counted(state: RecordingState) -> None:
    counts: list[int] = []
    hub = Hub(lambda device, count: counts.append(count))
    viewers = [Viewer(Socket(), state.device, 1) for _ in range(2)]
    for viewer in viewers:
        hub.join(viewer)
    for viewer in [*viewers, viewers[0]]:
        hub.leave(viewer)
    assert counts == [1, 2, 1, 0]


def show_as(
    hub: Hub, state: RecordingState, rendition: Rendition, number: int, wall_ms: int
) -> bytes:
    header = Header(
        rendition, state.id, state.device, number, 0, 1, wall_ms, 0, 0, b"", b"", key_frame=True
    )
    frame = b"frame %d of %d" % (number, rendition)
    hub.show(state, header, frame)
    return frame


def test_s02_a_viewer_goes_on_with_the_small_picture_when_the_full_one_stops() -> None:
    made = make_state(Ed25519Signer.generate(), renditions=(1, 2))
    for state in made.renditions.values():
        state.init = b"init"
    hub = Hub(lambda device, count: None)
    viewer = join(hub, made.device)
    full = show_as(hub, made, Rendition.FULL, 0, 1_000)
    show_as(hub, made, Rendition.SMALL, 0, 1_500)
    assert frames(viewer) == [full]
    small = show_as(hub, made, Rendition.SMALL, 1, 2_500)
    assert frames(viewer) == [full, small]
    told = [one.info.rendition for one in viewer.sent if isinstance(one, Now)]
    assert told == [1, 2]
    again = show_as(hub, made, Rendition.FULL, 20, 3_000)
    assert frames(viewer) == [full, small, again]


def test_s02_a_device_learns_which_renditions_are_wished_for() -> None:
    hub = Hub(lambda device, count: None)
    join(hub, "d")
    assert hub.wished("d") == []
    wall = Viewer(Socket(), "d", 2)
    hub.join(wall)
    assert hub.wished("d") == [2]
    hub.leave(wall)
    assert hub.wished("d") == []
