"""Where no channel reached a party, a letter does: planned in the transaction of the failure."""

from __future__ import annotations

from sqlalchemy import select

from command_center.notices.models import NoticeRow
from command_center.notices.states import Channel, NoticeState
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.sign import sha256_hex


def plan_letter(uow: UnitOfWork, failed: NoticeRow) -> NoticeRow | None:
    """Plan the letter that takes the place of a failed notice; None if it is there already.

    The letter goes to the party by name, so it carries what the portal carries, even where the
    failed message could only ask a stranger's telephone to call the court.
    """
    same = select(NoticeRow).where(
        NoticeRow.node == failed.node,
        NoticeRow.purpose == failed.purpose,
        NoticeRow.party == failed.party,
        NoticeRow.channel.in_((Channel.PORTAL, Channel.PAPER)),
    )
    found = {row.channel: row for row in uow.session.scalars(same)}
    if Channel.PAPER in found:
        return None
    whole = found.get(Channel.PORTAL, failed)
    letter = NoticeRow(
        notice=new_id(), purpose=failed.purpose, node=failed.node, case=failed.case,
        party=failed.party, party_role=failed.party_role, channel=Channel.PAPER, contact=None,
        confirmed=True, template=whole.template, text=whole.text,
        text_sha256=sha256_hex(whole.text.encode()), messages=1, state=NoticeState.QUEUED,
        created_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(letter)
    uow.session.flush()
    uow.ledger(
        "party:notice:fell_back", "centre", letter.notice, letter.text_sha256,
        {"case": letter.case, "party": letter.party, "node": letter.node, "of": failed.notice},
    )  # fmt: skip
    return letter
