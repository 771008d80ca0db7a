"""The spool of the simulated SMS provider, for the page that shows it as simulated."""

from __future__ import annotations

import dataclasses

from sqlalchemy import select

from command_center.cases.models import Party
from command_center.notices.changes import shown_name
from command_center.notices.models import AttemptRow, NoticeRow, SimulatedMessageRow
from command_center.notices.providers.base import ProviderReply
from command_center.notices.providers.simulated import NUMBER, SimulatedProvider
from command_center.notices.replies import record_reply
from command_center.platform.masking import mask_phone
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclasses.dataclass(frozen=True)
class SimulatedMessage:
    """A message that was simulated: to whom, where, what, and its simulated receipt."""

    key: str
    party_name: str
    party_role: str
    number_masked: str
    text: str
    submitted_ms: int
    submissions: int
    receipt: str
    receipt_ms: int | None


def simulated_messages(uow: UnitOfWork, principal: Principal) -> list[SimulatedMessage]:
    """Return the newest 200 simulated messages, newest first."""
    principal.require("sms:read")
    rows = uow.session.execute(
        select(SimulatedMessageRow, NoticeRow.party_role, Party.name, Party.is_person)
        .outerjoin(AttemptRow, AttemptRow.attempt == SimulatedMessageRow.key)
        .outerjoin(NoticeRow, NoticeRow.notice == AttemptRow.notice)
        .outerjoin(Party, Party.id == NoticeRow.party)
        .order_by(SimulatedMessageRow.submitted_ms.desc(), SimulatedMessageRow.key.desc())
        .limit(200)
    )
    return [
        SimulatedMessage(
            row.key,
            shown_name(name or "", bool(is_person)),
            role or "",
            mask_phone(uow.keys.cipher.decrypt(row.number, NUMBER)),
            row.text,
            row.submitted_ms,
            row.submissions,
            row.receipt_code if row.receipt_sent_ms is not None else "",
            row.receipt_sent_ms,
        )
        for row, role, name, is_person in rows
    ]


def answer_simulated(uow: UnitOfWork, principal: Principal, key: str, text: str) -> str:
    """Take an answer of the simulated telephone as a gateway would bring it; return the reply's
    id. Errors: `sms.unknown`."""
    principal.require("contact:keep")
    row = uow.session.get(SimulatedMessageRow, key)
    if row is None:
        raise MzError("sms.unknown", Kind.NOT_FOUND, key[:40])
    number = uow.keys.cipher.decrypt(row.number, NUMBER)
    return record_reply(uow, ProviderReply(SimulatedProvider.name, number, text))
