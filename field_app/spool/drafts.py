"""Forms that are half filled: kept here as they are typed, so that no kill loses them."""

from __future__ import annotations

from sqlite3 import Connection

from field_app.local_api.acts import Draft
from field_app.spool.cabinet import Cabinet
from field_app.spool.database import Database
from schemas import crash
from schemas.problems import Kind, MzError

MOST = 64
"""More forms than this at once are no officer's work."""


class Drafts:
    """The drafts part of the spool: the window's own text under a name, encrypted."""

    def __init__(self, database: Database, cabinet: Cabinet) -> None:
        self._db, self._cabinet = database, cabinet

    def keep(self, draft: Draft) -> None:
        """Keep a draft in place of its former text; `draft.too_many`."""
        locked = self._cabinet.lock(f"draft/{draft.name}", draft.text.encode())
        with self._db.write() as db:
            others = "SELECT count(*) FROM drafts WHERE name <> ?"
            if db.execute(others, (draft.name,)).fetchone()[0] >= MOST:
                raise MzError("draft.too_many", Kind.REFUSED, draft.name)
            db.execute("INSERT OR REPLACE INTO drafts VALUES (?,?)", (draft.name, locked))
        crash.point("field.after_draft_kept")

    def drop(self, name: str) -> None:
        """Keep nothing under a name any more."""
        with self._db.write() as db:
            self.drop_in(db, name)

    def drop_in(self, db: Connection, name: str) -> None:
        """Drop a draft in a transaction that is under way."""
        db.execute("DELETE FROM drafts WHERE name = ?", (name,))

    def all(self) -> list[Draft]:
        """Return every draft by name."""
        with self._db.read() as db:
            rows = db.execute("SELECT name, body FROM drafts ORDER BY name").fetchall()
        return [
            Draft(name, self._cabinet.unlock(f"draft/{name}", body).decode()) for name, body in rows
        ]
