"""Acts on the local socket: steps, photos, measures, notes, and what is typed meanwhile."""

from __future__ import annotations

from typing import Annotated

import msgspec

from schemas.recording_notes import FaultCause
from schemas.records import FieldAct, MarkerKind, Step

MAX_DRAFT = 2_000_000
"""Characters of a half-filled form: a list of 2,500 things with their photos."""


class StepArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """step → OutboxItem: the crew departed, arrived, began, withdrew. A step that is kept already
    is answered with what is kept."""

    operation: str
    step: Step


class PhotoArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """photo → PhotoTaken. `page`: it shows a page of a paper that was signed by hand, and nothing
    of the scene."""

    page: bool = False


class PhotoTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """photo → PhotoTaken: a still of the running camera, kept as an exhibit (JPEG)."""

    sha256: str
    size: int
    wall_ms: int


class MemoTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """end_memo → MemoTaken: what was said since `begin_memo`, kept as an exhibit (Opus in Ogg)."""

    sha256: str
    size: int


class MeasureArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """save_measure → OutboxItem: signs the exact bytes and queues them, one transaction.

    `record`: its id, made with the draft, so that saving again after a kill is the same record;
    empty: the service makes one. `draft` is kept no longer once the record is.
    `papers`: the typeset ones, by digest. `secrets`: whole numbers by field, of which the record
    shows the last four; they go into it encrypted for the centre alone.
    """

    operation: str
    body: FieldAct
    second_officer: str | None = None
    record: str = ""
    draft: str = ""
    papers: list[str] = []
    secrets: dict[str, str] = {}


class StoodBesideArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """stood_beside → OutboxItem: this officer was there since `from_ms`, until now."""

    operation: str
    from_ms: int


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """keep_draft → None; drafts → list[Draft]. `text` is the window's own and as it likes."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    text: Annotated[str, msgspec.Meta(max_length=MAX_DRAFT)]


class DropDraftArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """drop_draft → None: the officer gave the form up."""

    name: str


class MarkerArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """marker → OutboxItem: marks this moment of the footage. Without `at_ms` it is now."""

    operation: str
    kind: MarkerKind = MarkerKind.IMPORTANT
    text: str = ""
    at_ms: int | None = None


class FaultNoteArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """fault_note → OutboxItem: explains what a device did not show in [from_ms, to_ms).

    Without `device` it is this one. The service adds what it reads of this device itself.
    `record`, `draft`: as in `MeasureArgs`.
    """

    operation: str
    from_ms: int
    to_ms: int
    cause: FaultCause
    text: str
    device: str | None = None
    record: str = ""
    draft: str = ""


class RecorderReasonArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """recorder_reason → OutboxItem: why fewer than two recorders run."""

    operation: str
    text: str
