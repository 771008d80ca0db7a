"""The second officer confirms an act on the first officer's device by a key of his own there.

The key lies on the device under his PIN alone. He enrols it once, while there is a network, with
a one-time code that the court made for him; afterwards his signature over the act needs none.
"""

from __future__ import annotations

import msgspec

from schemas.field_api import OfficerInfo
from schemas.sign import Envelope

SECOND_KEY = "second_key/1"
SECOND_CONFIRMATION = "second_confirmation/1"
CLOCKS_APART_MS = 5 * 60_000
"""Two phones of one crew may differ by so much."""


class SecondKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `second_key/1`, signed by the new key itself: the code says whose it is.

    `public`: raw Ed25519; `device`: the one on which it lies."""

    code: str
    device: str
    public: bytes


class EnrolledSecond(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre knows the key (by its fingerprint) as this officer's on this device."""

    key: str
    officer: OfficerInfo


class SecondConfirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `second_confirmation/1`, signed by the second officer's key: he stood beside the
    act of `record`, whose payload has this SHA-256; `at_ms` by the device's wall clock."""

    record: str
    sha256: str
    device: str
    officer: str
    at_ms: int


class ConfirmedHere(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="confirmed_here"):
    """A field record's body: the device carries the second officer's own signature."""

    confirmation: Envelope
