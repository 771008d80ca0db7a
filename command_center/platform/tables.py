"""The declarative base of every table, and the column types that rooms share.

Times are integer Unix milliseconds (`*_ms`), so no database can drop a time zone. Ids are
canonical UUID text. Money is integer fen.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[str, mapped_column(String(36))]
Key = Annotated[str, mapped_column(String(64))]
"""A hex SHA-256: a digest or the fingerprint of a key."""
Word = Annotated[str, mapped_column(String(40))]
"""A code of the glossary: state, role, kind."""
Line = Annotated[str, mapped_column(String(400))]
Long = Annotated[str, mapped_column(Text)]
Ms = Annotated[int, mapped_column(BigInteger)]
Raw = Annotated[bytes, mapped_column(LargeBinary)]

AUTO = BigInteger().with_variant(Integer, "sqlite")
"""The type of a self-counting primary key (SQLite counts only a plain INTEGER)."""


class Base(DeclarativeBase):
    """Base of all tables. `append_only` tables refuse UPDATE and DELETE by trigger."""

    metadata = MetaData(naming_convention=NAMING)
    append_only: ClassVar[bool] = False
