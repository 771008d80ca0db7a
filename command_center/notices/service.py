"""Planning of notices: one for each party and channel, in the transaction of what is told.

告知 is not 送达: a delivered text message is a notice and serves nothing (在线诉讼规则 32).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from command_center.cases.number import full_width
from command_center.cases.service import case_facts
from command_center.cases.views import CaseFacts, PartyFacts, PhoneFact
from command_center.cases.words import BOTH_PARTIES
from command_center.notices import changes, sms_text, templates
from command_center.notices.holds import open_hold
from command_center.notices.models import HoldRow, NoticeRow, TaskRow
from command_center.notices.promise import promise_sending
from command_center.notices.states import FINAL_FAILURES, Channel, NoticeState
from command_center.notices.templates import Audience, Purpose
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

_AUDIENCES = {"APPLICANT": Audience.APPLICANT, "DEBTOR": Audience.DEBTOR}


@dataclass(frozen=True)
class NodeEvent:
    """A node of the case that parties are told of (S-11, S-13).

    node: id of what happened (a measure, a grant); facts: the fields of the purpose's templates
    beyond `addressee`, `case_number`, `debtor` and `phone`, which are filled in here; roles: who
    is told, both parties unless the law names one.
    """

    purpose: Purpose
    node: str
    case: str
    facts: Mapping[str, str]
    roles: tuple[str, ...] = BOTH_PARTIES


def queue_notices(uow: UnitOfWork, event: NodeEvent) -> list[str]:
    """Plan a notice for each party that the event is told to (双方当事人), by SMS and portal.

    Returns the new notices' ids; the same node again plans nothing. Errors: `case.unknown`,
    `notice.fact_missing`.
    """
    plan = _plan(uow, event)
    rows: list[NoticeRow] = []
    for party in (one for one in plan.case.parties if one.role in event.roles):
        facts = _facts(uow, plan, party)
        rows += _portal(uow, plan, party, facts) + _sms(uow, plan, party, facts)
    return _keep(uow, rows)


def queue_sms(uow: UnitOfWork, event: NodeEvent, party_id: str) -> list[str]:
    """Plan one text message to one party (the query notice); errors as `queue_notices`, and
    `party.unknown`."""
    plan = _plan(uow, event)
    party = next((one for one in plan.case.parties if one.id == party_id), None)
    if party is None:
        raise MzError("party.unknown", Kind.NOT_FOUND, party_id[:40])
    return _keep(uow, _sms(uow, plan, party, _facts(uow, plan, party)))


@dataclass(frozen=True)
class _Plan:
    """What is known before the first notice of an event is made: read once for all parties."""

    event: NodeEvent
    case: CaseFacts
    hold: HoldRow | None
    planned: frozenset[tuple[str, str]]


def _plan(uow: UnitOfWork, event: NodeEvent) -> _Plan:
    query = select(NoticeRow.party, NoticeRow.channel).where(
        NoticeRow.node == event.node, NoticeRow.purpose == event.purpose
    )
    planned = frozenset((party, channel) for party, channel in uow.session.execute(query))
    return _Plan(event, case_facts(uow, event.case), open_hold(uow, event.case), planned)


def is_told(uow: UnitOfWork, node: str, party: str) -> bool:
    """Return whether a party has a sent notice of a node, or a clerk's record of how it was told
    or why not (S-11)."""
    sent = select(NoticeRow.notice).where(
        NoticeRow.node == node,
        NoticeRow.party == party,
        NoticeRow.state.not_in(FINAL_FAILURES),
        or_(NoticeRow.sent_ms.is_not(None), NoticeRow.delivered_ms.is_not(None)),
    )
    recorded = (
        select(TaskRow.task)
        .join(NoticeRow, NoticeRow.notice == TaskRow.notice)
        .where(NoticeRow.node == node, NoticeRow.party == party, TaskRow.state == "DONE")
    )
    found = (uow.session.scalar(query.limit(1)) for query in (sent, recorded))
    return any(one is not None for one in found)


def _facts(uow: UnitOfWork, plan: _Plan, party: PartyFacts) -> dict[str, str]:
    debtors = [
        changes.shown_name(one.name, one.is_person)
        for one in plan.case.parties
        if one.role == "DEBTOR"
    ]
    return {
        **plan.event.facts,
        "addressee": party.name,
        "case_number": full_width(plan.case.number),
        "debtor": "、".join(debtors) or "本案",
        "phone": plan.case.clerk_phone or uow.settings.court.phone,
    }


def _portal(
    uow: UnitOfWork, plan: _Plan, party: PartyFacts, facts: Mapping[str, str]
) -> list[NoticeRow]:
    """The portal is behind the party's password, so it may always carry the details."""
    template = templates.latest(plan.event.purpose, _AUDIENCES[party.role])
    return _make(uow, plan, party, Channel.PORTAL, None, template, facts)


def _sms(
    uow: UnitOfWork, plan: _Plan, party: PartyFacts, facts: Mapping[str, str]
) -> list[NoticeRow]:
    """Details go to a confirmed number only; nobody knows who holds another one."""
    contact = party.phones[0] if party.phones else None  # confirmed ones come first
    if contact is not None and not contact.confirmed:
        template = templates.latest(Purpose.CALL_THE_COURT, Audience.ANYONE)
    else:
        audience = _AUDIENCES.get(party.role, Audience.ANYONE)
        template = templates.latest(plan.event.purpose, audience)
    return _make(uow, plan, party, Channel.SMS, contact, template, facts)


def _make(
    uow: UnitOfWork,
    plan: _Plan,
    party: PartyFacts,
    channel: Channel,
    contact: PhoneFact | None,
    template: templates.Template,
    facts: Mapping[str, str],
) -> list[NoticeRow]:
    if (party.id, channel) in plan.planned:
        return []
    event, hold = plan.event, plan.hold
    text = templates.render(template, uow.settings.court.name, facts)
    row = NoticeRow(
        notice=new_id(),
        purpose=event.purpose,
        node=event.node,
        case=event.case,
        party=party.id,
        party_role=party.role,
        channel=channel,
        contact=contact.contact if contact else None,
        confirmed=contact is not None and contact.confirmed,
        template=template.name,
        text=text,
        text_sha256=sha256_hex(text.encode()),
        messages=sms_text.messages(text) if channel is Channel.SMS else 1,
        state=NoticeState.HELD if hold else NoticeState.QUEUED,
        hold=hold.hold if hold else None,
        created_ms=uow.now_ms,
    )
    return [row]


def _keep(uow: UnitOfWork, rows: list[NoticeRow]) -> list[str]:
    """Write the notices, prove that they were planned, and promise the sending; the portal's
    goes with its document."""
    uow.session.add_all(rows)
    uow.session.flush()
    for row in rows:
        uow.ledger(
            "party:notice:queued",
            "centre",
            row.notice,
            row.text_sha256,
            {"case": row.case, "party": row.party, "node": row.node},
        )
        if row.state != NoticeState.HELD:
            start_sending(uow, row)
    uow.session.flush()
    return [row.notice for row in rows]


def start_sending(uow: UnitOfWork, row: NoticeRow) -> None:
    """Promise the sending of a text message, or fail it where there is no number."""
    if row.channel != Channel.SMS:
        return
    if row.contact is None:
        changes.fail(uow, row, NoticeState.NO_CONTACT, "no_phone")
    else:
        promise_sending(uow, row)
