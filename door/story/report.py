"""The report of `./mz demo --once --json FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Fragments(msgspec.Struct, forbid_unknown_fields=True):
    """Fragments of all renditions: kept by the recorder, durable at the relay, archived by
    its signed statements, and what of the recorded is not archived."""

    recorded: int = 0
    received: int = 0
    archived: int = 0
    missing: int = 0


class Live(msgspec.Struct, forbid_unknown_fields=True):
    """From the drawing of a frame to its number being read in Chromium, ms; null with a reason."""

    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    samples: int = 0
    reason: str | None = None


class NoticeState(msgspec.Struct, forbid_unknown_fields=True):
    """A notice to a party by a channel, and its state in lower case (DOMAIN §5.7)."""

    party: str
    channel: str
    state: str


class Verify(msgspec.Struct, forbid_unknown_fields=True):
    """What the verifier said: `verified` or what was found, and each step."""

    verdict: str = ""
    steps: list[dict[str, Any]] = []


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """Everything that one telling of the story found out; complete even when it failed."""

    ok: bool = False
    failed: str | None = None
    seconds: float = 0.0
    fragments: Fragments = msgspec.field(default_factory=Fragments)
    live: Live = msgspec.field(default_factory=Live)
    order: dict[str, Any] = {}
    markers: list[str] = []
    act: dict[str, Any] = {}
    measure: dict[str, Any] = {}
    tag: dict[str, Any] = {}
    left: dict[str, Any] = {}
    deadline: dict[str, Any] = {}
    freeze: dict[str, Any] = {}
    papers: dict[str, Any] = {}
    reached: dict[str, Any] = {}
    filed: dict[str, Any] = {}
    staff: dict[str, Any] = {}
    sos: dict[str, Any] = {}
    cut: dict[str, Any] = {}
    imported: dict[str, Any] = {}
    clip: dict[str, Any] = {}
    private: dict[str, Any] = {}
    replayed: dict[str, Any] = {}
    unplanned: dict[str, Any] = {}
    quarantine: dict[str, Any] = {}
    talk: dict[str, Any] = {}
    notices: list[NoticeState] = []
    portal: dict[str, Any] = {}
    verify: Verify = msgspec.field(default_factory=Verify)
    root: str = ""
    audit: dict[str, Any] = {}
    bundle: str = ""
    recording: list[str] = []
    data: str = ""
    steps: list[tuple[str, float]] = []

    def write(self, path: Path) -> None:
        """Write the report as indented JSON, whole or not at all."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=2)
        half = path.with_name(path.name + ".half")
        half.write_bytes(text + b"\n")
        half.replace(path)


def percentile(values: list[float], percent: int) -> float | None:
    """Return the nearest-rank percentile, or None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = max(0, -(-len(ordered) * percent // 100) - 1)
    return round(ordered[rank], 1)
