"""Tables of the guardian: alarms, reasons that applicants are owed, drafted renewals."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Line, Long, Ms, Word


class AlarmRow(Base):
    """One alarm: a thing (measure or deadline) reached a stage before its last day, or is over.

    The key is what happened, so the same sweep again raises nothing twice. acted_ms: the desk was
    told, papers drafted, the applicant told. settled_ms: it asks for nothing any more.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index("ix_alarm_settled_ms_due_day", "settled_ms", "due_day"),
        Index("ix_alarm_acted_ms", "acted_ms"),
    )

    kind: Mapped[Word] = mapped_column(primary_key=True)
    subject: Mapped[Id] = mapped_column(primary_key=True)
    due_day: Mapped[Word] = mapped_column(primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(index=True)
    raised_ms: Mapped[Ms]
    acted_ms: Mapped[Ms | None]
    settled_ms: Mapped[Ms | None]


class ReasonRow(Base):
    """Why something was not done in time (S-15): asked when it is missed, told to the applicant.

    kind: DEADLINE or LAPSE; subject: the deadline or the measure, each last day that it missed a
    row of its own. escalated_ms: nobody answered in time, so the head of the bureau was told.
    """

    __tablename__ = "delay_reason"
    __table_args__ = (UniqueConstraint("subject", "due_day"),)

    reason: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    subject: Mapped[Id]
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    what: Mapped[Line]
    due_day: Mapped[Word]
    state: Mapped[Word] = mapped_column(index=True)
    asked_ms: Mapped[Ms]
    answer_by_ms: Mapped[Ms]
    escalated_ms: Mapped[Ms | None]
    text: Mapped[Long] = mapped_column(default="")
    given_by: Mapped[Id | None]
    given_ms: Mapped[Ms | None]


class RenewalDraftRow(Base):
    """The ruling that was drafted for the renewal of a control period."""

    __tablename__ = "renewal_draft"

    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), primary_key=True)
    end_day: Mapped[Word] = mapped_column(primary_key=True)
    ruling: Mapped[Id] = mapped_column(ForeignKey("paper.paper"))
