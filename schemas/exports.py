"""Exports: films that a relay makes of footage as a job, asked for with an export ticket.

    POST   /v1/exports            ExportOrder  → 202 ExportState; the same order again: as it stands
    POST   /v1/exports/bundle     BundleRequest → 202 ExportState; its id is the bundle's
    GET    /v1/exports/{id}       → ExportState
    GET    /v1/exports/{id}/file  → the file, whole or a range
    DELETE /v1/exports/{id}       → ends the job and removes its file

One film is an MP4; several are a zip, stored, with `contents.json` (FilmFacts list) beside them.
A derived film is always in a zip, with `NAME.json` (Envelope `derived/1`) beside it.
A film is for looking at; the proof is the evidence package (`schemas/bundle.py`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from schemas.problems import Problem
from schemas.sign import Envelope

CONTENTS = "contents.json"
MAX_FILMS = 64
WallMs = Annotated[int, msgspec.Meta(ge=0, lt=10**15)]
FileName = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f/\\:.][^\x00-\x1f/\\:]{0,119}\Z")]


class Film(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rendition of a recording between two wall clocks of its device, ms, as whole groups of
    pictures; without one of them from its beginning or to its end. With `derive`, a `derivation/1`
    of the centre for just this footage, it is a derived recording (`schemas/derived.py`)."""

    name: FileName
    recording: str
    rendition: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    from_wall_ms: WallMs | None = None
    to_wall_ms: WallMs | None = None
    derive: Envelope | msgspec.UnsetType = msgspec.UNSET


class ExportOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be made; `export` is an id of the caller's making."""

    export: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
    films: Annotated[list[Film], msgspec.Meta(min_length=1, max_length=MAX_FILMS)]

    def __post_init__(self) -> None:
        names = {CONTENTS, *(film.name for film in self.films)}
        if len(names) != len(self.films) + 1:
            raise ValueError("each film has a name of its own")


class Stage(StrEnum):
    """How far a job is. What is made is kept for a while; then the job is unknown."""

    WAITING = "waiting"
    WORKING = "working"
    MADE = "made"
    FAILED = "failed"


class Gap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers that are not held, with the device wall clocks between which they lie, ms."""

    first: int
    last: int
    start_wall_ms: int | None
    end_wall_ms: int | None


class ClipFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a film holds: numbers and device wall clocks of its ends, and what is missing in it.

    `gaps` lists the first fifty, `missing` counts the fragments of all, `closed` those among them
    that are held, private, and not opened. `link` is the chain's link (SHA-256, hex) at `last`:
    with recording and numbers it names exactly the footage that the film was made of.
    """

    recording: str
    rendition: int
    first: int
    last: int
    start_wall_ms: int
    end_wall_ms: int
    gaps: list[Gap]
    missing: int
    closed: int = 0
    link: str = ""


class FilmFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A film by its file's name, or why it could not be made."""

    name: str
    size: int = 0
    facts: ClipFacts | None = None
    problem: Problem | None = None


class ExportState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A job as it stands: `done` of `total` bytes of footage are worked through; the file's `size`
    and what is in it once it is made; the problem if it failed."""

    export: str
    stage: Stage
    done: int
    total: int
    size: int = 0
    films: list[FilmFacts] = []
    problem: Problem | None = None
