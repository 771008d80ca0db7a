"""Tables of print runs: which letters one prints, and the sheets that came of it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Ms, Raw, Word


class RunState(StrEnum):
    """How far a run is; FAILED: the worker could not go on, whatever was made stays."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class ItemState(StrEnum):
    """What became of a letter in its run; GONE: it no longer waited for the post."""

    WAITING = "WAITING"
    MADE = "MADE"
    FAILED = "FAILED"
    GONE = "GONE"


class PrintRunRow(Base):
    """One run: every letter that waited for the post when it was begun."""

    __tablename__ = "print_run"

    run: Mapped[Id] = mapped_column(primary_key=True)
    state: Mapped[Word] = mapped_column(index=True)
    begun_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    begun_ms: Mapped[Ms] = mapped_column(index=True)
    ended_ms: Mapped[Ms | None]


class PrintSheetRow(Base):
    """A PDF of one run, encrypted under `print.sheet`; sha256 is of the plain bytes."""

    __tablename__ = "print_sheet"

    run: Mapped[Id] = mapped_column(ForeignKey("print_run.run"), primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[Key]
    data: Mapped[Raw]


class PrintItemRow(Base):
    """A letter of a run, by its place; sheet: where it is once MADE; code: why it FAILED."""

    __tablename__ = "print_item"
    __table_args__ = (
        ForeignKeyConstraint(["run", "sheet"], ["print_sheet.run", "print_sheet.sheet"]),
    )

    run: Mapped[Id] = mapped_column(ForeignKey("print_run.run"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[Id] = mapped_column(ForeignKey("notice.notice"))
    state: Mapped[Word]
    code: Mapped[Line] = mapped_column(default="")
    sheet: Mapped[int | None]
