"""Tables of service: addresses by rung, services of papers, attempts, papers served together."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Line, Ms, Raw, Word


class AddressRow(Base):
    """An address for service, encrypted under `service.address`, and the paper it is known from.

    value None: it was looked for on this rung and there is none; `source` says how.
    """

    __tablename__ = "service_address"

    address: Mapped[Id] = mapped_column(primary_key=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"), index=True)
    rung: Mapped[Word]
    value: Mapped[Raw | None]
    source: Mapped[Line]
    added_by: Mapped[Id]
    added_ms: Mapped[Ms]


class ServiceRow(Base):
    """The service of one paper on one party. effective_day, law: of the earliest effect."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("paper", "party"),)

    service: Mapped[Id] = mapped_column(primary_key=True)
    paper: Mapped[Id] = mapped_column(ForeignKey("paper.paper"), index=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"))
    begun_by: Mapped[Id]
    begun_ms: Mapped[Ms]
    effective_day: Mapped[Word | None]
    law: Mapped[Line] = mapped_column(default="")


class DeliveryRow(Base):
    """Papers that are served together under one receipt (送达回证); each is an attempt of its own
    service, and takes effect by itself. The id is its maker's: of a form, or a record's."""

    __tablename__ = "service_delivery"

    delivery: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"))
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"), index=True)
    method: Mapped[Word]
    address: Mapped[Id] = mapped_column(ForeignKey("service_address.address"))
    made_by: Mapped[Id]
    made_ms: Mapped[Ms]


class AttemptRow(Base):
    """One attempt, its outcome and what proves it; an outcome is written once.

    delivery, line: the receipt on which it stands and its place there; copies: 件数.
    """

    __tablename__ = "service_attempt"

    attempt: Mapped[Id] = mapped_column(primary_key=True)
    service: Mapped[Id] = mapped_column(ForeignKey("service.service"), index=True)
    number: Mapped[int]
    method: Mapped[Word]
    address: Mapped[Id | None] = mapped_column(ForeignKey("service_address.address"))
    made_by: Mapped[Id]
    made_ms: Mapped[Ms]
    reason: Mapped[Line]
    outcome: Mapped[Word]
    outcome_day: Mapped[Word | None]
    proof: Mapped[Line] = mapped_column(default="")
    delivery: Mapped[Id | None] = mapped_column(index=True)
    line: Mapped[int] = mapped_column(default=1, server_default="1")
    copies: Mapped[int] = mapped_column(default=1, server_default="1")
