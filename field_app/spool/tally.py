"""How many fragments each recording has, and how far they are, without counting them.

The spool's file keeps the counts in the transaction of each change; here they are in memory.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from field_app.spool.database import Database


@dataclass(frozen=True)
class Counts:
    """Fragments of one recording, and the bytes of those not yet `received`."""

    recorded: int = 0
    received: int = 0
    archived: int = 0
    waiting_bytes: int = 0
    archived_to_ms: int | None = None
    ended: bool = False


class Tally:
    """Counts by recording; safe to read from any thread."""

    def __init__(self, database: Database) -> None:
        """Read the counts of the spool: in an instant, whatever it holds."""
        self._lock = threading.Lock()
        with database.read() as db:
            self._counts = {
                row[0]: Counts(row[1], row[2], row[3], row[4], None, bool(row[5]))
                for row in db.execute(
                    "SELECT recording, coalesce(recorded, 0), coalesce(received, 0),"
                    " coalesce(archived, 0), coalesce(waiting_bytes, 0), ended"
                    " FROM recordings LEFT JOIN counts USING (recording) ORDER BY counter"
                )
            }

    def of(self, recording: str) -> Counts:
        """Return the counts of one recording."""
        with self._lock:
            return self._counts[recording]

    def all(self) -> dict[str, Counts]:
        """Return all counts, oldest recording first."""
        with self._lock:
            return dict(self._counts)

    def backlog(self) -> tuple[int, int]:
        """Return fragments and bytes that no relay has `received`."""
        counts = self.all().values()
        return (
            sum(c.recorded - c.received for c in counts),
            sum(c.waiting_bytes for c in counts),
        )

    def opened(self, recording: str) -> None:
        """A recording began."""
        with self._lock:
            self._counts[recording] = Counts()

    def appended(self, recording: str, size: int) -> None:
        """A fragment of `size` bytes was kept."""
        with self._lock:
            was = self._counts[recording]
            self._counts[recording] = replace(
                was, recorded=was.recorded + 1, waiting_bytes=was.waiting_bytes + size
            )

    def received(self, recording: str, count: int, size: int) -> None:
        """The relay's log holds `count` more fragments of `size` bytes together."""
        with self._lock:
            was = self._counts[recording]
            self._counts[recording] = replace(
                was, received=was.received + count, waiting_bytes=was.waiting_bytes - size
            )

    def archived(self, recording: str, count: int, to_ms: int | None) -> None:
        """`count` more fragments are archived, all of them up to the wall clock `to_ms`."""
        with self._lock:
            was = self._counts[recording]
            self._counts[recording] = replace(
                was, archived=was.archived + count, archived_to_ms=to_ms or was.archived_to_ms
            )

    def ended(self, recording: str) -> None:
        """Nothing follows."""
        with self._lock:
            self._counts[recording] = replace(self._counts[recording], ended=True)
