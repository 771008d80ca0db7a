"""Cameras over a bridge (V-08): real peers on every road become signed recordings, seen live; what
goes wrong is a state with a code, tried again by itself."""

from __future__ import annotations

import io
import random
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from schemas.bridge import LiveSource, Road, SourceState
from schemas.feed import (
    RELAY_ORDER,
    DeviceConnected,
    OrderKind,
    RecordingEnded,
    RecordingOpened,
    RelayOrder,
    SourceChanged,
)
from schemas.ids import new_id
from schemas.media.encrypt import encrypt_frame, new_key, wrap_to_court
from schemas.media.fragment import MAGIC
from schemas.media.opening import RecordingOpening, open_opening
from schemas.sign import sign_envelope
from schemas.time import now_ms
from tests.integration.relay.cameras import RtspCamera, pushing
from tests.integration.relay.running import RunningRelay
from tests.patience import PATIENCE_S, eventually
from tests.ports import free_port

Make = Callable[..., RunningRelay]


class Source:
    """A live source as the centre orders it."""

    def __init__(self, relay: RunningRelay, road: Road, secret: str = "", **more: object) -> None:
        self.relay, self.id = relay, new_id()
        facts: dict[str, object] = {"officer": new_id(), "enabled": True, **more}
        if secret:
            key = new_key()
            facts["wrapped_key"] = wrap_to_court(key, self.id, relay.court.ingest_public)
            facts["secret"] = encrypt_frame(key, self.id, 0, 0, secret.encode())
        self.facts, self.road = facts, road
        self.set()

    def set(self, **more: object) -> None:
        self.facts |= more
        wanted = LiveSource(self.id, self.road, **self.facts)
        kind = OrderKind.SET_SOURCE
        order = RelayOrder(new_id(), kind, self.id, now_ms(), "test", source=wanted)
        answer = self.relay.order(sign_envelope(self.relay.court.centre, RELAY_ORDER, order))
        assert answer.status_code == 200, answer.text

    def states(self) -> list[tuple[SourceState, str]]:
        items = [i for i in self.relay.feed() if isinstance(i, SourceChanged)]
        return [(item.state, item.code) for item in items if item.source == self.id]

    def wait(self, state: SourceState, code: str = "") -> None:
        eventually(lambda: self.states()[-1:] == [(state, code)], self._said)

    def _said(self) -> tuple[object, str]:
        return self.states(), self.relay.log.read_text()[-1500:]

    def listening(self) -> None:
        """Wait until ffmpeg really listens: to wait is said before."""
        self.wait(SourceState.WAITING)
        eventually(lambda: listens(int(str(self.facts["port"]))), self._said)

    def openings(self) -> list[RecordingOpening]:
        items = [i.opening for i in self.relay.feed() if isinstance(i, RecordingOpened)]
        found = [open_opening(one, self.relay.court.relay.public) for one in items]
        return [one for one in found if one.device == self.id]

    def wait_openings(self, count: int) -> list[RecordingOpening]:
        """Return the openings once there are so many: the feed tells them within a second."""
        eventually(lambda: len(self.openings()) >= count, f"{count} openings")
        return self.openings()

    def ended(self) -> set[str]:
        return {i.recording for i in self.relay.feed() if isinstance(i, RecordingEnded)}

    def wait_ended(self, recording: str) -> None:
        eventually(lambda: recording in self.ended(), f"end of {recording}")

    def wait_connected(self, wanted: bool) -> None:
        def said() -> list[bool]:
            items = [i for i in self.relay.feed() if isinstance(i, DeviceConnected)]
            return [i.connected for i in items if i.device == self.id]

        eventually(lambda: said()[-1:] == [wanted], said)


def listens(port: int) -> bool:
    """Whether a socket of this machine waits at a port, for TCP or UDP."""
    rows = [
        row.split()
        for name in ("tcp", "tcp6", "udp", "udp6")
        for row in Path("/proc/net", name).read_text().splitlines()[1:]
    ]
    return any(row[1].endswith(f":{port:04X}") and row[3] in ("0A", "07") for row in rows)


