"""The chain of one rendition: numbers, links and heads, in the order of the road.

Ask for a frame, keep it, and only then `advance`: a fragment that could not be kept uses up
neither its number nor its link.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.media.fmp4 import Piece
from schemas.media.fragment import Header, Place, Rendition, first_link, link, make_frame
from schemas.media.head import NO_FRAGMENT, Head, sign_head
from schemas.sign import HashAlg, Signer, digest


class Moment(NamedTuple):
    """When and where a fragment's first frame was taken, whether before the tap, and whether it
    may not be looked at."""

    wall_ms: int
    mono_ms: int
    place: Place | None
    buffered: bool = False
    private: bool = False


class Chain:
    """One rendition of one recording."""

    def __init__(
        self, recording: str, rendition: Rendition, officer: str, opening_payload: bytes
    ) -> None:
        """Begin at the opening's bytes."""
        self.recording, self.rendition, self._officer = recording, rendition, officer
        self.number = 0
        self.link = first_link(opening_payload, rendition)

    def frame(self, piece: Piece, moment: Moment) -> tuple[bytes, bytes]:
        """Return the frame of the next fragment and the link after it."""
        header = Header(
            rendition=self.rendition,
            recording=self.recording,
            officer=self._officer,
            number=self.number,
            media_start=piece.media_start,
            media_duration=piece.media_duration,
            wall_ms=moment.wall_ms,
            mono_ms=moment.mono_ms,
            length=len(piece.data),
            sha=digest(HashAlg.SHA256, piece.data),
            previous=self.link,
            key_frame=piece.key_frame,
            buffered=moment.buffered,
            place=moment.place,
            private=moment.private,
        )
        frame = make_frame(header, piece.data)
        return frame, link(frame)

    def advance(self, after: bytes) -> None:
        """The fragment was kept: the next one has the next number."""
        self.number += 1
        self.link = after


def signed_head(
    signer: Signer,
    recording: str,
    rendition: Rendition,
    last: tuple[int, bytes] | None,
    opening_payload: bytes,
    at: tuple[int, int],
    final: bool,
) -> bytes:
    """Return the signed head over everything up to `last` (number, link); None: no fragment.

    at: wall clock and monotonic clock, ms.
    """
    number, after = last or (NO_FRAGMENT, first_link(opening_payload, rendition))
    return sign_head(Head(rendition, recording, number, after, *at, final=final), signer)
