"""Real footage for tests: fMP4 made by ffmpeg, cut into the frames that a recorder makes."""

from __future__ import annotations

import functools
import hashlib
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from schemas.ids import NO_ID, new_id
from schemas.media.encrypt import new_key, wrap_to_court
from schemas.media.fragment import Header, Place, Rendition, first_link, link, make_frame
from schemas.media.head import NO_FRAGMENT, Head, sign_head
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source, init_frame
from schemas.sign import Ed25519Signer, Envelope, fingerprint, sha256_hex, sign_envelope
from schemas.time import now_ms

FRAGMENT_MS = 200
FRAME_RATE = 25
TIMESCALE = 12_800


@dataclass(frozen=True)
class Piece:
    """One moof+mdat: media start and duration in TIMESCALE, and whether a key-frame begins it."""

    data: bytes
    start: int
    duration: int
    key_frame: bool


def _boxes(
    data: bytes, offset: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, int, int]]:
    end = len(data) if end is None else end
    while offset < end:
        size, kind = struct.unpack_from(">I4s", data, offset)
        yield kind, offset, offset + size
        offset += size


def _find(data: bytes, path: list[bytes], offset: int, end: int) -> tuple[int, int]:
    for kind, start, stop in _boxes(data, offset, end):
        if kind == path[0]:
            return (start, stop) if len(path) == 1 else _find(data, path[1:], start + 8, stop)
    raise LookupError(path)


@functools.cache
def film(seconds: int = 4, *, sound: bool = False) -> tuple[bytes, tuple[Piece, ...]]:
    """Return init segment and pieces of a test picture: 25/s, fragments of 200 ms, GOP 1 s; with a
    steady tone if there is sound."""
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"] if sound else []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        subprocess.run(
            [
                imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error",
                "-f", "lavfi", "-i", f"testsrc=size=320x180:rate={FRAME_RATE}",
                *tone, "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast",
                "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", str(FRAME_RATE),
                "-keyint_min", str(FRAME_RATE), "-sc_threshold", "0", "-video_track_timescale",
                str(TIMESCALE), "-movflags", "+empty_moov+default_base_moof+frag_keyframe",
                "-frag_duration", str(FRAGMENT_MS * 1000), "-f", "mp4", str(path),
            ],
            check=True,
        )  # fmt: skip
        data = path.read_bytes()
    starts = [start for kind, start, _ in _boxes(data) if kind == b"moof"]
    ends = [stop for kind, _, stop in _boxes(data) if kind == b"mdat"]
    init = data[: starts[0]]
    pieces, frames_each = [], FRAME_RATE * FRAGMENT_MS // 1000
    each = TIMESCALE * FRAGMENT_MS // 1000
    for number, (start, stop) in enumerate(zip(starts, ends, strict=True)):
        at, _ = _find(data, [b"moof", b"traf", b"tfdt"], start, stop)
        media = struct.unpack_from(">Q", data, at + 12)[0]
        pieces.append(Piece(data[start:stop], media, each, number * frames_each % FRAME_RATE == 0))
    return init, tuple(pieces)


class Recorder:
    """A device that records the test picture: opening, init, frames with their chain, heads."""

    def __init__(
        self, device: str, signer: Ed25519Signer, ingest_public: bytes, *, counter: int = 1,
        source: Source = Source.CAMERA, seconds: int = 4, started_ms: int | None = None,
        private: range = range(0), operation: str | None = None,
        place: Callable[[int], Place | None] = lambda _: None, sound: bool = False,
    ) -> None:  # fmt: skip
        """`private`: the numbers of the fragments that were taken in a private interval; `place`:
        where a fragment of this number was taken."""
        self.device, self.signer, self.id = device, signer, new_id()
        self.init, pieces = film(seconds, sound=sound)
        codecs = "avc1.42C015,mp4a.40.2" if sound else "avc1.42C015"
        self.private, self.place = private, place
        self.started_ms = now_ms() if started_ms is None else started_ms
        opening = RecordingOpening(
            recording=self.id, device=device, device_key=signer.key, counter=counter,
            officer=NO_ID, operation=operation, opened_wall_ms=self.started_ms, opened_mono_ms=1000,
            boot=new_id(), source=source, app="test", key_protection="file",
            renditions=[
                RenditionInfo(1, codecs, sha256_hex(self.init), TIMESCALE, 320, 180, 25_000)
            ],
            fragment_ms=FRAGMENT_MS, gop_ms=1000, reason="started", former=[], challenge=None,
            wrapped_key=wrap_to_court(new_key(), self.id, ingest_public),
            ingest_key=fingerprint(ingest_public),
        )  # fmt: skip
        self.opening: Envelope = sign_envelope(signer, OPENING, opening)
        self.init_frame = init_frame(self.id, 1, self.init)
        self.first = first_link(self.opening.payload, 1)
        self.frames: list[bytes] = []
        self.links: list[bytes] = []
        previous = self.first
        for number, piece in enumerate(pieces):
            frame = self.frame(number, piece, previous)
            previous = link(frame)
            self.frames.append(frame)
            self.links.append(previous)

    def frame(self, number: int, piece: Piece, previous: bytes) -> bytes:
        """Return one fragment frame."""
        header = Header(
            Rendition.FULL, self.id, NO_ID, number, piece.start, piece.duration,
            self.started_ms + number * FRAGMENT_MS, 1000 + number * FRAGMENT_MS,
            len(piece.data), hashlib.sha256(piece.data).digest(), previous,
            place=self.place(number), key_frame=piece.key_frame, private=number in self.private,
        )  # fmt: skip
        return make_frame(header, piece.data)

    def head(self, number: int, *, final: bool = False, own: bytes | None = None) -> bytes:
        """Return the signed head at a number (-1: nothing was made)."""
        statement = Head(
            Rendition.FULL, self.id, NO_FRAGMENT if number < 0 else number,
            own or (self.first if number < 0 else self.links[number]),
            self.started_ms + (number + 1) * FRAGMENT_MS, 1000 + (number + 1) * FRAGMENT_MS, final,
        )  # fmt: skip
        return sign_head(statement, self.signer)
