"""Carrying another device's connections, and being carried (ADR 0015)."""

from __future__ import annotations

from typing import Annotated

import msgspec

CARRY_PORT = 17_443


class CarryArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """carry → Status: devices of the same court may go through this one, at a port (0: any that is
    free); None: no longer."""

    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] | None


class BeCarriedArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """be_carried → Status: go through `HOST:PORT` where there is no other way; empty: no longer."""

    carrier: Annotated[str, msgspec.Meta(max_length=200)]


class TetherNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`carrier`: the device that may carry this one, `carried`: it does now; `address`: where this
    device carries others, which passed so many bytes since the service started."""

    carrier: str = ""
    carried: bool = False
    address: str = ""
    passed_bytes: int = 0


NO_TETHER = TetherNow()
