"""What the steps share: the package, what was decoded of it, and what the chain step learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from schemas import bundle, keys, ledger, records
from schemas.media import opening
from schemas.problems import MzError
from schemas.ranges import Range
from schemas.sign import Envelope, decode_payload
from schemas.verification import layout
from schemas.verification.package import Package

JOIN_MS = 500
"""Spans of footage closer than this are one: fragments are cut by whole frames, not by clocks."""
JUMP_MS = 1_000
"""How far the wall clock may move against the monotonic clock from one fragment to the next."""
MOST_JUMPS = 20


@dataclass
class Stream:
    """One rendition as the chain step found it. `spans` are wall clock ms by the device's clock;
    `edges` gives the wall clock at the first and after the last number of each held range;
    `jumps` the first fragments (and by how many ms) at which the wall clock jumped."""

    path: layout.StreamPath
    held: list[Range] = field(default_factory=list)
    edges: dict[int, tuple[int, int]] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    fragments: int = 0
    last_head: int | None = None
    final: int | None = None
    final_link: bytes = b""
    sound: bool = True
    jumps: list[tuple[int, int]] = field(default_factory=list)
    ahead_ms: int | None = None
    wanted: set[int] = field(default_factory=set)
    """Numbers whose links an integrity value states; `links` has those that were met."""
    links: dict[int, bytes] = field(default_factory=dict)
    closed: list[tuple[int, int]] = field(default_factory=list)
    """Wall clock spans of private fragments of which only the headers are here."""
    shown: list[tuple[int, int]] = field(default_factory=list)
    """Wall clock spans of private fragments that are here whole."""

    def compare_clocks(self, number: int, wall_ms: int, mono_ms: int) -> None:
        """Note a jump of the wall clock against the monotonic one, which nobody can set."""
        ahead_ms = wall_ms - mono_ms
        moved = 0 if self.ahead_ms is None else ahead_ms - self.ahead_ms
        if abs(moved) > JUMP_MS and len(self.jumps) < MOST_JUMPS:
            self.jumps.append((number, moved))
        self.ahead_ms = ahead_ms

    def add(self, number: int, start_ms: int, end_ms: int) -> None:
        """Note one fragment, in ascending order."""
        self.fragments += 1
        if self.held and self.held[-1][1] == number - 1:
            first, former = self.held[-1]
            if former != first:
                self.edges.pop(former)
            self.held[-1] = (first, number)
        else:
            self.held.append((number, number))
        self.edges[number] = (start_ms, end_ms)
        _join(self.spans, start_ms, end_ms)

    def add_private(self, start_ms: int, end_ms: int, *, closed: bool) -> None:
        """Note that a fragment is private, and whether its bytes are here."""
        _join(self.closed if closed else self.shown, start_ms, end_ms)


def _join(spans: list[tuple[int, int]], start_ms: int, end_ms: int) -> None:
    """Add a span that begins no earlier than the last one."""
    if spans and start_ms <= spans[-1][1] + JOIN_MS:
        spans[-1] = (spans[-1][0], max(spans[-1][1], end_ms))
    else:
        spans.append((start_ms, end_ms))


@dataclass
class Evidence:
    """One verification in progress."""

    package: Package
    root: str | None
    copies: tuple[Path, ...] = ()
    """Zips of derived copies that were given beside the package."""
    manifest: bundle.BundleManifest | None = None
    streams: list[Stream] = field(default_factory=list)
    ring: keys.KeyRing | None = None
    facts: bundle.BundleFacts | None = None
    recorded: set[str] = field(default_factory=set)
    """Digests of which the ledger's proven entries speak."""
    entries: list[ledger.LedgerEntry] = field(default_factory=list)
    """The ledger's proven entries."""
    notes: list[records.FieldRecord] = field(default_factory=list)
    """Signed records about the footage itself: fault notes, reasons for one recorder, what a
    device noticed by itself, and its checks before departure."""

    def envelope(self, path: str) -> Envelope:
        """Return an envelope of the package, unchecked; `bundle.malformed`."""
        return self.package.decode(path, Envelope)

    def envelopes(self, path: str) -> list[Envelope]:
        """Return a list of envelopes of the package, unchecked; `bundle.malformed`."""
        return self.package.decode(path, list[Envelope])

    def record(self, path: str) -> records.FieldRecord | None:
        """Return a field record as stated; None where it is not sound: step 4 says so."""
        if not self.package.sound(path):
            return None
        try:
            return decode_payload(self.envelope(path), records.FIELD_RECORD, records.FieldRecord)
        except MzError:
            return None

    def opening(self, recording: str) -> opening.RecordingOpening | None:
        """Return the stated opening of a recording, unchecked; None where it is not sound."""
        path = layout.StreamPath(recording, 1).opening
        if not self.package.sound(path):
            return None
        try:
            return decode_payload(self.envelope(path), opening.OPENING, opening.RecordingOpening)
        except MzError:
            return None

    def stated_public(self, key: str) -> bytes | None:
        """Return the public bytes that the package's certificates give a key, untrusted yet."""
        if not self.package.sound(layout.CERTIFICATES):
            return None
        try:
            for envelope in self.envelopes(layout.CERTIFICATES):
                stated = decode_payload(envelope, keys.CERTIFICATE, keys.KeyCertificate)
                if stated.key == key:
                    return stated.public
        except MzError:
            return None
        return None
