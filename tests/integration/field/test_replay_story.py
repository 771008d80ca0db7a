"""Issue 4.5: what was recorded from 5 s before a photo is shown on the device, from its spool."""

from __future__ import annotations

import socket
import struct

import msgspec

from field_app import local_socket
from field_app.capture.preview import FRAME_BYTES
from field_app.local_api.acts import PhotoTaken
from field_app.local_api.socket import REPLAY_NAME, Answer, ReplayArgs
from schemas.ids import new_id
from schemas.time import now_ms
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.wire import Wire
from tests.patience import PATIENCE_S, eventually

_HEADER = struct.Struct(">IIQ")


class Watch:
    """One look at kept footage, over the real socket."""

    def __init__(self, device: Device, asked: ReplayArgs | bytes) -> None:
        self.link = local_socket.connect(device.data / REPLAY_NAME)
        self.link.settimeout(PATIENCE_S)
        raw = asked if isinstance(asked, bytes) else msgspec.json.encode(asked)
        self.link.sendall(raw + b"\n")
        self.stream = self.link.makefile("rb")
        self.answer = msgspec.json.decode(self.stream.readline(), type=Answer)

    @property
    def code(self) -> str:
        return self.answer.problem.code if self.answer.problem else ""

    def picture(self) -> tuple[int, bytes] | None:
        header = self.stream.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return None
        width, height, wall_ms = _HEADER.unpack(header)
        assert width * height * 3 // 2 == FRAME_BYTES
        return wall_ms, self.stream.read(FRAME_BYTES)

    def close(self) -> None:
        self.link.shutdown(socket.SHUT_RDWR)
        self.stream.close()
        self.link.close()


def test_45_a_photo_opens_its_footage_five_seconds_before_while_it_records_and_after(
    ready: Device, court: Court, wire: Wire
) -> None:
    wire.cut()
    ready.client.call("start", operation=court.operation)
    eventually(lambda: ready.recorded() > 45, "seven seconds")
    photo = ready.client.ask(PhotoTaken, "photo")
    ready.records(12)
    during = Watch(ready, ReplayArgs(photo=photo.sha256))
    assert during.code == ""
    first = during.picture()
    assert first is not None
    assert photo.wall_ms - 7_000 < first[0] <= photo.wall_ms - 4_800, (
        "from 5 s before, at a key-frame"
    )
    assert len(set(first[1][: 640 * 360])) > 8, "a picture, and no empty one"
    during.close()
    ready.records(1)  # it records on
    ready.client.call("stop", reason="结束")
    whole = Watch(ready, ReplayArgs(photo=photo.sha256))
    seen = []
    while (picture := whole.picture()) is not None:
        seen.append(picture)
    assert len(seen) > 5 * 15, "past the moment of the photo, to the end"
    assert seen[0][1] != seen[-1][1]
    assert seen[-1][0] > photo.wall_ms
    ready.kill()
    ready.start()
    status = ready.client.status().recent[0]
    again = Watch(ready, ReplayArgs(recording=status.recording, at_ms=photo.wall_ms))
    picture = again.picture()
    assert picture is not None
    assert picture[0] == seen[0][0], "a restarted service reads the same from its spool"
    again.close()


def test_45_what_is_private_or_not_here_is_not_shown(ready: Device, court: Court) -> None:
    ready.client.call("start", operation=court.operation)
    ready.records(6)
    ready.client.call("begin_private", operation=court.operation, reason="search")
    eventually(lambda: ready.recorded() > 45, "seven seconds")
    photo = ready.client.ask(PhotoTaken, "photo")
    running = ready.client.status().recording
    assert running is not None
    ready.client.call("end_private")
    ready.client.call("stop", reason="结束")
    private = ReplayArgs(recording=running.recording, at_ms=photo.wall_ms)
    refused = {
        "replay.private": [ReplayArgs(photo=photo.sha256), private],
        "replay.gone": [ReplayArgs(recording=running.recording, at_ms=photo.wall_ms - 3_600_000)],
        "exhibit.unknown": [ReplayArgs(photo="ab" * 32)],
        "recording.unknown": [ReplayArgs(recording=new_id(), at_ms=now_ms())],
        "message.malformed": [b"{", b'{"photo": 5}', b'{"door": 1}'],
    }
    for code, asked in refused.items():
        for one in asked:
            watch = Watch(ready, one)
            assert (watch.code, watch.picture()) == (code, None)
            watch.close()
