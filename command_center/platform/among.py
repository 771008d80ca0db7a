"""`among(session, column, values)`: a column holds one of many values.

`IN` names each value, so that the statement is another one for each number of them, and neither
the driver nor PostgreSQL remember it; there the values go as one array.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, any_, literal
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")


def among(
    session: Session, column: InstrumentedAttribute[T], values: Iterable[T]
) -> ColumnElement[bool]:
    """Return the condition on the column."""
    wanted = list(values)
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(wanted)
    return column == any_(literal(wanted, ARRAY(column.type)))
