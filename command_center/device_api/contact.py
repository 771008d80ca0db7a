"""A contact with the day's work: one transaction over two rooms."""

from __future__ import annotations

from command_center.devices.contact import contact
from command_center.devices.enrolment import officer_info
from command_center.measures.attachment import with_stake
from command_center.operations.orders import latest_seq
from command_center.operations.service import briefs_for, crews_of
from command_center.platform.uow import UnitOfWork
from command_center.serving.carried import with_papers
from schemas.field_api import ContactReply, OperationBrief
from schemas.sign import Envelope, sign_envelope
from schemas.to_centre import SECRETS_KEY, SecretsKey


def make_contact(uow: UnitOfWork, envelope: Envelope) -> ContactReply:
    """Return session, challenge, ticket, and the work of whoever holds the device."""
    made = contact(uow, envelope, crews_of)
    officer = made.officer
    return ContactReply(
        made.session,
        made.session_until_ms,
        made.server_ms,
        made.challenge,
        made.ticket,
        made.ticket_until_ms,
        made.relay,
        _work(uow, officer) if officer else [],
        latest_seq(uow, officer) if officer else 0,
        _secrets_key(uow),
        officer_info(uow, officer) if officer else None,
        uow.settings.court.phone,
    )


def _work(uow: UnitOfWork, officer: str) -> list[OperationBrief]:
    """The operations of the officer's day, with what control is measured by and what is served."""
    return [with_papers(uow, with_stake(uow, brief)) for brief in briefs_for(uow, officer)]


def _secrets_key(uow: UnitOfWork) -> Envelope:
    public = uow.keys.cipher.from_devices.public_key().public_bytes_raw()
    return sign_envelope(uow.keys.centre, SECRETS_KEY, SecretsKey(public))
