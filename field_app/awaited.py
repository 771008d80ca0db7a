"""Acts that are kept and that their second officer, who has a PIN on this device, did not sign."""

from __future__ import annotations

from sqlite3 import Connection

import msgspec

from field_app.device.seconds import Seconds
from field_app.local_api.second import SecondAwaited
from field_app.spool.outbox import NewRecord
from field_app.spool.spool import Spool
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.sign import decode_payload

_KEPT = "seconds_awaited"


class KeptAwaited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, the oldest first."""

    acts: list[SecondAwaited]


class Awaited:
    """Written in the transaction of the act, and of what ends the waiting: whoever dies in between
    asks again."""

    def __init__(self, spool: Spool, seconds: Seconds) -> None:
        self._spool, self._seconds = spool, seconds

    def all(self) -> list[SecondAwaited]:
        """Return what is awaited, the oldest first."""
        kept = self._spool.facts.get(_KEPT, KeptAwaited)
        return kept.acts if kept else []

    def note_in(self, db: Connection, new: NewRecord) -> None:
        """Await the second officer of a record that is being kept, if it names one of this
        device."""
        record = decode_payload(new.envelope, FIELD_RECORD, FieldRecord)
        who = record.second_officer
        name = self._seconds.name_of(who) if who and who != record.officer else ""
        if who and name:
            one = SecondAwaited(record.record, record.operation, who, name, new.title, new.made_ms)
            self._write(db, [*self.all(), one])

    def drop_in(self, db: Connection, record: str) -> None:
        """Await nobody for a record any more, in a transaction that is under way."""
        self._write(db, [one for one in self.all() if one.record != record])

    def drop(self, record: str) -> None:
        """Await nobody for a record any more."""
        with self._spool.database.write() as db:
            self.drop_in(db, record)

    def _write(self, db: Connection, acts: list[SecondAwaited]) -> None:
        self._spool.facts.write(db, _KEPT, KeptAwaited(acts))
