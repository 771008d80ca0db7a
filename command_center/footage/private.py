"""Private intervals (隐私时段): recording went on, viewing is closed.

Told by the signed records of the device's officer; which fragments are private says each one's own
header, so nothing here can open or close any.
"""

from __future__ import annotations

from dataclasses import dataclass

from command_center.devices.service import device_names
from command_center.footage.signed import (
    SignedRecord,
    is_accepted,
    records_of_device,
    records_of_operation,
)
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import PrivateInterval, PrivateReason

_KIND = "private_interval"
_EDGE_MS = 2_000
"""How far beyond its ends, as the officer's tap tells them, an interval's fragments may lie: what
reached the recorder meanwhile is private too."""


@dataclass(frozen=True)
class Interval:
    """A private interval by its device's wall clock, ms; `to_ms` None: it runs."""

    interval: str
    operation: str
    case: str
    device: str
    device_name: str
    officer_name: str
    reason: PrivateReason
    from_ms: int
    to_ms: int | None


def intervals_of(uow: UnitOfWork, operation: str) -> list[Interval]:
    """Return an operation's private intervals in order of time."""
    return _joined(uow, records_of_operation(uow, operation, _KIND))


def reach(uow: UnitOfWork, interval: Interval) -> tuple[int, int]:
    """Return the wall clocks, both included, between which an opening shows its fragments.

    Wider than the taps by an edge, never into a neighbour's; one that runs reaches to now.
    """
    if interval.to_ms is None:
        high = max(uow.now_ms, interval.from_ms)
    else:
        high = interval.to_ms + _EDGE_MS
    low = interval.from_ms - _EDGE_MS
    for other in _joined(uow, records_of_device(uow, interval.device, _KIND)):
        if other.interval == interval.interval:
            continue
        if interval.to_ms is not None and other.from_ms >= interval.to_ms:
            high = min(high, other.from_ms)
        elif other.to_ms is not None and other.to_ms <= interval.from_ms:
            low = max(low, other.to_ms)
    return low, high


def _joined(uow: UnitOfWork, records: list[SignedRecord]) -> list[Interval]:
    """Join what was told at the beginning and at the end; told twice, the later end counts."""
    names = device_names(uow, {row.device for row, _, _ in records})
    found: dict[tuple[str, str], Interval] = {}
    for row, record, name in records:
        body = record.body
        if not isinstance(body, PrivateInterval) or not is_accepted(uow, row):
            continue
        known = found.get((row.device, body.interval))
        ends = [ms for ms in (body.to_ms, known.to_ms if known else None) if ms is not None]
        found[row.device, body.interval] = Interval(
            body.interval, row.operation, row.case, row.device, names[row.device][0], name,
            body.reason, min(body.from_ms, known.from_ms) if known else body.from_ms,
            max(ends, default=None),
        )  # fmt: skip
    return sorted(found.values(), key=lambda one: (one.from_ms, one.interval))
