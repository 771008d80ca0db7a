"""Records and exhibits on their way: kept, encrypted, until the centre or the vault holds them.

An exhibit's item id is the SHA-256 of its bytes, a record's is the record's id, so putting the
same thing again changes nothing.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import NamedTuple

import msgspec

from field_app.local_api import OutboxItem, OutboxState
from field_app.spool.cabinet import Cabinet
from field_app.spool.database import Database
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.sign import Envelope, decode_payload, sha256_hex

_COLUMNS = "item, kind, title, made_ms, bytes, state, attempts, problem, defects"


class ItemKind(StrEnum):
    """What waits in the outbox."""

    PHOTO = "photo"
    PAPER = "paper"
    SIGNATURE = "signature"
    MEASURE = "measure"
    STEP = "step"
    MARKER = "marker"
    NOTE = "note"
    SOS = "sos"


EXHIBITS = frozenset({ItemKind.PHOTO, ItemKind.PAPER, ItemKind.SIGNATURE})
"""What goes to the relay as bytes under its digest, before the records that name it."""
_EXHIBIT_KINDS = ", ".join(f"'{kind}'" for kind in sorted(EXHIBITS))


class Waiting(NamedTuple):
    """An item to send next."""

    item: str
    kind: ItemKind
    body: bytes


class Outbox:
    """The outbox part of the spool."""

    def __init__(self, database: Database, cabinet: Cabinet) -> None:
        self._db, self._cabinet = database, cabinet

    def put_exhibit(
        self, data: bytes, title: str, made_ms: int, kind: ItemKind = ItemKind.PHOTO
    ) -> OutboxItem:
        """Keep the bytes of an exhibit under their digest."""
        item = sha256_hex(data)
        with self._db.write() as db:
            self._put(db, item, kind, title, made_ms, data, [])
        return self.item(item)

    def put_record(
        self, envelope: Envelope, kind: ItemKind, title: str, made_ms: int
    ) -> OutboxItem:
        """Keep a signed record, which is sent after the exhibits that it names.

        `exhibit.unknown` where one of them is not kept here; nothing is changed then.
        """
        record = decode_payload(envelope, FIELD_RECORD, FieldRecord)
        needs = [ref.sha256 for ref in record.exhibits]
        with self._db.write() as db:
            for sha256 in needs:
                if not self.has(sha256):
                    raise MzError("exhibit.unknown", Kind.INVALID, sha256[:16])
            raw = msgspec.json.encode(envelope)
            self._put(db, record.record, kind, title, made_ms, raw, needs)
        return self.item(record.record)

    def _put(
        self, db: sqlite3.Connection, item: str, kind: ItemKind, title: str, made_ms: int,
        body: bytes, needs: list[str],
    ) -> None:  # fmt: skip
        db.execute(
            "INSERT OR IGNORE INTO outbox (item, kind, title, made_ms, bytes, body, needs, state)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                item, kind, self._cabinet.lock(f"title/{item}", title.encode()), made_ms,
                len(body), self._cabinet.lock(f"body/{item}", body), " ".join(needs),
                OutboxState.KEPT,
            ),
        )  # fmt: skip

    def has(self, item: str) -> bool:
        """Return whether an item is kept."""
        with self._db.read() as db:
            return db.execute("SELECT 1 FROM outbox WHERE item = ?", (item,)).fetchone() is not None

    def exhibit(self, sha256: str) -> tuple[ItemKind, int]:
        """Return the kind and the bytes of a kept exhibit; `exhibit.unknown`."""
        with self._db.read() as db:
            row = db.execute(
                f"SELECT kind, bytes FROM outbox WHERE item = ? AND kind IN ({_EXHIBIT_KINDS})",  # noqa: S608 - constant
                (sha256,),
            ).fetchone()
        if row is None:
            raise MzError("exhibit.unknown", Kind.INVALID, sha256[:16])
        return ItemKind(row[0]), int(row[1])

    def waiting(self) -> list[Waiting]:
        """Return what may be sent now: alarms, exhibits, the rest, each in the order it was kept.

        A record waits while one of its exhibits is not `received`.
        """
        with self._db.read() as db:
            rows = db.execute(
                "SELECT item, kind, body, needs FROM outbox"  # noqa: S608 - constant
                " WHERE state IN ('kept', 'sending')"
                f" ORDER BY kind <> ?, kind NOT IN ({_EXHIBIT_KINDS}), seq",
                (ItemKind.SOS,),
            ).fetchall()
            ready = [row for row in rows if not self._awaits(db, row[3].split())]
        return [
            Waiting(item, ItemKind(kind), self._cabinet.unlock(f"body/{item}", body))
            for item, kind, body, _ in ready
        ]

    def alarms(self) -> set[str]:
        """Return the alarms that wait."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT item FROM outbox WHERE state IN ('kept', 'sending') AND kind = ?",
                (ItemKind.SOS,),
            ).fetchall()
        return {str(item) for (item,) in rows}

    def _awaits(self, db: sqlite3.Connection, needs: list[str]) -> bool:
        return any(
            db.execute(
                "SELECT 1 FROM outbox WHERE item = ? AND state <> ?", (sha256, OutboxState.RECEIVED)
            ).fetchone()
            for sha256 in needs
        )

    def count_waiting(self) -> int:
        """Return how many items are neither received nor failed."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT count(*) FROM outbox WHERE state IN ('kept', 'sending')"
            ).fetchone()
        return int(row[0])

    def mark(
        self, item: str, state: OutboxState, problem: str = "", defects: list[str] | None = None
    ) -> None:
        """Note how far an item is; `sending` counts an attempt."""
        with self._db.write() as db:
            db.execute(
                "UPDATE outbox SET state = ?, attempts = attempts + ?, problem = ?, defects = ?"
                " WHERE item = ?",
                (
                    state, int(state is OutboxState.SENDING), problem,
                    msgspec.json.encode(defects or []).decode(), item,
                ),
            )  # fmt: skip

    def item(self, item: str) -> OutboxItem:
        """Return one item as the screen shows it; `outbox.unknown`."""
        with self._db.read() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM outbox WHERE item = ?", (item,)).fetchone()  # noqa: S608 - constant
        if row is None:
            raise MzError("outbox.unknown", Kind.NOT_FOUND, item[:40])
        return self._shown(row)

    def items(self) -> list[OutboxItem]:
        """Return all items, the newest first."""
        with self._db.read() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM outbox ORDER BY seq DESC").fetchall()  # noqa: S608 - constant
        return [self._shown(row) for row in rows]

    def _shown(self, row: tuple[str, str, bytes, int, int, str, int, str, str]) -> OutboxItem:
        item, kind, title, made_ms, size, state, attempts, problem, defects = row
        return OutboxItem(
            item=item, kind=kind, title=self._cabinet.unlock(f"title/{item}", title).decode(),
            made_ms=made_ms, bytes=size, state=OutboxState(state), attempts=attempts,
            problem=problem, defects=msgspec.json.decode(defects, type=list[str]),
        )  # fmt: skip
