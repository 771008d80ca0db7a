"""What a device without a link says to the one that is to carry it (ADR 0015).

It is the password of a `CONNECT`, in base64 without padding: an envelope `tether_ask/1` that the
device signs. It is no secret: it shows who asks, and opens nothing but a way to the court.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

import msgspec

from schemas.keys import KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import Ed25519Signer, Envelope, decode, decode_payload, sign_envelope

TETHER_ASK = "tether_ask/1"
USER = "tether"
ASK_MS = 10 * 60_000
"""So far apart may the clocks of two devices be, and so long is an ask good."""


class TetherAsk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `tether_ask/1`: who asks, when, and the certificate of its key."""

    device: str
    at_ms: int
    certificate: Envelope


def write_ask(signer: Ed25519Signer, ask: TetherAsk) -> str:
    """Return an ask as it crosses."""
    raw = msgspec.json.encode(sign_envelope(signer, TETHER_ASK, ask))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def check_ask(text: str, root: str, certificates: Iterable[Envelope], at_ms: int) -> str:
    """Return the id of the device that asks, of the court of these certificates.

    Errors: `tether.malformed`, `tether.stale`, `tether.not_admitted`.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        envelope = decode(base64.b64decode(padded, b"-_", validate=True), Envelope)
        ask = decode_payload(envelope, TETHER_ASK, TetherAsk)
    except (binascii.Error, ValueError, MzError) as error:
        raise MzError("tether.malformed", Kind.INVALID, type(error).__name__) from error
    try:
        ring = KeyRing(root, [*certificates, ask.certificate])
        ring.check(envelope, Use.DEVICE, at_ms)
        holder = ring.certificate(envelope.key).holder
    except MzError as error:
        raise MzError("tether.not_admitted", Kind.REFUSED, error.code) from error
    if holder != ask.device:
        raise MzError("tether.not_admitted", Kind.REFUSED, ask.device[:40])
    if abs(at_ms - ask.at_ms) > ASK_MS:
        raise MzError("tether.stale", Kind.REFUSED, ask.device)
    return ask.device
