"""Recordings, fragments and heads as the spool keeps them.

A fragment's number, link and encrypted frame are committed together, with the head where one is
signed, before anything is sent. Nothing is ever evicted (see `field_app.spool.custody`).
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

import msgspec

from field_app.spool.cabinet import Cabinet
from field_app.spool.database import Database
from field_app.spool.tally import Tally
from schemas.media.encrypt import decrypt_frame, encrypt_frame, unwrap_on_device, wrap_to_device
from schemas.media.fragment import HEADER_BYTES, Header, Rendition, decode_header
from schemas.media.head import decode_head
from schemas.media.opening import OPENING, FormerHead, RecordingOpening
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload


class Key(NamedTuple):
    """Names one fragment."""

    recording: str
    rendition: int
    number: int


class KeptRecording(NamedTuple):
    """A recording with the signed envelope of its opening, as it stands in the spool."""

    recording: str
    envelope: Envelope
    opening: RecordingOpening
    ended: bool
    end_known: bool


class Footage:
    """The footage part of the spool."""

    def __init__(self, database: Database, cabinet: Cabinet) -> None:
        """Load the counts of every recording once; from then on they are kept in memory."""
        self._db, self._cabinet = database, cabinet
        self._keys: dict[str, bytes] = {}
        self._known: dict[str, KeptRecording] = {}
        self.tally = Tally(database)

    def next_counter(self) -> int:
        """Return the counter of the next recording of this device."""
        with self._db.read() as db:
            return int(
                db.execute("SELECT coalesce(max(counter), 0) + 1 FROM recordings").fetchone()[0]
            )

    def open(self, envelope: Envelope, inits: dict[int, bytes], key: bytes) -> RecordingOpening:
        """Keep a new recording: opening, init segments, and its key wrapped to the storage key."""
        opening = decode_payload(envelope, OPENING, RecordingOpening)
        name = opening.recording
        locked = self._cabinet.lock(f"opening/{name}", msgspec.json.encode(envelope))
        wrapped = wrap_to_device(key, name, self._cabinet.storage_key)
        with self._db.write() as db:
            db.execute(
                "INSERT INTO recordings (recording, counter, opening, wrapped_key)"
                " VALUES (?,?,?,?)",
                (name, opening.counter, locked, wrapped),
            )
            for rendition, init in inits.items():
                kept = self._cabinet.lock(f"init/{name}/{rendition}", init)
                db.execute("INSERT INTO inits VALUES (?,?,?)", (name, rendition, kept))
        self._keys[name] = key
        self._known[name] = KeptRecording(name, envelope, opening, False, False)
        self.tally.opened(name)
        return opening

    def append(self, fragments: list[tuple[Key, bytes, bytes]], head: bytes | None) -> None:
        """Keep fragments of one recording (key, frame, link), and the head signed after them, in
        one transaction."""
        bodies = [encrypt_frame(self._key(key.recording), *key, raw) for key, raw, _ in fragments]
        with self._db.write() as db:
            for (key, frame, link), body in zip(fragments, bodies, strict=True):
                row = db.execute(
                    "INSERT INTO fragments (recording, rendition, number, bytes, link)"
                    " VALUES (?,?,?,?,?)",
                    (*key, len(frame), link),
                ).lastrowid
                db.execute("INSERT INTO bodies VALUES (?,?)", (row, body))
            if head is not None:
                _put_head(db, head)
        for key, frame, _ in fragments:
            self.tally.appended(key.recording, len(frame))

    def end(self, recording: str, heads: list[bytes]) -> None:
        """Keep the final heads and that nothing follows."""
        with self._db.write() as db:
            for head in heads:
                _put_head(db, head)
            db.execute("UPDATE recordings SET ended = 1 WHERE recording = ?", (recording,))
        self._known[recording] = self.recording(recording)._replace(ended=True)
        self.tally.ended(recording)

    def recording(self, recording: str) -> KeptRecording:
        """Return one recording; `recording.unknown`."""
        if recording not in self._known:
            with self._db.read() as db:
                row = db.execute(
                    "SELECT opening, ended, end_known FROM recordings WHERE recording = ?",
                    (recording,),
                ).fetchone()
            if row is None:
                raise MzError("recording.unknown", Kind.NOT_FOUND, recording)
            raw = self._cabinet.unlock(f"opening/{recording}", row[0])
            envelope = decode(raw, Envelope)
            opening = decode_payload(envelope, OPENING, RecordingOpening)
            kept = KeptRecording(recording, envelope, opening, bool(row[1]), bool(row[2]))
            self._known[recording] = kept
        return self._known[recording]

    def names(self) -> list[str]:
        """Return recordings, oldest first."""
        return self._names("SELECT recording FROM recordings ORDER BY counter")

    def unfinished(self) -> list[str]:
        """Return recordings without their final head, oldest first."""
        return self._names("SELECT recording FROM recordings WHERE ended = 0 ORDER BY counter")

    def unsettled(self) -> list[str]:
        """Return recordings of which something is not known archived at the relay, oldest first."""
        return self._names(
            "SELECT recording FROM recordings r WHERE ended = 0 OR end_known = 0 OR EXISTS ("
            "SELECT 1 FROM fragments f WHERE f.recording = r.recording AND f.archived = 0)"
            " ORDER BY counter"
        )

    def untold(self, recording: str) -> int | None:
        """Return the first full fragment that is not known archived though a later one is."""
        with self._db.read() as db:
            (first,) = db.execute(
                "SELECT min(number) FROM fragments"
                " WHERE recording = ? AND rendition = ? AND archived = 0",
                (recording, Rendition.FULL),
            ).fetchone()
            later = db.execute(
                "SELECT 1 FROM fragments WHERE recording = ? AND rendition = ? AND number > ?"
                " AND archived = 1 LIMIT 1",
                (recording, Rendition.FULL, first or 0),
            ).fetchone()
        return first if later else None

    def _names(self, query: str) -> list[str]:
        with self._db.read() as db:
            return [row[0] for row in db.execute(query)]

    def init(self, recording: str, rendition: int) -> bytes:
        """Return an init segment."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT init FROM inits WHERE recording = ? AND rendition = ?",
                (recording, rendition),
            ).fetchone()
        return self._cabinet.unlock(f"init/{recording}/{rendition}", row[0])

    def waiting(self, recording: str, limit: int) -> list[Key]:
        """Return the first fragments of a recording that are not `received`, ascending."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT recording, rendition, number FROM fragments"
                " WHERE recording = ? AND received = 0 ORDER BY rendition, number LIMIT ?",
                (recording, limit),
            )
            return [Key(*row) for row in rows]

    def frame(self, key: Key) -> bytes | None:
        """Return a frame as it was made, or None where it was never kept or is gone."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT frame FROM bodies JOIN fragments USING (id)"
                " WHERE recording = ? AND rendition = ? AND number = ?",
                key,
            ).fetchone()
        return None if row is None else decrypt_frame(self._key(key.recording), *key, row[0])

    def last(self, recording: str, rendition: int) -> tuple[int, bytes] | None:
        """Return number and link of the last fragment, or None."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT number, link FROM fragments WHERE recording = ? AND rendition = ?"
                " ORDER BY number DESC LIMIT 1",
                (recording, rendition),
            ).fetchone()
        return None if row is None else (row[0], row[1])

    def heads(self, recording: str, rendition: int) -> list[bytes]:
        """Return the newest heads of a rendition: the last signed one, then the final one."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT head FROM heads WHERE recording = ? AND rendition = ?"
                " ORDER BY number DESC, final DESC LIMIT 2",
                (recording, rendition),
            ).fetchall()
        return [row[0] for row in reversed(rows)]

    def all_heads(self, recording: str, rendition: int) -> list[bytes]:
        """Return every head of a rendition, ascending."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT head FROM heads WHERE recording = ? AND rendition = ?"
                " ORDER BY number, final",
                (recording, rendition),
            )
            return [row[0] for row in rows]

    def numbers(self, recording: str, rendition: int) -> list[tuple[int, bytes, bool, bool]]:
        """Return number, link, received?, archived? of every fragment, ascending."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT number, link, received, archived FROM fragments"
                " WHERE recording = ? AND rendition = ? ORDER BY number",
                (recording, rendition),
            )
            return [(number, link, bool(got), bool(safe)) for number, link, got, safe in rows]

    def held(self, recording: str, rendition: int) -> list[int]:
        """Return the numbers whose bytes are here, ascending."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT number FROM fragments JOIN bodies USING (id)"
                " WHERE recording = ? AND rendition = ? ORDER BY number",
                (recording, rendition),
            )
            return [row[0] for row in rows]

    def statements(self, recording: str) -> list[Envelope]:
        """Return the relays' signed statements on a recording."""
        with self._db.read() as db:
            rows = db.execute("SELECT statement FROM statements WHERE recording = ?", (recording,))
            return [decode(row[0], Envelope) for row in rows]

    def former_heads(self) -> list[FormerHead]:
        """Return where the last recording ended, by rendition, for the next opening."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT head FROM heads WHERE final = 1 AND recording ="
                " (SELECT recording FROM recordings ORDER BY counter DESC LIMIT 1)"
            ).fetchall()
        heads = [decode_head(row[0]) for row in rows]
        return [FormerHead(h.recording, h.rendition, h.number, h.link.hex()) for h in heads]

    def forget(self, recording: str) -> None:
        """Read a recording anew next time: something about it was written."""
        self._known.pop(recording, None)

    def header(self, key: Key) -> Header | None:
        """Return a fragment's header, or None where its frame is gone."""
        frame = self.frame(key)
        return decode_header(frame[:HEADER_BYTES]) if frame else None

    def _key(self, recording: str) -> bytes:
        if recording not in self._keys:
            with self._db.read() as db:
                row = db.execute(
                    "SELECT wrapped_key FROM recordings WHERE recording = ?", (recording,)
                ).fetchone()
            if row is None:
                raise MzError("recording.unknown", Kind.NOT_FOUND, recording)
            self._keys[recording] = unwrap_on_device(row[0], recording, self._cabinet.storage_key)
        return self._keys[recording]


def _put_head(db: sqlite3.Connection, raw: bytes) -> None:
    head = decode_head(raw)
    db.execute(
        "INSERT OR REPLACE INTO heads VALUES (?,?,?,?,?)",
        (head.recording, head.rendition, head.number, int(head.final), raw),
    )
