"""What faces see of footage."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from command_center.footage.anomalies import ClockJump
from command_center.footage.continuity import Continuity, Fault
from schemas.media.opening import Bridged
from schemas.ranges import Range


@dataclass(frozen=True)
class FindingView:
    """A broken chain or a Conflict at a fragment."""

    rendition: int
    number: int
    code: str
    at_ms: int


@dataclass(frozen=True)
class RenditionView:
    """One rendition in numbers: fragments recorded (as far as known), received, archived;
    the ranges missing from the archive, and those that no signed head covers."""

    rendition: int
    recorded: int
    received: int
    archived: int
    missing: tuple[Range, ...]
    unsigned: tuple[Range, ...]
    bytes: int
    first_wall_ms: int | None
    last_wall_ms: int | None
    ended: bool


@dataclass(frozen=True)
class RecordingView:
    """A recording with its renditions, and `chain`: "whole", "broken" or "open" (not yet ended)."""

    id: str
    device: str
    device_name: str
    officer_name: str
    operation: str | None
    counter: int
    source: str
    opened_ms: int
    ended: bool
    quarantined: bool
    chain: str
    parts: int
    renditions: tuple[RenditionView, ...]
    findings: tuple[FindingView, ...]
    bridged: Bridged | None = None


@dataclass(frozen=True)
class DeviceFootage:
    """One device's part in an operation; `unseen`: counters of which no recording ever came."""

    device: str
    name: str
    continuity: Continuity
    unseen: tuple[Range, ...]


@dataclass(frozen=True)
class OperationFootage:
    """An operation's recordings and its continuity (None before arrival).

    open_end: not yet withdrawn, so continuity runs to now. refused: fault notes that explain
    nothing. reasons: why fewer than two recorders ran. waiting_ms: the most footage of a
    recording that a relay holds and has not archived. quarantined: field records that came of a
    revoked device and that two persons took over.
    """

    recordings: tuple[RecordingView, ...]
    continuity: Continuity | None
    open_end: bool
    devices: tuple[DeviceFootage, ...] = ()
    faults: tuple[Fault, ...] = ()
    refused: int = 0
    jumps: tuple[ClockJump, ...] = ()
    reasons: tuple[str, ...] = ()
    waiting_ms: int = 0
    quarantined: int = 0


class RelayPass(msgspec.Struct, frozen=True):
    """A ticket for a viewer, when it ends, and where to use it. Never put in a URL."""

    ticket: str
    until_ms: int
    stream_url: str
    http_url: str


class ExportPass(msgspec.Struct, frozen=True):
    """An export ticket and the `BundleRequest` to post with it to `{http_url}/v1/bundles`."""

    ticket: str
    until_ms: int
    http_url: str
    request: msgspec.Raw
