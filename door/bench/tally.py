"""What is counted while a bench's window is open. Times come from one clock of one process."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

_ONE_COMMIT_S = 0.005
"""Acknowledgements that come closer together than this belong to one sync of the log."""


def _doubles() -> array[float]:
    return array("d")


@dataclass
class Tally:
    """Latencies in ms: sent to seen by a viewer, sent to durable; `late` is the load's own lag."""

    open: bool = False
    sent_bytes: int = 0
    delivered_bytes: int = 0
    commits: int = 0
    last_ack_at: float = 0.0
    seen_ms: array[float] = field(default_factory=_doubles)
    durable_ms: array[float] = field(default_factory=_doubles)
    late_ms: array[float] = field(default_factory=_doubles)
    skipped: int = 0
    faults: list[str] = field(default_factory=list)

    def note_ack(self, now: float) -> None:
        """Count the syncs of the log by the bursts in which acknowledgements come."""
        if now - self.last_ack_at > _ONE_COMMIT_S:
            self.commits += 1
        self.last_ack_at = now
