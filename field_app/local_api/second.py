"""The second officer on the local socket: he sets a PIN on a colleague's device and confirms."""

from __future__ import annotations

from typing import Annotated

import msgspec

SecondPin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6,8}$")]


class EnrolSecondArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """enrol_second → list[SecondHere]: the code that the court made for the second officer, and the
    PIN that he chose. Needs the network, this once."""

    code: str
    pin: SecondPin


class SecondHere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """seconds → list[SecondHere]: who can confirm here by a PIN of his own."""

    officer: str
    name: str


class SecondAwaited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An act that was kept at `at_ms` and that its second officer, who has a PIN here, has not
    signed: `name` is his, `title` the act's."""

    record: str
    operation: str
    officer: str
    name: str
    title: str
    at_ms: int


class LeaveSecondArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """leave_second → None: the second officer of the act `record` will not sign it here: he
    confirms on his own device, or not at all."""

    record: str


class ConfirmSecondArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """confirm_second → OutboxItem: the second officer whom the act `record` names signs it."""

    record: str
    pin: SecondPin
