"""What is encoded beside the full rendition: held a second in memory, kept only when wanted.

A fragment of small or sound gets number and link when it is chosen for sending. What nobody wants
is forgotten at the next key-frame.
"""

from __future__ import annotations

from schemas.media.chain import Moment
from schemas.media.fmp4 import Init, Piece, first_time
from schemas.media.fragment import Rendition
from schemas.time import mono_ms


class _Side:
    """One rendition since its newest key-frame."""

    def __init__(self, init: Init) -> None:
        self.init = init
        self.held: list[Piece] = []
        self.taken_to = -1

    def add(self, piece: Piece) -> None:
        if piece.key_frame:
            self.held = [piece]
        elif self.held or piece.media_start == self.taken_to:
            self.held.append(piece)


class Beside:
    """The other renditions of one run of the encoder. Used by the recorder's thread alone."""

    def __init__(self) -> None:
        self._sides: dict[Rendition, _Side] = {}
        self._anchor: tuple[float, Moment] | None = None

    @property
    def inits(self) -> dict[Rendition, Init]:
        """The init segments."""
        return {rendition: side.init for rendition, side in self._sides.items()}

    def add(self, rendition: Rendition, item: Init | Piece) -> None:
        """Take what the encoder made."""
        if isinstance(item, Init):
            self._sides[rendition] = _Side(item)
        else:
            self._sides[rendition].add(item)

    def tell(self, media_s: float, moment: Moment) -> None:
        """Learn when and where the full picture of a media second was taken."""
        self._anchor = media_s, moment

    def take(self, rendition: Rendition, from_s: float) -> list[tuple[Piece, Moment]]:
        """Return what is held of a rendition from a media second on, and hold it no more.

        Begins at a key-frame, or where the last taking ended.
        """
        side = self._sides[rendition]
        if self._anchor is None or not side.held:
            return []
        taken, side.held = side.held, []
        side.taken_to = taken[-1].media_start + taken[-1].media_duration
        if first_time(side.init, taken[0]) < from_s * side.init.timescale:
            return []  # began before the recording
        return [(piece, self._moment(side.init, piece)) for piece in taken]

    def _moment(self, init: Init, piece: Piece) -> Moment:
        """Return when a piece was taken: never in the future, where an encoder that ends gives
        sound beyond its pictures."""
        assert self._anchor is not None  # noqa: S101 - looked at by `take`
        media_s, known = self._anchor
        later_ms = round((piece.media_start / init.timescale - media_s) * 1000)
        later_ms = min(later_ms, mono_ms() - known.mono_ms)
        return known._replace(
            wall_ms=known.wall_ms + later_ms, mono_ms=max(0, known.mono_ms + later_ms),
            buffered=False,
        )  # fmt: skip
