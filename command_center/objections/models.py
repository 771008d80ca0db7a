"""Tables of objections: what was received, and each step that followed; nothing is overwritten."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Line, Ms, Word


class ObjectionRow(Base):
    """An objection of a party. `against`: the objection whose ruling is to be reconsidered."""

    __tablename__ = "objection"
    append_only: ClassVar[bool] = True

    objection: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[Word]
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"))
    against: Mapped[Id | None] = mapped_column(ForeignKey("objection.objection"))
    matter: Mapped[Line]
    received_day: Mapped[Word]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]


class ObjectionSubject(Base):
    """What an objection names: a measure of the case, or a property of its register. One without
    any is against all of the case."""

    __tablename__ = "objection_subject"
    append_only: ClassVar[bool] = True

    objection: Mapped[Id] = mapped_column(ForeignKey("objection.objection"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[Id | None] = mapped_column(index=True)
    thing: Mapped[Id | None] = mapped_column(ForeignKey("thing.thing"))


class ObjectionClock(Base):
    """A clock and the objection that it belongs to; party: whose time it is, where it began with
    the service of the ruling on him."""

    __tablename__ = "objection_clock"
    append_only: ClassVar[bool] = True

    deadline: Mapped[Id] = mapped_column(ForeignKey("deadline.deadline"), primary_key=True)
    objection: Mapped[Id] = mapped_column(ForeignKey("objection.objection"), index=True)
    party: Mapped[Id | None] = mapped_column(ForeignKey("party.id"))


class ObjectionStep(Base):
    """A step: REGISTERED (`paper`: its case number), DECIDED (outcome, reason, ruling, judge),
    SERVED (the ruling, on a party)."""

    __tablename__ = "objection_step"
    append_only: ClassVar[bool] = True

    objection: Mapped[Id] = mapped_column(ForeignKey("objection.objection"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[Word]
    day: Mapped[Word]
    paper: Mapped[Line]
    outcome: Mapped[Word]
    reason: Mapped[Line]
    judge: Mapped[Id | None]
    party: Mapped[Id | None]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]
