"""Parties as staff see them: masked numbers and contacts, what changed, who acts for them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from command_center.cases.birth import born_on
from command_center.cases.file_models import PartyChange, Representative
from command_center.cases.identity import birth_day
from command_center.cases.models import Contact, Party
from command_center.cases.views import (
    ContactView,
    PartyChangeView,
    PartyView,
    RepresentativeView,
)
from command_center.cases.words import PARTY_ROLES
from command_center.platform.among import among
from command_center.platform.masking import mask_address, mask_birth, mask_number
from command_center.platform.uow import UnitOfWork


def party_views(uow: UnitOfWork, rows: Sequence[Party]) -> list[PartyView]:
    """Return the views of a case's parties, those who left among them."""
    ids = [row.id for row in rows]
    changes, acting = _changes_of(uow, ids), _representatives_of(uow, ids)
    contacts = contacts_of(uow, ids)
    return [
        _party_view(uow, row, contacts[row.id], changes.get(row.id, ()), acting.get(row.id, ()))
        for row in rows
    ]


def contacts_of(uow: UnitOfWork, parties: Sequence[str]) -> dict[str, list[Contact]]:
    """Return the contacts of parties that were not ended, oldest first, in one look."""
    found: dict[str, list[Contact]] = {party: [] for party in parties}
    query = select(Contact).where(
        among(uow.session, Contact.party, parties), Contact.ended_ms.is_(None)
    )
    for row in uow.session.scalars(query.order_by(Contact.created_ms, Contact.id)):
        found[row.party].append(row)
    return found


def contact_purpose(kind: str) -> str:
    """Return what a contact of a kind is encrypted for."""
    return f"contact.{kind.lower()}"


def _changes_of(uow: UnitOfWork, parties: list[str]) -> dict[str, tuple[PartyChangeView, ...]]:
    found: dict[str, list[PartyChangeView]] = defaultdict(list)
    query = select(PartyChange).where(PartyChange.party.in_(parties))
    for row in uow.session.scalars(query.order_by(PartyChange.party, PartyChange.number)):
        found[row.party].append(
            PartyChangeView(row.act, dt.date.fromisoformat(row.day), row.before, row.after,
                            row.paper)
        )  # fmt: skip
    return {party: tuple(changes) for party, changes in found.items()}


def _representatives_of(
    uow: UnitOfWork, parties: list[str]
) -> dict[str, tuple[RepresentativeView, ...]]:
    found: dict[str, list[RepresentativeView]] = defaultdict(list)
    query = select(Representative).where(Representative.party.in_(parties))
    for row in uow.session.scalars(
        query.order_by(Representative.recorded_ms, Representative.representative)
    ):
        found[row.party].append(
            RepresentativeView(
                row.representative, row.kind, row.name, row.authority, row.unit, row.paper,
                dt.date.fromisoformat(row.since_day),
                dt.date.fromisoformat(row.until_day) if row.until_day else None,
            )
        )  # fmt: skip
    return {party: tuple(rows) for party, rows in found.items()}


def _party_view(
    uow: UnitOfWork,
    party: Party,
    found: Sequence[Contact],
    changes: tuple[PartyChangeView, ...],
    acting: tuple[RepresentativeView, ...],
) -> PartyView:
    cipher = uow.keys.cipher
    number = cipher.decrypt(party.id_number, "party.id_number") if party.id_number else ""
    born = born_on(uow, party)
    contacts = tuple(
        ContactView(
            row.id, row.kind,
            mask_address(row.kind, cipher.decrypt(row.value, contact_purpose(row.kind))),
            row.source, row.confirmed_ms, row.created_ms, row.confirmed_how,
        )
        for row in found
    )  # fmt: skip
    return PartyView(
        party.id, party.role, *PARTY_ROLES[party.role], party.name, party.is_person,
        mask_number(number), contacts, changes, acting,
        dt.date.fromisoformat(party.until_day) if party.until_day else None, party.id_kind,
        mask_birth(born) if born and party.birth else "", party.birth_source,
        party.is_person and birth_day(number) is None,
    )  # fmt: skip
