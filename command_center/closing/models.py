"""Table of what people stated for the end of a round (终本), which no record of ours shows."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Line, Ms, Word


class RoundStatement(Base):
    """That a condition is met: since which day, and what proves it. The newest one counts."""

    __tablename__ = "round_statement"
    append_only: ClassVar[bool] = True

    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), primary_key=True)
    condition: Mapped[Word] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[Word]
    proof: Mapped[Line]
    stated_by: Mapped[Id]
    stated_ms: Mapped[Ms]
