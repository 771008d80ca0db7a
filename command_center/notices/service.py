"""Planning of notices: one for each party and channel, in the transaction of what is told.

告知 is not 送达: a delivered text message is a notice and serves nothing (在线诉讼规则 32).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select

from command_center.cases.models import Case
from command_center.cases.number import full_width
from command_center.cases.service import case_facts
from command_center.cases.views import CaseFacts, PartyFacts, PhoneFact
from command_center.cases.words import BOTH_PARTIES
from command_center.notices import changes, sms_text, templates
from command_center.notices.court_templates import chosen, in_force
from command_center.notices.holds import HOLDS_NOW
from command_center.notices.models import HoldRow, NoticeRow, TaskRow
from command_center.notices.promise import promise_all, promise_sending
from command_center.notices.states import FINAL_FAILURES, Channel, NoticeState
from command_center.notices.templates import Audience, Purpose
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

_Row = dict[str, Any]
"""A notice's columns: rows of an event are written together, without a live object for each."""
_AUDIENCES = {"APPLICANT": Audience.APPLICANT, "DEBTOR": Audience.DEBTOR}


@dataclass(frozen=True)
class NodeEvent:
    """A node of the case that parties are told of (S-11, S-13).

    node: id of what happened (a measure, a grant); facts: the fields of the purpose's templates
    beyond `addressee`, `case_number`, `debtor` and `phone`, which are filled in here; roles: who
    is told, both parties unless the law names one; against: the debtor whom it is against, empty
    for all, None while it is not known which of them; the others read of it as of another's.
    """

    purpose: Purpose
    node: str
    case: str
    facts: Mapping[str, str]
    roles: tuple[str, ...] = BOTH_PARTIES
    against: str | None = ""


def queue_notices(uow: UnitOfWork, event: NodeEvent) -> list[str]:
    """Plan a notice for each party that the event is told to (双方当事人), by SMS and portal.

    Returns the new notices' ids; the same node again plans nothing. Errors: `case.unknown`,
    `notice.fact_missing`.
    """
    plan = _plan(uow, event)
    rows: list[_Row] = []
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
    hold: str | None
    planned: frozenset[tuple[str, str]]
    texts: dict[tuple[str, str], templates.Template]


_STANDING = (
    select(HoldRow.hold, NoticeRow.party, NoticeRow.channel)
    .select_from(Case)
    .outerjoin(HoldRow, and_(HoldRow.case == Case.id, HOLDS_NOW))
    .outerjoin(
        NoticeRow,
        and_(
            NoticeRow.node == bindparam("node"), NoticeRow.purpose == bindparam("purpose"),
            NoticeRow.case == Case.id,
        ),
    )
    .where(Case.id == bindparam("case"))
)  # fmt: skip
"""Built once: every executed act reads it inside its transaction."""


def _plan(uow: UnitOfWork, event: NodeEvent) -> _Plan:
    named = {
        "case": event.case, "now_ms": uow.now_ms, "node": event.node, "purpose": event.purpose,
    }  # fmt: skip
    uow.session.flush()
    rows = uow.session.connection().execute(_STANDING, named).all()
    planned = frozenset((party, channel) for _hold, party, channel in rows if party is not None)
    texts = in_force(uow, (event.purpose, Purpose.CALL_THE_COURT))
    return _Plan(event, case_facts(uow, event.case), rows[0][0] if rows else None, planned, texts)


def told_of(uow: UnitOfWork, nodes: Collection[str]) -> set[tuple[str, str]]:
    """Return (node, party) of all who have a sent notice of one of these nodes, or a clerk's
    record of how they were told or why not (S-11); two queries for many parties."""
    pairs = select(NoticeRow.node, NoticeRow.party).where(NoticeRow.node.in_(nodes))
    sent = pairs.where(
        NoticeRow.state.not_in(FINAL_FAILURES),
        or_(NoticeRow.sent_ms.is_not(None), NoticeRow.delivered_ms.is_not(None)),
    )
    recorded = pairs.join(TaskRow, TaskRow.notice == NoticeRow.notice).where(
        TaskRow.state == "DONE"
    )
    return {
        (node, party)
        for query in (sent, recorded)
        for node, party in uow.session.execute(query.distinct())
    }


