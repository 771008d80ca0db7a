"""Bridges: footage of sources that cannot sign. The relay signs it, custody begins at arrival.

A live source is told to the relay by an order `set_source` and told of in the feed.

A file of an offline recorder: `PUT /v1/imports/{recording}?offset=N` appends bytes at N,
`GET /v1/imports/{recording}` → `ImportStatus`; both with an import ticket that carries the terms.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

MAX_IMPORT_BYTES = 256 * 1024**3
MAX_NAME_CHARS = 255
"""As file systems have it."""
TAIL_BYTES = 1024 * 1024
"""Whoever goes on with a file shows that it is the same one by its last bytes that are held."""


class Road(StrEnum):
    """How footage comes over a bridge."""

    FILE = "file"
    RTSP = "rtsp"  # the relay fetches it
    RTMP = "rtmp"  # it is pushed to a port of the relay, as the next two
    SRT = "srt"
    MPEGTS = "mpegts"  # over UDP


class ImportTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the centre says about a file that is brought: it becomes the recording of that id.

    `started_wall_ms` is the beginning of the file by the recorder's own clock, `clock_ahead_ms`
    how far that clock was ahead, as the person who brings the file states both.
    """

    recording: str
    device: str
    officer: str
    operation: str | None
    name: str
    size: int
    started_wall_ms: int
    clock_ahead_ms: int


class ImportStage(StrEnum):
    """Where an import stands; each stage survives the end of the relay's process."""

    ARRIVING = "arriving"  # bytes of the original come
    KEEPING = "keeping"  # the original is hashed and laid into the vault
    READING = "reading"  # its packets are put into fragments; a viewing copy where it needs one
    SIGNING = "signing"  # the fragments are numbered, linked and signed, and go into the log
    DONE = "done"
    FAILED = "failed"


class ImportStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far an import is. `arrived` counts the bytes that are held, `tail_sha256` is the digest
    of the last `TAIL_BYTES` of them; `share` is how much of the stage is done, 0 to 1. `coming`
    says, while it arrives, whether anything of it came a moment ago."""

    recording: str
    stage: ImportStage
    size: int
    arrived: int
    tail_sha256: str = ""
    share: float = 0.0
    sha256: str = ""
    code: str = ""
    coming: bool | msgspec.UnsetType = msgspec.UNSET


class LiveSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A camera over a bridge, as the centre wants it. `address` is of RTSP (without credentials),
    `port` the relay's port of what is pushed, `peer` the one address that may push MPEG-TS.

    `secret` is encrypted (`schemas.media.encrypt`, frame 0 of rendition 0 under the source's id)
    under a key that is wrapped to the court's ingest key: `user:password` of RTSP, the application
    of RTMP, the passphrase of SRT.
    """

    source: str
    road: Road
    enabled: bool
    officer: str
    operation: str | None = None
    address: str = ""
    port: int = 0
    peer: str = ""
    wrapped_key: bytes = b""
    secret: bytes = b""


class SourceState(StrEnum):
    """Where a live source stands."""

    OFF = "off"
    WAITING = "waiting"  # for the camera to answer, or for somebody to push
    LIVE = "live"
    FAILED = "failed"  # tried again by itself
