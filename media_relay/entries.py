"""Where the bytes of a recording stand: in the log until their part is closed, then in a part."""

from __future__ import annotations

from typing import NamedTuple

from media_relay.segment import Record
from schemas.media.fragment import Header
from schemas.media.head import Head


class Facts(NamedTuple):
    """What playback and coverage need of a fragment; media times in the rendition's timescale."""

    number: int
    key_frame: bool
    media_start: int
    media_duration: int
    wall_ms: int
    private: bool = False

    @classmethod
    def of(cls, header: Header) -> Facts:
        """Return the facts of a fragment's header."""
        return cls(
            header.number, header.key_frame, header.media_start, header.media_duration,
            header.wall_ms, header.private,
        )  # fmt: skip


class InLog(NamedTuple):
    """A record that no part holds yet. `length` counts the bytes of the frame.

    `fragment` are the facts of a fragment, `head` what a head states; openings and init
    segments have neither.
    """

    position: int
    kind: Record
    length: int
    rendition: int
    fragment: Facts | None = None
    head: Head | None = None


class InPart(NamedTuple):
    """A fragment in a part of the vault: `offset` is of its frame in the part's file."""

    sha256: str
    offset: int
    length: int
    fragment: Facts
