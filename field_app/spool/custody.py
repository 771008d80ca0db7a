"""What others hold of our footage, as they told us, and what may therefore be deleted here.

Nothing is ever evicted: a frame's bytes go only when a relay's signed statement says that enough
failure domains hold it.
"""

from __future__ import annotations

import msgspec

from field_app.spool.database import Database
from field_app.spool.footage import Footage, Key
from schemas import crash
from schemas.media.fragment import Rendition
from schemas.ranges import Range
from schemas.sign import Envelope
from schemas.stream import ArchivedStatement

MIN_DOMAINS_TO_DELETE = 2


class Custody:
    """Notes acknowledgements of relays; the caller has checked signatures."""

    def __init__(self, database: Database, footage: Footage) -> None:
        self._db, self._footage = database, footage

    def mark_received(self, recording: str, rendition: int, ranges: list[Range]) -> None:
        """Note what the relay's log holds."""
        count = size = 0
        with self._db.write() as db:
            for first, last in ranges:
                found = db.execute(
                    "UPDATE fragments SET received = 1 WHERE recording = ? AND rendition = ?"
                    " AND number BETWEEN ? AND ? AND received = 0 RETURNING bytes",
                    (recording, rendition, first, last),
                ).fetchall()
                count, size = count + len(found), size + sum(row[0] for row in found)
        if count:
            self._footage.tally.received(recording, count, size)

    def mark_end_known(self, recording: str) -> None:
        """Note that the relay holds the final head."""
        with self._db.write() as db:
            db.execute("UPDATE recordings SET end_known = 1 WHERE recording = ?", (recording,))
        self._footage.forget(recording)

    def mark_archived(self, statement: ArchivedStatement, envelope: Envelope) -> None:
        """Keep a verified statement and what it covers; delete frames only where it allows."""
        count = 0
        may_delete = len(set(statement.domains)) >= statement.required >= MIN_DOMAINS_TO_DELETE
        with self._db.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO statements VALUES (?,?,?)",
                (statement.part, statement.recording, msgspec.json.encode(envelope)),
            )
            for covered in statement.fragments:
                for first, last in covered.ranges:
                    where = (statement.recording, covered.rendition, first, last)
                    count += db.execute(
                        "UPDATE fragments SET archived = 1 WHERE recording = ? AND rendition = ?"
                        " AND number BETWEEN ? AND ? AND archived = 0",
                        where,
                    ).rowcount
                    if may_delete:
                        db.execute(
                            "DELETE FROM bodies WHERE id IN (SELECT id FROM fragments WHERE"
                            " recording = ? AND rendition = ? AND number BETWEEN ? AND ?)",
                            where,
                        )
        crash.point("field.after_archived_kept")
        for covered in statement.fragments:
            self.mark_received(statement.recording, covered.rendition, covered.ranges)
        if count:
            self._footage.tally.archived(
                statement.recording, count, self._archived_to_ms(statement.recording)
            )

    def _archived_to_ms(self, recording: str) -> int | None:
        """Return the wall clock of the first frame after which something is not archived."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT min(number) FROM fragments WHERE recording = ? AND rendition = ?"
                " AND archived = 0",
                (recording, Rendition.FULL),
            ).fetchone()
        last = self._footage.last(recording, Rendition.FULL)
        if last is None:
            return None
        number = last[0] if row[0] is None else row[0]
        header = self._footage.header(Key(recording, Rendition.FULL, number))
        return header.wall_ms if header else None
