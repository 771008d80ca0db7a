"""Money that an act brought in: booked towards the claim in the act's own transaction (S-21)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from command_center.cases.received import NewReceipt, book
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind
from schemas.time import court_time


def brought_fen(kind: MeasureKind | None, facts: Mapping[str, str]) -> int:
    """Return what an act brought in, 0 for nothing. kind: None for an act that is no measure."""
    names = {MeasureKind.TRANSFER: ("amount_fen",), None: ("cash_fen", "transfer_fen")}
    return sum(int(facts.get(name) or 0) for name in names.get(kind, ()))


def book_brought(
    uow: UnitOfWork, principal: Principal, kind: MeasureKind | None, act: str, case: str,
    at_ms: int, facts: Mapping[str, str],
) -> None:  # fmt: skip
    """Book what an act brought in, once. facts: its fields as stored, amounts in fen."""
    amount = brought_fen(kind, facts)
    if amount <= 0:
        return
    paper = next((facts[name] for name in ("receipt", "cash_receipt", "paper") if facts.get(name)),
                 "现场记录")  # fmt: skip
    book(uow, principal, NewReceipt(
        str(uuid.uuid5(uuid.UUID(act), "received")), case,
        court_time(at_ms).date().isoformat(), amount,
        "ON_SITE" if kind is None else "TRANSFER", paper, act,
    ))  # fmt: skip