def groups_of(relay: RunningRelay, recording: str, rendition: int = 1) -> list[str]:
    """Return the groups of pictures that a player gets of a recording by now: a second each."""
    playlist = relay.play(recording, f"{rendition}/index.m3u8").text
    return [line for line in playlist.splitlines() if line.endswith(".m4s")]


def wait_recorded(relay: RunningRelay, recording: str, rendition: int = 1) -> None:
    """Wait for more than a second of pictures."""
    eventually(lambda: len(groups_of(relay, recording, rendition)) > 1, relay.log.read_text)


def picture_of(relay: RunningRelay, recording: str, rendition: int = 1) -> tuple[str, str, int]:
    """Return codecs and number of pictures of a recording as a player gets it."""
    names = groups_of(relay, recording, rendition)
    parts = [relay.play(recording, f"{rendition}/{name}").content for name in ["init.mp4", *names]]
    with av.open(io.BytesIO(b"".join(parts))) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        codecs = video.codec_context.name, audio.codec_context.name
        return *codecs, len(list(film.decode(video=0)))


def readable_of_children(relay: RunningRelay, secret: str) -> list[str]:
    """Return the command lines and environments of the relay's children that tell a secret."""
    assert relay.process is not None
    children = Path(f"/proc/{relay.process.pid}/task/{relay.process.pid}/children").read_text()
    files = [
        Path("/proc", one, name) for one in children.split() for name in ("cmdline", "environ")
    ]
    assert files, "ffmpeg runs"
    return [str(file) for file in files if secret.encode() in file.read_bytes()]


def target(road: Road, port: int, secret: str) -> list[str]:
    return {
        Road.RTMP: ["-f", "flv", f"rtmp://127.0.0.1:{port}/{secret}/s"],
        Road.SRT: ["-f", "mpegts", f"srt://127.0.0.1:{port}?passphrase={secret}"],
        Road.MPEGTS: ["-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"],
    }[road]


@pytest.mark.parametrize(
    ("road", "secret"),
    [(Road.RTMP, "k3y-of-gate"), (Road.SRT, "passphrase-1"), (Road.MPEGTS, "")],
    ids=["rtmp", "srt", "mpegts"],  # the environment tells the test's name
)
def test_v08_what_is_pushed_is_recorded_and_seen_live(
    relay: RunningRelay, road: Road, secret: str
) -> None:
    port = free_port()
    source = Source(relay, road, secret, port=port)
    source.listening()
    with pushing(*target(road, port, secret)), relay.watch(source.id) as viewer:
        source.wait(SourceState.LIVE)
        assert not secret or not readable_of_children(relay, secret)
        source.wait_connected(True)
        frame: str | bytes = b""
        while not (isinstance(frame, bytes) and frame[:4] == MAGIC):
            frame = viewer.recv(timeout=PATIENCE_S)
        (opening,) = source.wait_openings(1)
        wait_recorded(relay, opening.recording)
    assert opening.bridged is not None
    assert (opening.bridged.how, opening.bridged.sha256) == (road, "")
    source.wait_ended(opening.recording)
    assert picture_of(relay, opening.recording)[:2] == ("h264", "aac")
    assert picture_of(relay, opening.recording)[2] > 25
    assert abs(opening.opened_wall_ms - now_ms()) < 120_000
    assert secret not in relay.log.read_text() or not secret
    assert relay.audit()["ok"]


@pytest.mark.parametrize("road", [Road.RTMP, Road.MPEGTS], ids=["rtmp", "mpegts"])
def test_v08_a_camera_without_sound_is_recorded_and_seen(
    standing: RunningRelay, road: Road
) -> None:
    port, secret = free_port(), "k3y-of-yard" if road is Road.RTMP else ""
    source = Source(standing, road, secret, port=port)
    source.listening()
    with pushing(*target(road, port, secret), audio=""):
        source.wait(SourceState.LIVE)
        opening = source.wait_openings(1)[0]
        eventually(
            lambda: ".m4s" in standing.play(opening.recording, "1/index.m3u8").text, "pictures"
        )
    source.wait_ended(opening.recording)
    assert [info.codecs.split(".")[0] for info in opening.renditions] == ["avc1"]
    source.set(enabled=False)


