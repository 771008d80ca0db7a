"""A contact with the day's work: one transaction over two rooms."""

from __future__ import annotations

from command_center.devices.contact import contact
from command_center.operations.orders import latest_seq
from command_center.operations.service import briefs_for, crew_of
from command_center.platform.uow import UnitOfWork
from schemas.field_api import ContactReply
from schemas.sign import Envelope


def make_contact(uow: UnitOfWork, envelope: Envelope) -> ContactReply:
    """Return session, challenge, ticket, and the operations and orders of the device's officer."""
    made = contact(uow, envelope, crew_of)
    return ContactReply(
        made.session,
        made.session_until_ms,
        made.server_ms,
        made.challenge,
        made.ticket,
        made.ticket_until_ms,
        made.relay,
        briefs_for(uow, made.officer),
        latest_seq(uow, made.officer),
    )