def untold_of(uow: UnitOfWork, nodes: Collection[str]) -> set[tuple[str, str]]:
    """Return (node, role) of all for whom a notice of one of these nodes was planned and who were
    told by none, and of whom no clerk recorded why not."""
    planned = select(NoticeRow.node, NoticeRow.party, NoticeRow.party_role)
    rows = uow.session.execute(planned.where(NoticeRow.node.in_(nodes)).distinct()).all()
    told = told_of(uow, nodes)
    return {(node, role) for node, party, role in rows if (node, party) not in told}


def _facts(uow: UnitOfWork, plan: _Plan, party: PartyFacts) -> dict[str, str]:
    debtors = [
        changes.shown_name(one.name, one.is_person)
        for one in plan.case.parties
        if one.role == "DEBTOR" and plan.event.against in ("", one.id)
    ]
    return {
        **plan.event.facts,
        "addressee": party.name,
        "you": "您" if party.is_person else "你单位",
        "case_number": full_width(plan.case.number),
        "debtor": "、".join(debtors) or ("（待核定）" if plan.event.against is None else "本案"),
        "phone": plan.case.clerk_phone or uow.settings.court.phone,
    }


def _audience(plan: _Plan, party: PartyFacts) -> Audience:
    if party.role == "DEBTOR" and plan.event.against not in ("", party.id):
        return Audience.ANYONE
    return _AUDIENCES.get(party.role, Audience.ANYONE)


def _portal(
    uow: UnitOfWork, plan: _Plan, party: PartyFacts, facts: Mapping[str, str]
) -> list[_Row]:
    """The portal is behind the party's password, so it may always carry the details."""
    template = chosen(plan.texts, plan.event.purpose, _audience(plan, party))
    return _make(uow, plan, party, Channel.PORTAL, None, template, facts)


def _sms(uow: UnitOfWork, plan: _Plan, party: PartyFacts, facts: Mapping[str, str]) -> list[_Row]:
    """Details go to a confirmed number only; nobody knows who holds another one."""
    contact = party.phones[0] if party.phones else None  # confirmed ones come first
    if contact is not None and not contact.confirmed:
        template = chosen(plan.texts, Purpose.CALL_THE_COURT, Audience.ANYONE)
    else:
        template = chosen(plan.texts, plan.event.purpose, _audience(plan, party))
    return _make(uow, plan, party, Channel.SMS, contact, template, facts)


def _make(
    uow: UnitOfWork,
    plan: _Plan,
    party: PartyFacts,
    channel: Channel,
    contact: PhoneFact | None,
    template: templates.Template,
    facts: Mapping[str, str],
) -> list[_Row]:
    if (party.id, channel) in plan.planned:
        return []
    event, hold = plan.event, plan.hold
    text = templates.render(template, uow.settings.court.name, facts)
    return [
        {
            "notice": new_id(), "purpose": event.purpose, "node": event.node, "case": event.case,
            "party": party.id, "party_role": party.role, "channel": channel,
            "contact": contact.contact if contact else None,
            "confirmed": contact is not None and contact.confirmed,
            "template": template.name, "text": text, "text_sha256": sha256_hex(text.encode()),
            "messages": sms_text.messages(text) if channel is Channel.SMS else 1,
            "state": NoticeState.HELD if hold else NoticeState.QUEUED,
            "hold": hold, "created_ms": uow.now_ms,
        }
    ]  # fmt: skip


def _keep(uow: UnitOfWork, rows: list[_Row]) -> list[str]:
    """Write the notices, prove that they were planned, and promise the sending; the portal's
    goes with its document. One statement for each table: this is inside every act's transaction."""
    if not rows:
        return []
    uow.session.flush()
    uow.session.connection().execute(insert(NoticeRow), rows)
    for row in rows:
        uow.ledger("party:notice:queued", "centre", row["notice"], row["text_sha256"],
                   {"case": row["case"], "party": row["party"], "node": row["node"]})  # fmt: skip
    going = [
        row for row in rows if row["state"] is NoticeState.QUEUED and row["channel"] is Channel.SMS
    ]
    promise_all(uow, [row["notice"] for row in going if row["contact"] is not None])
    for row in going:
        if row["contact"] is None:
            start_sending(uow, uow.session.get_one(NoticeRow, row["notice"]))
    return [row["notice"] for row in rows]


def start_sending(uow: UnitOfWork, row: NoticeRow) -> None:
    """Promise the sending of a text message, or fail it where there is no number."""
    if row.channel != Channel.SMS:
        return
    if row.contact is None:
        changes.fail(uow, row, NoticeState.NO_CONTACT, "no_phone")
    else:
        promise_sending(uow, row)