def test_u1_a_camera_that_falls_silent_is_off_the_air_and_goes_on_where_it_was(
    relay: RunningRelay,
) -> None:
    port = free_port()
    source = Source(relay, Road.MPEGTS, port=port)
    source.wait(SourceState.WAITING)
    with pushing(*target(Road.MPEGTS, port, "")) as camera:
        source.wait(SourceState.LIVE)
        camera.send_signal(signal.SIGSTOP)
        source.wait(SourceState.WAITING, "source.silent")
        source.wait_connected(False)
        camera.send_signal(signal.SIGCONT)
        source.wait(SourceState.LIVE)
        source.wait_connected(True)
        assert len(source.openings()) == 1
        camera.send_signal(signal.SIGSTOP)
        source.wait(SourceState.FAILED, "source.silent")
        assert source.states().count((SourceState.WAITING, "source.silent")) == 2
    (opening,) = source.openings()
    source.wait_ended(opening.recording)


def test_v08_a_camera_is_fetched_by_rtsp_with_its_password(relay: RunningRelay) -> None:
    camera = RtspCamera("admin:p@ss/w:rd")
    try:
        wrong = Source(relay, Road.RTSP, "admin:wrong", address=camera.address)
        wrong.wait(SourceState.FAILED, "source.unauthorized")
        wrong.set(enabled=False)
        wrong.wait(SourceState.OFF)
        source = Source(relay, Road.RTSP, "admin:p@ss/w:rd", address=camera.address)
        source.wait(SourceState.LIVE)
        assert not readable_of_children(relay, "p@ss/w:rd")
        assert not readable_of_children(relay, "p%40ss%2Fw%3Ard")
        (opening,) = source.wait_openings(1)
        wait_recorded(relay, opening.recording)
        source.set(enabled=False)
        source.wait(SourceState.OFF)
    finally:
        camera.close()
    source.wait_ended(opening.recording)
    source.wait_connected(False)
    video, audio, pictures = picture_of(relay, opening.recording)
    assert (video, audio) == ("h264", "aac"), "G.711 became AAC"
    assert pictures > 25
    assert "p@ss" not in relay.log.read_text()


def test_v08_live_h265_gets_a_viewing_copy(relay: RunningRelay) -> None:
    port = free_port()
    source = Source(relay, Road.MPEGTS, port=port)
    source.listening()
    with pushing(*target(Road.MPEGTS, port, ""), video="hevc"):
        (opening,) = source.wait_openings(1)
        wait_recorded(relay, opening.recording, 2)
    source.set(enabled=False)
    source.wait_ended(opening.recording)
    assert [info.rendition for info in opening.renditions] == [1, 2]
    assert picture_of(relay, opening.recording, 1)[0] == "hevc"
    copied = picture_of(relay, opening.recording, 2)
    assert copied[0] == "h264"
    assert copied[2] > 25


def test_u1_a_killed_relay_ends_the_old_recording_and_goes_on(relay: RunningRelay) -> None:
    port = free_port()
    source = Source(relay, Road.MPEGTS, port=port)
    source.listening()
    with pushing(*target(Road.MPEGTS, port, "")):
        (first,) = source.wait_openings(1)
        wait_recorded(relay, first.recording)
        relay.kill()
        relay.start()
        first, second = source.wait_openings(2)
        assert (first.counter, second.counter) == (1, 2)
        source.wait_ended(first.recording)
        wait_recorded(relay, second.recording)
    assert relay.stop() == 0
    relay.start()
    source.wait_ended(second.recording)
    assert relay.audit()["ok"]


@pytest.mark.parametrize(
    ("road", "facts", "secret", "code"),
    [
        (Road.RTSP, {"address": "rtsp://127.0.0.1:9/x"}, "", "source.unreachable"),
        (Road.RTSP, {"address": "rtsp://no-such-host.invalid/x"}, "", "source.unreachable"),
    ],
)
def test_u1_a_source_that_fails_says_why_and_is_tried_again(
    standing: RunningRelay, road: Road, facts: dict[str, object], secret: str, code: str
) -> None:
    source = Source(standing, road, secret, **facts)
    source.wait(SourceState.FAILED, code)
    source.set(enabled=False)
    source.wait(SourceState.OFF)


