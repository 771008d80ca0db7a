"""Derived recordings: copies for looking at, marked with who may look, with regions blurred and
sound silenced for a while. A derived recording never stands for its source: it names it.

The centre signs what may be made (`derivation/1`); the relay makes it and signs what it made of
which footage (`derived/1`). Both lie beside the film in the zip, as `<film>.json`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from schemas.sign import Envelope

DERIVATION = "derivation/1"
DERIVED = "derived/1"
MAX_REGIONS = 32
MAX_SILENCES = 64

WallMs = Annotated[int, msgspec.Meta(ge=0, lt=10**15)]
PerMille = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Mark = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,120}\Z")]


class Silence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sound is silenced between two wall clocks of the device, ms."""

    from_wall_ms: WallMs
    to_wall_ms: WallMs

    def __post_init__(self) -> None:
        if self.from_wall_ms >= self.to_wall_ms:
            raise ValueError("an interval ends after it begins")


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rectangle of the picture, in thousandths of its width and height, is blurred between two
    wall clocks of the device, ms."""

    x: PerMille
    y: PerMille
    width: Annotated[int, msgspec.Meta(ge=10, le=1000)]
    height: Annotated[int, msgspec.Meta(ge=10, le=1000)]
    from_wall_ms: WallMs
    to_wall_ms: WallMs

    def __post_init__(self) -> None:
        if self.x + self.width > 1000 or self.y + self.height > 1000:
            raise ValueError("a region lies within the picture")
        if self.from_wall_ms >= self.to_wall_ms:
            raise ValueError("an interval ends after it begins")


class Derivation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `derivation/1`: of which footage a copy is made for whom, and what it hides.
    `mark` is burnt into every picture. Without ends it begins or ends with the recording."""

    derivation: str
    recording: str
    rendition: int
    from_wall_ms: int | None
    to_wall_ms: int | None
    viewer: str
    purpose: str
    mark: Mark
    regions: Annotated[list[Region], msgspec.Meta(max_length=MAX_REGIONS)]
    silences: Annotated[list[Silence], msgspec.Meta(max_length=MAX_SILENCES)]
    asked_by: str
    asked_ms: int


class Derived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `derived/1`: the film that a relay made, and its source: fragments `first`…`last`
    of a rendition, named by the chain's link (SHA-256, hex) at `last`. `missing` of these were not
    held or not shown."""

    derivation: Envelope
    recording: str
    rendition: int
    first: int
    last: int
    link: str
    missing: int
    film: str
    film_sha256: str
    film_size: int
    relay: str
    made_ms: int
