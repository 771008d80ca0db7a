"""Devices that replay a recording: each enrolled by a code, each signing a recording of its own
over the pictures that a real device encoded just before. They are simulated; nothing else is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from schemas.field_api import DEVICE_CONTACT, ContactReply, DeviceContact, Enrol, Enrolled
from schemas.ids import new_id
from schemas.media.encrypt import new_key, wrap_to_court
from schemas.media.fragment import (
    MAGIC,
    Header,
    Rendition,
    encode_header,
    first_link,
    link,
    split_frame,
)
from schemas.media.head import Head, sign_head
from schemas.media.opening import (
    OPENING,
    RecordingOpening,
    RenditionInfo,
    Source,
    init_frame,
    split_init,
)
from schemas.sign import Ed25519Signer, sign_envelope
from schemas.stream import Lane, Now, Open, Publish, Watch, decode_to_viewer, encode_text
from schemas.time import now_ms

_TIMEOUT_S = 15.0
_APP = "bench, simulated"
_FRAGMENT_MS, _GOP_MS = 240, 960


class Taken(msgspec.Struct):
    """What a viewer was sent of one rendition: its description, its init segment, and each
    fragment with the moment of its arrival (monotonic seconds)."""

    info: RenditionInfo
    init: bytes
    fragments: list[tuple[float, Header, bytes]]


def take(
    made: dict[str, Any], rendition: Rendition, seconds: float, each: Callable[[], object]
) -> Taken:
    """Watch a device at the relay for a while and call `each` with every picture; `made` is the
    desk's pass and the device's id."""
    info, init = None, b""
    fragments: list[tuple[float, Header, bytes]] = []
    until = time.monotonic() + seconds
    with connect(f"{made['stream_url']}/v1/stream", max_size=None, proxy=None) as socket:
        watch = Watch(made["ticket"], made["device"], int(rendition))
        socket.send(encode_text(watch).decode())
        while time.monotonic() < until:
            frame = socket.recv(timeout=_TIMEOUT_S)
            if isinstance(frame, str):
                said = decode_to_viewer(frame.encode())
                if isinstance(said, Now) and said.info.rendition == rendition:
                    info = said.info
            elif frame[:4] == MAGIC:
                header, payload = split_frame(frame)
                if header.rendition is rendition:
                    fragments.append((time.monotonic(), header, bytes(payload)))
                    each()
            elif split_init(frame)[1] is rendition:
                init = split_init(frame)[2]
    if info is None or not fragments:
        raise ValueError("the rendition never came")
    return Taken(info, init, fragments)


class Replay(threading.Thread):
    """One simulated device that sends what was taken, each fragment as long after the first as it
    came then, signed and numbered anew."""

    def __init__(self, centre_url: str, code: str, name: str, taken: Taken) -> None:
        """Enrol and make contact."""
        super().__init__(name=name, daemon=True)
        self._signer, self.device, self._taken = Ed25519Signer.generate(), new_id(), taken
        self._url = f"{centre_url}/device/v1"
        public = self._signer.public
        asked = Enrol(code, self.device, name, self._signer.alg, public, "file", _APP)
        self._court = msgspec.json.decode(self._post("enrol", asked), type=Enrolled)
        said = DeviceContact(self.device, new_id(), now_ms(), 0, _APP)
        envelope = sign_envelope(self._signer, DEVICE_CONTACT, said)
        self._contact = msgspec.json.decode(self._post("contact", envelope), type=ContactReply)
        self._begin_at = 0.0
        self._stopping = threading.Event()

    def _post(self, path: str, message: msgspec.Struct) -> bytes:
        answer = requests.post(
            f"{self._url}/{path}", data=msgspec.json.encode(message), timeout=_TIMEOUT_S,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        answer.raise_for_status()
        return answer.content

    def begin(self, at: float) -> None:
        """Start to send at a moment, monotonic seconds."""
        self._begin_at = at
        self.start()

    @property
    def later_ms(self) -> int:
        """How much later than then each picture is shown now."""
        return round((self._begin_at - self._taken.fragments[0][0]) * 1000)

    def stop(self) -> None:
        """Send no more."""
        self._stopping.set()
        self.join()

    def run(self) -> None:
        """Open the recording and send it to its end, or until stopped."""
        opening = self._opening()
        envelope = sign_envelope(self._signer, OPENING, opening)
        rendition = Rendition(self._taken.info.rendition)
        previous = first_link(envelope.payload, rendition)
        with connect(
            f"{self._contact.relay.stream_url}/v1/stream", max_size=None, proxy=None
        ) as socket:
            socket.send(encode_text(Publish(self._contact.ticket, Lane.LIVE)).decode())
            socket.send(encode_text(Open(envelope)).decode())
            socket.send(init_frame(opening.recording, rendition, self._taken.init))
            for number, (at, header, payload) in enumerate(self._taken.fragments):
                if self._stopping.is_set():
                    return
                _wait(socket, self._begin_at + at - self._taken.fragments[0][0])
                raw = encode_header(header._replace(
                    recording=opening.recording, officer=opening.officer, number=number,
                    wall_ms=header.wall_ms + self.later_ms, previous=previous,
                ))  # fmt: skip
                previous = link(raw)
                socket.send(raw + payload)
                if (number + 1) % (_GOP_MS // _FRAGMENT_MS) == 0:
                    head = Head(
                        rendition, opening.recording, number, previous, now_ms(),
                        header.mono_ms, False,
                    )  # fmt: skip
                    socket.send(sign_head(head, self._signer))

    def _opening(self) -> RecordingOpening:
        recording, first = new_id(), self._taken.fragments[0][1]
        return RecordingOpening(
            recording=recording, device=self.device, device_key=self._signer.key, counter=1,
            officer=self._court.officer.officer, operation=None,
            opened_wall_ms=first.wall_ms + self.later_ms, opened_mono_ms=first.mono_ms,
            boot=new_id(), source=Source.GENERATED, app=_APP, key_protection="file",
            renditions=[self._taken.info], fragment_ms=_FRAGMENT_MS, gop_ms=_GOP_MS,
            reason="started", former=[], challenge=None,
            wrapped_key=wrap_to_court(new_key(), recording, self._court.ingest_public),
            ingest_key=self._court.ingest_key,
        )  # fmt: skip


def _wait(socket: ClientConnection, until: float) -> None:
    """Wait for a moment; meanwhile take what the relay says."""
    while (left := until - time.monotonic()) > 0:
        try:
            socket.recv(timeout=left)
        except TimeoutError:
            return
        except ConnectionClosed as error:
            raise RuntimeError(f"the relay hung up: {error}") from error