def test_u1_a_wrong_key_or_a_taken_port_is_told(standing: RunningRelay) -> None:
    port = free_port()
    gate = Source(standing, Road.RTMP, "right-key", port=port)
    gate.listening()
    second = Source(standing, Road.RTMP, "other-key", port=port)
    second.wait(SourceState.FAILED, "source.port_taken")
    second.set(enabled=False)
    with pushing(*target(Road.RTMP, port, "wrong-key")):
        gate.wait(SourceState.FAILED, "source.wrong_key")
    assert gate.openings() == []
    gate.set(enabled=False)


@pytest.mark.parametrize("said", ["wrong-passphrase", ""], ids=["another", "none"])
def test_u1_a_wrong_passphrase_is_told_and_the_right_one_still_taken(
    standing: RunningRelay, said: str
) -> None:
    port, right = free_port(), "passphrase-1"
    gate = Source(standing, Road.SRT, right, port=port)
    gate.listening()
    wrong = target(Road.SRT, port, said) if said else ["-f", "mpegts", f"srt://127.0.0.1:{port}"]
    with pushing(*wrong):
        gate.wait(SourceState.WAITING, "source.wrong_key")
    assert gate.openings() == []
    with pushing(*target(Road.SRT, port, right)):
        gate.wait(SourceState.LIVE)
        gate.wait_openings(1)
    gate.set(enabled=False)
    assert said not in standing.log.read_text() or not said


def test_u1_a_push_of_noise_is_told(standing: RunningRelay) -> None:
    port = free_port()
    gate = Source(standing, Road.MPEGTS, port=port)
    gate.listening()
    noise = random.Random(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def told() -> bool:
            for _ in range(5):
                sender.sendto(noise.randbytes(1316), ("127.0.0.1", port))
            return gate.states()[-1:] == [(SourceState.FAILED, "source.unreadable")]

        eventually(told, gate.states)
    assert gate.openings() == []
    with pushing(*target(Road.MPEGTS, port, "")):
        gate.wait(SourceState.LIVE)
    gate.set(enabled=False)


def test_u1_an_order_without_a_source_or_an_old_one_changes_nothing(
    standing: RunningRelay, tmp_path: Path
) -> None:
    source = Source(standing, Road.MPEGTS, port=free_port(), enabled=False)
    source.wait(SourceState.OFF)
    order = RelayOrder(new_id(), OrderKind.SET_SOURCE, source.id, now_ms(), "test")
    standing.order(sign_envelope(standing.court.centre, RELAY_ORDER, order))
    old = LiveSource(source.id, Road.MPEGTS, True, new_id(), port=free_port())
    late = RelayOrder(new_id(), OrderKind.SET_SOURCE, source.id, 1, "test", source=old)
    standing.order(sign_envelope(standing.court.centre, RELAY_ORDER, late))
    after = Source(standing, Road.MPEGTS, port=free_port(), enabled=False)
    after.wait(SourceState.OFF)  # orders are done one after the other
    assert source.states() == [(SourceState.OFF, "")]


def test_u1_a_revoked_source_ends_and_stays_off(relay: RunningRelay) -> None:
    port = free_port()
    source = Source(relay, Road.MPEGTS, port=port)
    source.listening()
    with pushing(*target(Road.MPEGTS, port, "")):
        (opening,) = source.wait_openings(1)
        relay.order(relay.court.order(OrderKind.REVOKE_DEVICE, source.id))
        source.wait(SourceState.OFF)
        source.wait_ended(opening.recording)
        assert relay.stop() == 0
        relay.start()
        Source(relay, Road.MPEGTS, port=free_port()).listening()  # so would the other by now
        assert len(source.openings()) == 1
    assert source.states()[-1] == (SourceState.OFF, "")
