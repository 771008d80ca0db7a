"""The spool as one thing: opened once, handed to those who keep things in it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from field_app.device.files import make_folder
from field_app.device.machine import free_bytes
from field_app.spool.asked import Asked
from field_app.spool.assigned import Assigned
from field_app.spool.cabinet import Cabinet
from field_app.spool.custody import Custody
from field_app.spool.database import FILE_NAME, Database
from field_app.spool.drafts import Drafts
from field_app.spool.facts import Facts
from field_app.spool.footage import Footage
from field_app.spool.orders import Orders
from field_app.spool.outbox import Outbox
from schemas.problems import Kind, MzError

MIN_FREE_BYTES = 512 * 1024 * 1024


class Spool:
    """Footage, outbox, orders, drafts and facts in one file under one storage key."""

    def __init__(
        self, folder: Path, storage_key: bytes, min_free_bytes: int = MIN_FREE_BYTES
    ) -> None:
        """Open the spool in `folder`; `spool.cannot_open`."""
        self._folder, self._min_free = make_folder(folder), min_free_bytes
        self.database = Database(folder / FILE_NAME)
        cabinet = Cabinet(storage_key)
        self.footage = Footage(self.database, cabinet)
        self.custody = Custody(self.database, self.footage)
        self.outbox = Outbox(self.database, cabinet)
        self.orders = Orders(self.database, cabinet)
        self.drafts = Drafts(self.database, cabinet)
        self.facts = Facts(self.database, cabinet)
        self.asked = Asked(self.facts)
        self.assigned = Assigned(self.footage, self.facts)

    def free_bytes(self) -> int:
        """Return the bytes free where the spool lies."""
        return free_bytes(self._folder)

    def room_bytes(self) -> int:
        """Return how much may still be recorded before a new recording is refused."""
        return self.free_bytes() - self._min_free

    def refusal(self) -> str:
        """Return why no new recording may begin: `spool.disk_full`, or nothing."""
        return "spool.disk_full" if self.free_bytes() < self._min_free else ""

    def check_room(self) -> None:
        """Raise `spool.disk_full` unless a new recording may begin."""
        if self.refusal():
            raise MzError(
                self.refusal(), Kind.UNAVAILABLE,
                f"{self.free_bytes()} bytes free, {self._min_free} wanted",
            )  # fmt: skip

    def snapshot(self) -> AbstractContextManager[None]:
        """Return a context in which everything is read as of one moment; nothing may be written."""
        return self.database.snapshot()

    def close(self) -> None:
        """Close the file."""
        self.database.close()
