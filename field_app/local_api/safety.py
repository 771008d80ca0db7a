"""Safety on the local socket: the alarm, planned silence, the guard, PIN and lock."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from schemas.recording_notes import SilenceReason

Pin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4,8}$")]
GRACE_MS = 5_000
"""How long an alarm may be taken back."""
MOST_SILENT_MINUTES = 30
"""Who stays longer where nothing is heard comes up and says so again."""


class PlanSilenceArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """plan_silence → OutboxItem: the desk need not worry for so long; `end_silence` ends it."""

    operation: str
    minutes: Annotated[int, msgspec.Meta(ge=1, le=MOST_SILENT_MINUTES)]
    reason: SilenceReason


class RaiseSosArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """raise_sos → Status: by the button or by the keys; `cancel_sos` takes it back in time."""

    cause: Literal["button", "keys"] = "button"


class CloseSosArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """close_sos → Status: the officer is safe; the desk calls back. No PIN where none is set."""

    pin: Pin | None = None


class UnlockArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """unlock → None: the PIN is right. That under duress is too, and tells the desk."""

    pin: Pin


class SetPinArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """set_pin → Status: the PIN, and another one that raises a silent alarm; `former` where one
    was set before."""

    pin: Pin
    duress: Pin
    former: Pin | None = None


class GuardArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """guard → Status: the alarm is raised unless this is said again in time; 0 ends it."""

    minutes: Annotated[int, msgspec.Meta(ge=0, le=240)]
