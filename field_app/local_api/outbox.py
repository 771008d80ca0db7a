"""The outbox on the local socket: what is on its way to the centre."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

SHOWN_AT_ONCE = 500
"""So many items of the outbox are listed at most."""


class OutboxState(StrEnum):
    """Where a record or exhibit is."""

    KEPT = "kept"  # on this phone
    SENDING = "sending"
    RECEIVED = "received"  # the centre (or the vault, for exhibits) holds it
    FAILED = "failed"  # refused with a code; a person must look
    SET_ASIDE = "set_aside"  # refused; another record went in its place


class OutboxItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing on its way to the centre; `defects` are codes of the centre's receipt."""

    item: str
    kind: str
    title: str
    made_ms: int
    bytes: int
    state: OutboxState
    attempts: int
    problem: str = ""
    defects: list[str] = []


class RefusedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other side refused. operation: of a record, the one it belongs to; else nothing."""

    item: str
    kind: str
    title: str
    problem: str
    operation: str


class OutboxGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """outbox_groups → list[OutboxGroup]: how much there is of a kind in a state."""

    kind: str
    state: OutboxState
    count: int
    bytes: int


class OutboxArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """outbox → list[OutboxItem]: the newest items of a kind, or of all; the newest first."""

    kind: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=SHOWN_AT_ONCE)] = SHOWN_AT_ONCE


class OutboxItemArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """send_again → OutboxItem: a refused item goes once more. send_as_new → OutboxItem: where the
    centre holds another record under the same id, ours goes under a new one; both stand."""

    item: str
