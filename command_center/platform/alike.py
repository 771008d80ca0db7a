"""`write_alike(session, rows)`: what changed alike in many rows is written by one statement.

A flush writes one UPDATE a row, which for a wave of notices costs more than all else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from command_center.platform.among import among
from command_center.platform.tables import Base

Values = tuple[tuple[str, Any], ...]
"""Names of columns with their values."""


def write_alike(session: Session, rows: Iterable[Base]) -> None:
    """Write the changed columns of rows that are in the database already.

    What is to be written before them must be flushed. Raises StaleDataError as a flush does.
    """
    alike: dict[tuple[type[Base], Values, str, Values], dict[Any, Base]] = {}
    for row in rows:
        state = inspect(row)
        changed = _values(row, state.committed_state)
        if changed:
            keys = _values(row, [str(one.key) for one in state.mapper.primary_key])
            (first, key), others = keys[0], keys[1:]
            alike.setdefault((type(row), changed, first, others), {})[key] = row
    for (table, changed, first, others), by_key in alike.items():
        named = among(session, getattr(table, first), by_key)
        statement = update(table).where(named).filter_by(**dict(others)).values(dict(changed))
        done = session.connection().execute(statement)
        if done.rowcount != len(by_key):
            raise StaleDataError(f"{done.rowcount} of {len(by_key)} rows")
        for row in by_key.values():
            for name, value in changed:
                set_committed_value(row, name, value)


def _values(row: Base, names: Iterable[str]) -> Values:
    return tuple((name, getattr(row, name)) for name in sorted(names))
