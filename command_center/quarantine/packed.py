"""What a revoked device said of a part of its footage, as the row that stands for it holds it."""

from __future__ import annotations

from command_center.quarantine.models import QuarantinedRecord
from schemas.field_api import FOOTAGE_APART, FootageApart
from schemas.media.opening import OPENING, RecordingOpening
from schemas.sign import Envelope, decode, decode_payload


def said(row: QuarantinedRecord) -> FootageApart:
    """Return what the device signed; it was checked when it came."""
    return decode_payload(decode(row.envelope, Envelope), FOOTAGE_APART, FootageApart)


def opening(row: QuarantinedRecord) -> RecordingOpening:
    """Return the opening of the recording that the part is of; it was checked when it came."""
    return decode_payload(said(row).opening, OPENING, RecordingOpening)
