"""Tables of deadlines: clocks, what stops them for a case, extensions, and the court's calendar."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Line, Ms, Word


class DeadlineRow(Base):
    """One clock: a rule that began to run in a case on a day (ISO). `subject` says what it runs for
    (empty: the case itself). Its id is that of whoever started it, or made of what it is.

    due_day: as computed last, with the court's calendar up to its change `calendar`. An interval
    that is still open moves the date each day, so the stored one may be too early, never too late.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_case_rule", "case", "rule"),
        Index("ix_deadline_state_due_day", "state", "due_day"),
    )

    deadline: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"))
    rule: Mapped[Word] = mapped_column(index=True)
    subject: Mapped[Line]
    start_day: Mapped[Word]
    due_day: Mapped[Word]
    state: Mapped[Word]
    calendar: Mapped[int] = mapped_column(AUTO)
    started_by: Mapped[Id]
    started_ms: Mapped[Ms]
    ended_day: Mapped[Word | None]
    ended_by: Mapped[Id | None]
    ended_ms: Mapped[Ms | None]
    note: Mapped[Line] = mapped_column(default="")


class IntervalRow(Base):
    """Days of a case that some rules do not count (中止, 暂缓, 评估 …), both days in it.

    last_day: None while it lasts. paper: the ruling or decision. void: why it never was one.
    """

    __tablename__ = "case_interval"

    interval: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    ground: Mapped[Word]
    first_day: Mapped[Word]
    last_day: Mapped[Word | None]
    paper: Mapped[Line]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]
    void: Mapped[Line] = mapped_column(default="")


class ExtensionRow(Base):
    """An approved extension of a clock, in its rule's unit."""

    __tablename__ = "deadline_extension"
    append_only: ClassVar[bool] = True

    deadline: Mapped[Id] = mapped_column(ForeignKey("deadline.deadline"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    approver: Mapped[Line]
    paper: Mapped[Line]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]


class CalendarChangeRow(Base):
    """A change of the court's calendar; the newest of a day stands, over the published one."""

    __tablename__ = "calendar_change"
    append_only: ClassVar[bool] = True

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    day: Mapped[Word]
    kind: Mapped[Word]
    note: Mapped[Line]
    changed_by: Mapped[Id]
    changed_ms: Mapped[Ms]
