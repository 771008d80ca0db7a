"""Talk on the local socket."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schemas.stream import Route


class TalkState(StrEnum):
    """What talk does now."""

    IDLE = "idle"
    ASKING = "asking"  # for the floor
    SPEAKING = "speaking"
    HEARING = "hearing"


class HearingArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """hearing → Status: how talk is to be heard; the loudspeaker only by this."""

    route: Route


class TalkStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Talk: how it is heard, the ways this device has, whether it can speak, and the burst of now
    or the last one; `problem` is the code why that one failed or was cut short."""

    route: Route
    routes: list[Route]
    can_speak: bool
    state: TalkState
    burst: str = ""
    by_desk: bool = False
    played_ms: int = 0
    problem: str = ""


NO_TALK = TalkStatus(Route.TEXT, [Route.TEXT], False, TalkState.IDLE)
