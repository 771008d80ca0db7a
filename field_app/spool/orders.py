"""Orders of the desk as they came, and the officer's answers on their way back."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from field_app.spool.cabinet import Cabinet
from field_app.spool.database import Database
from schemas.field_api import OrderOut, OrderState
from schemas.problems import Kind, MzError
from schemas.sign import decode

_SHOWN = 50
_RANK = {state: rank for rank, state in enumerate(OrderState)}


class Answer(NamedTuple):
    """A state that the centre has not been told."""

    order: str
    state: OrderState
    at_ms: int


class Orders:
    """The orders part of the spool."""

    def __init__(self, database: Database, cabinet: Cabinet) -> None:
        self._db, self._cabinet = database, cabinet

    def last_seq(self) -> int:
        """Return the sequence number of the newest order known here, 0 without one."""
        with self._db.read() as db:
            return int(db.execute("SELECT coalesce(max(seq), 0) FROM orders").fetchone()[0])

    def keep(self, orders: list[OrderOut], at_ms: int) -> list[OrderOut]:
        """Keep orders as they came and return those that were not known; a new one is `received`
        from now on, and that will be told."""
        fresh = []
        with self._db.write() as db:
            for order in orders:
                is_new = _RANK[order.state] < _RANK[OrderState.RECEIVED]
                state = OrderState.RECEIVED if is_new else order.state
                locked = self._cabinet.lock(f"order/{order.order}", msgspec.json.encode(order))
                kept = db.execute(
                    "INSERT OR IGNORE INTO orders VALUES (?,?,?,?,?,?)",
                    (order.order, order.seq, locked, state, at_ms, int(not is_new)),
                ).rowcount
                fresh += [order] if kept else []
        return fresh

    def answer(self, order: str, state: OrderState, at_ms: int) -> None:
        """Note the officer's answer; a state never goes back. `order.unknown`."""
        with self._db.write() as db:
            row = db.execute("SELECT state FROM orders WHERE id = ?", (order,)).fetchone()
            if row is None:
                raise MzError("order.unknown", Kind.NOT_FOUND, order[:40])
            if _RANK[state] > _RANK[OrderState(row[0])]:
                db.execute(
                    "UPDATE orders SET state = ?, state_ms = ?, told = 0 WHERE id = ?",
                    (state, at_ms, order),
                )

    def untold(self) -> list[Answer]:
        """Return answers on their way, the oldest order first."""
        with self._db.read() as db:
            rows = db.execute("SELECT id, state, state_ms FROM orders WHERE told = 0 ORDER BY seq")
            return [Answer(order, OrderState(state), at_ms) for order, state, at_ms in rows]

    def mark_told(self, answer: Answer) -> None:
        """The centre knows this state, if it is still the newest."""
        with self._db.write() as db:
            db.execute(
                "UPDATE orders SET told = 1 WHERE id = ? AND state = ?",
                (answer.order, answer.state),
            )

    def all(self) -> list[OrderOut]:
        """Return the newest orders with their states as known here, the newest first."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT id, body, state FROM orders ORDER BY seq DESC LIMIT ?", (_SHOWN,)
            ).fetchall()
        return [
            msgspec.structs.replace(
                decode(self._cabinet.unlock(f"order/{order}", body), OrderOut),
                state=OrderState(state),
            )
            for order, body, state in rows
        ]
