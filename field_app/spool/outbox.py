"""Records and exhibits on their way: kept, encrypted, until the centre or the vault holds them.

An exhibit's item id is the SHA-256 of its bytes, a record's is the record's id, so putting the
same thing again changes nothing.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from field_app.local_api.outbox import (
    SHOWN_AT_ONCE,
    OutboxGroup,
    OutboxItem,
    OutboxState,
    RefusedItem,
)
from field_app.spool.cabinet import Cabinet
from field_app.spool.database import Database
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, ExhibitRef, FieldRecord
from schemas.sign import Envelope, decode, decode_payload, sha256_hex

_COLUMNS = "item, kind, title, made_ms, bytes, state, attempts, problem, defects"


class ItemKind(StrEnum):
    """What waits in the outbox."""

    PHOTO = "photo"
    PAGE = "page"
    PAPER = "paper"
    SIGNATURE = "signature"
    MEMO = "memo"
    MEASURE = "measure"
    STEP = "step"
    MARKER = "marker"
    NOTE = "note"
    SOS = "sos"


EXHIBITS = frozenset(
    {ItemKind.PHOTO, ItemKind.PAGE, ItemKind.PAPER, ItemKind.SIGNATURE, ItemKind.MEMO}
)
"""What goes to the relay as bytes under its digest, before the records that name it."""
_MEDIA_TYPES = {
    ItemKind.PHOTO: "image/jpeg",
    ItemKind.PAGE: "image/jpeg",
    ItemKind.PAPER: "application/pdf",
    ItemKind.SIGNATURE: "application/json",
    ItemKind.MEMO: "audio/ogg",
}
_EXHIBIT_KINDS = ", ".join(f"'{kind}'" for kind in sorted(EXHIBITS))


WAITING = (OutboxState.KEPT, OutboxState.SENDING)
_WAITS = f"state IN {tuple(state.value for state in WAITING)}"
_EXHIBITS_A_BATCH = 16
_REFUSED_SHOWN = 50


class Waiting(NamedTuple):
    """An item to send; its bytes are read when its turn comes."""

    item: str
    kind: ItemKind


class NewRecord(NamedTuple):
    """A signed record to keep; `made_ms`: court wall time."""

    envelope: Envelope
    kind: ItemKind
    title: str
    made_ms: int


class KeptExhibit(NamedTuple):
    """An exhibit; `private`: the private interval in which it was taken, or nothing."""

    kind: ItemKind
    size: int
    private: str


class KeptRecord(NamedTuple):
    """A signed record with the digest of what was signed, and how far it is."""

    record: FieldRecord
    sha256: str
    state: OutboxState


class Outbox:
    """The outbox part of the spool."""

    def __init__(self, database: Database, cabinet: Cabinet) -> None:
        self._db, self._cabinet = database, cabinet
        self._refused: dict[str, RefusedItem] = {}
        """What was read of refused items, which many ask for and which changes rarely."""

    def put_exhibit(
        self, data: bytes, title: str, made_ms: int, kind: ItemKind = ItemKind.PHOTO,
        private: str = "",
    ) -> OutboxItem:  # fmt: skip
        """Keep the bytes of an exhibit under their digest; `private` as in `KeptExhibit`."""
        item = sha256_hex(data)
        with self._db.write() as db:
            self._put(db, item, kind, title, made_ms, data, [])
            if private:
                db.execute("INSERT OR IGNORE INTO private_exhibits VALUES (?, ?)", (item, private))
        return self.item(item)

    def put_record(
        self, envelope: Envelope, kind: ItemKind, title: str, made_ms: int
    ) -> OutboxItem:
        """Keep a signed record, which is sent after the exhibits that it names.

        `exhibit.unknown` where one of them is not kept here; nothing is changed then.
        """
        return self.put_records([NewRecord(envelope, kind, title, made_ms)])

    def put_records(
        self,
        records: Sequence[NewRecord],
        beside: Callable[[sqlite3.Connection], None] | None = None,
    ) -> OutboxItem:
        """Keep records that belong together, all or none, and what is written `beside` them;
        return the first. As `put_record`."""
        named = [decode_payload(one.envelope, FIELD_RECORD, FieldRecord) for one in records]
        with self._db.write() as db:
            for new, record in zip(records, named, strict=True):
                needs = [ref.sha256 for ref in record.exhibits]
                for sha256 in needs:
                    if not self.has(sha256):
                        raise MzError("exhibit.unknown", Kind.INVALID, sha256[:16])
                raw = msgspec.json.encode(new.envelope)
                self._put(db, record.record, new.kind, new.title, new.made_ms, raw, needs)
            if beside is not None:
                beside(db)
        return self.item(named[0].record)

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

    def exhibit(self, sha256: str) -> KeptExhibit:
        """Return what is known of a kept exhibit; `exhibit.unknown`."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT kind, bytes, coalesce(interval, '') FROM outbox"  # noqa: S608 - constant
                " LEFT JOIN private_exhibits USING (item)"
                f" WHERE item = ? AND kind IN ({_EXHIBIT_KINDS})",
                (sha256,),
            ).fetchone()
        if row is None:
            raise MzError("exhibit.unknown", Kind.INVALID, sha256[:16])
        return KeptExhibit(ItemKind(row[0]), int(row[1]), str(row[2]))

    def exhibit_ref(self, sha256: str) -> ExhibitRef:
        """Return how a record names a kept exhibit; `exhibit.unknown`."""
        kept = self.exhibit(sha256)
        return ExhibitRef(sha256, kept.size, _MEDIA_TYPES[kept.kind], kept.kind, kept.private)

    def next_batch(self, limit: int = 128) -> list[Waiting]:
        """Return what may be sent now, the most pressing first: alarms, then records in the order
        they were kept, then exhibits.

        A record waits while an exhibit that it names is on its way; one that was refused holds
        nothing up, the centre says then that the exhibit is awaited. Few exhibits make a batch:
        the records that waited for them come next.
        """
        with self._db.read() as db:
            exhibits = db.execute(
                f"SELECT item, kind FROM outbox WHERE {_WAITS} AND kind IN ({_EXHIBIT_KINDS})"  # noqa: S608 - constant
                " ORDER BY seq"
            ).fetchall()
            on_way = {item for item, _ in exhibits}
            records = db.execute(
                f"SELECT item, kind, needs FROM outbox WHERE {_WAITS}"  # noqa: S608 - constant
                f" AND kind NOT IN ({_EXHIBIT_KINDS}) ORDER BY kind <> '{ItemKind.SOS}', seq"
            )
            ready = (
                (item, kind) for item, kind, needs in records if on_way.isdisjoint(needs.split())
            )
            batch = list(itertools.islice(ready, limit))
        batch += exhibits[: min(limit - len(batch), _EXHIBITS_A_BATCH)]
        return [Waiting(item, ItemKind(kind)) for item, kind in batch]

    def waiting_records(self) -> list[Waiting]:
        """Return every record that waits, in the order they were kept, whatever it names."""
        with self._db.read() as db:
            rows = db.execute(
                f"SELECT item, kind FROM outbox WHERE {_WAITS}"  # noqa: S608 - constant
                f" AND kind NOT IN ({_EXHIBIT_KINDS}) ORDER BY seq"
            ).fetchall()
        return [Waiting(item, ItemKind(kind)) for item, kind in rows]

    def needed_by(self, record: str) -> list[str]:
        """Return the exhibits named by a record that have not been received; `outbox.unknown`."""
        named = str(self._row("needs", record)[0]).split()
        states = {item: self.item(item).state for item in named}
        return [item for item in named if states[item] is not OutboxState.RECEIVED]

    def body(self, item: str) -> bytes:
        """Return the bytes of an item as they were kept; `outbox.unknown`."""
        return self._cabinet.unlock(f"body/{item}", self._row("body", item)[0])

    def alarms(self) -> set[str]:
        """Return the alarms that wait."""
        with self._db.read() as db:
            rows = db.execute(
                f"SELECT item FROM outbox WHERE kind = '{ItemKind.SOS}' AND {_WAITS}"  # noqa: S608 - constant
            ).fetchall()
        return {str(item) for (item,) in rows}

    def groups(self) -> list[OutboxGroup]:
        """Return how much there is of each kind in each state."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT kind, state, count(*), sum(bytes) FROM outbox GROUP BY kind, state"
            ).fetchall()
        return [
            OutboxGroup(kind, OutboxState(state), count, size) for kind, state, count, size in rows
        ]

    def records(self, operation: str, kind: str = "") -> list[KeptRecord]:
        """Return the signed records of an operation, of one kind or of all, the oldest first."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT item, body, state FROM outbox"  # noqa: S608 - constant
                f" WHERE kind NOT IN ({_EXHIBIT_KINDS}) AND ? IN ('', kind) ORDER BY seq",
                (kind,),
            ).fetchall()
        kept = []
        for item, body, state in rows:
            envelope = decode(self._cabinet.unlock(f"body/{item}", body), Envelope)
            record = decode_payload(envelope, FIELD_RECORD, FieldRecord)
            if record.operation == operation:
                kept.append(KeptRecord(record, envelope.payload_sha256(), OutboxState(state)))
        return kept

    def refused(self) -> list[RefusedItem]:
        """Return what was refused, the newest first, so many as fit on a screen."""
        with self._db.read() as db:
            rows = db.execute(
                f"SELECT item, problem FROM outbox WHERE state = '{OutboxState.FAILED}'"  # noqa: S608 - constant
                " ORDER BY seq DESC LIMIT ?",
                (_REFUSED_SHOWN,),
            ).fetchall()
        known = self._refused
        self._refused = {
            item: was if (was := known.get(item)) and was.problem == problem
            else self._read_refused(item)
            for item, problem in rows
        }  # fmt: skip
        return list(self._refused.values())

    def refused_items(self) -> list[str]:
        """Return every item that was refused, the newest first."""
        with self._db.read() as db:
            rows = db.execute(
                f"SELECT item FROM outbox WHERE state = '{OutboxState.FAILED}' ORDER BY seq DESC"  # noqa: S608 - constant
            ).fetchall()
        return [str(item) for (item,) in rows]

    def _read_refused(self, item: str) -> RefusedItem:
        found, operation = self.item(item), ""
        if found.kind not in EXHIBITS:
            record = decode_payload(decode(self.body(item), Envelope), FIELD_RECORD, FieldRecord)
            operation = record.operation
        return RefusedItem(item, found.kind, found.title, found.problem, operation)

    def count_waiting(self) -> int:
        """Return how many items are neither received nor refused."""
        with self._db.read() as db:
            row = db.execute(f"SELECT count(*) FROM outbox WHERE {_WAITS}").fetchone()  # noqa: S608 - constant
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

    def send_again(self, item: str) -> OutboxItem:
        """Let a refused item go once more, at its old place; `outbox.unknown`,
        `outbox.not_refused`."""
        self._require_refused(item)
        self.mark(item, OutboxState.KEPT)
        return self.item(item)

    def put_instead(
        self, refused: str, new: NewRecord, beside: Callable[[sqlite3.Connection], None]
    ) -> OutboxItem:
        """Keep a record that goes in the place of a refused one, and what is written `beside` it;
        the refused one is set aside, and stays.

        Errors: those of `send_again`; nothing is changed then.
        """
        self._require_refused(refused)
        record = decode_payload(new.envelope, FIELD_RECORD, FieldRecord)
        needs = [ref.sha256 for ref in record.exhibits]
        with self._db.write() as db:
            raw = msgspec.json.encode(new.envelope)
            self._put(db, record.record, new.kind, new.title, new.made_ms, raw, needs)
            db.execute(
                "UPDATE outbox SET state = ? WHERE item = ?", (OutboxState.SET_ASIDE, refused)
            )
            beside(db)
        return self.item(record.record)

    def _require_refused(self, item: str) -> None:
        if self.item(item).state is not OutboxState.FAILED:
            raise MzError("outbox.not_refused", Kind.CONFLICT, item[:40])

    def item(self, item: str) -> OutboxItem:
        """Return one item as the screen shows it; `outbox.unknown`."""
        return self._shown(self._row(_COLUMNS, item))

    def _row(self, columns: str, item: str) -> Any:
        with self._db.read() as db:
            row = db.execute(f"SELECT {columns} FROM outbox WHERE item = ?", (item,)).fetchone()  # noqa: S608 - constant
        if row is None:
            raise MzError("outbox.unknown", Kind.NOT_FOUND, item[:40])
        return row

    def items(self, kind: str = "", limit: int = SHOWN_AT_ONCE) -> list[OutboxItem]:
        """Return what was refused, then the newest of the rest, of one kind or of all."""
        chosen = f"SELECT {_COLUMNS} FROM outbox WHERE ? IN ('', kind) AND state"  # noqa: S608 - constant
        order = "'failed' ORDER BY seq DESC LIMIT ?"
        with self._db.read() as db:
            rows = db.execute(f"{chosen} = {order}", (kind, limit)).fetchall()
            rows += db.execute(f"{chosen} <> {order}", (kind, max(limit - len(rows), 0))).fetchall()
        return [self._shown(row) for row in rows]

    def _shown(self, row: tuple[str, str, bytes, int, int, str, int, str, str]) -> OutboxItem:
        item, kind, title, made_ms, size, state, attempts, problem, defects = row
        return OutboxItem(
            item=item, kind=kind, title=self._cabinet.unlock(f"title/{item}", title).decode(),
            made_ms=made_ms, bytes=size, state=OutboxState(state), attempts=attempts,
            problem=problem, defects=msgspec.json.decode(defects, type=list[str]),
        )  # fmt: skip
