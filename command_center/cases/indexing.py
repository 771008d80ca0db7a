"""Blind indexes of numbers that a migration emptied, since it has no keys to make them."""

from __future__ import annotations

from sqlalchemy import select

from command_center.cases.models import Party
from command_center.cases.service import identity_index
from command_center.platform.database import Database
from command_center.platform.uow import UnitOfWork

_BATCH = 1_000


def index_all_numbers(database: Database) -> int:
    """Make every index of a party's number that is wanting; return how many."""
    done = 0
    while found := database.run(index_numbers):
        done += found
    return done


def index_numbers(uow: UnitOfWork) -> int:
    """Make a batch of them; 0 when there are no more."""
    wanting = select(Party).where(Party.id_number.is_not(None), Party.id_index.is_(None))
    rows = uow.session.scalars(wanting.limit(_BATCH).with_for_update()).all()
    for row in rows:
        number = uow.keys.cipher.decrypt(row.id_number or b"", "party.id_number")
        row.id_index = identity_index(uow, number)
    return len(rows)
