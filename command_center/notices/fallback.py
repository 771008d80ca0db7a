"""What takes the place of a failed notice, planned in the transaction of the failure: the next
channel that the party confirmed, and a letter where there is none."""

from __future__ import annotations

from sqlalchemy import select

from command_center.cases.contacts import confirmed_contact
from command_center.notices.models import NoticeRow
from command_center.notices.promise import promise_sending
from command_center.notices.states import SENT_BY_JOB, Channel, NoticeState
from command_center.platform.settings import Settings
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.sign import sha256_hex


def plan_next(uow: UnitOfWork, failed: NoticeRow) -> bool:
    """Plan the same notice by the next channel; False when only the letter is left."""
    if failed.channel not in SENT_BY_JOB:
        return False
    for channel in SENT_BY_JOB[SENT_BY_JOB.index(Channel(failed.channel)) + 1 :]:
        contact = confirmed_contact(uow, failed.party, channel.value)
        if contact is None or not is_open(uow.settings, channel):
            continue
        found = _same_node(uow, failed)
        if channel in found:
            return not NoticeState(found[channel].state).failed
        row = _row(uow, failed, found.get(Channel.PORTAL, failed), channel, contact)
        promise_sending(uow, row)
        return True
    return False


def plan_letter(uow: UnitOfWork, failed: NoticeRow) -> NoticeRow | None:
    """Plan the letter that takes the place of a failed notice; None if it is there already.

    The letter goes to the party by name, so it carries what the portal carries, even where the
    failed message could only ask a stranger's telephone to call the court.
    """
    found = _same_node(uow, failed)
    if Channel.PAPER in found:
        return None
    return _row(uow, failed, found.get(Channel.PORTAL, failed), Channel.PAPER, None)


def _same_node(uow: UnitOfWork, failed: NoticeRow) -> dict[str, NoticeRow]:
    same = select(NoticeRow).where(
        NoticeRow.node == failed.node,
        NoticeRow.purpose == failed.purpose,
        NoticeRow.party == failed.party,
    )
    return {row.channel: row for row in uow.session.scalars(same)}


def _row(
    uow: UnitOfWork, failed: NoticeRow, whole: NoticeRow, channel: Channel, contact: str | None
) -> NoticeRow:
    row = NoticeRow(
        notice=new_id(), purpose=failed.purpose, node=failed.node, case=failed.case,
        party=failed.party, party_role=failed.party_role, channel=channel, contact=contact,
        confirmed=True, template=whole.template, text=whole.text,
        text_sha256=sha256_hex(whole.text.encode()), messages=1, state=NoticeState.QUEUED,
        created_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    uow.ledger(
        "party:notice:fell_back", "centre", row.notice, row.text_sha256,
        {"case": row.case, "party": row.party, "node": row.node, "of": failed.notice},
    )  # fmt: skip
    return row


def is_open(settings: Settings, channel: Channel) -> bool:
    """Return whether the settings name a provider for a channel."""
    named = {Channel.EMAIL: settings.mail.host, Channel.WECHAT: settings.wechat.app_id}
    return bool(named.get(channel, True))
