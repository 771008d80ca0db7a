"""Where the bytes of a recording stand: in the log until their part is closed, then in a part."""

from __future__ import annotations

from typing import NamedTuple

from media_relay.segment import Record
from schemas.media.fragment import Header
from schemas.media.head import Head

APART_MS = 500
"""Further from each other than this fragments do not follow in time. Small and sound have numbers
from when they are chosen, so neighbours by number may be minutes apart."""


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

    def follows(self, former: Facts, timescale: int) -> bool:
        """Return whether nothing lies between the former fragment and this one: neither a number
        nor time by the media clock."""
        apart = self.media_start - former.media_start - former.media_duration
        return self.number == former.number + 1 and apart * 1000 <= APART_MS * timescale


class InLog:
    """A record that no part holds yet. `length` counts the bytes of the frame.

    `fragment` are the facts of a fragment, `head` what a head states; openings and init
    segments have neither.
    """

    __slots__ = ("fragment", "head", "kind", "length", "position", "rendition")

    def __init__(
        self, position: int, kind: Record, length: int, rendition: int,
        fragment: Facts | None = None, head: Head | None = None,
    ) -> None:  # fmt: skip
        self.position, self.kind, self.length = position, kind, length
        self.rendition, self.fragment, self.head = rendition, fragment, head


class InPart(NamedTuple):
    """A fragment in a part of the vault: `offset` is of its frame in the part's file."""

    sha256: str
    offset: int
    length: int
    fragment: Facts
