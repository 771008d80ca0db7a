"""Building a grant's document from the facts of this moment."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import func, select

from command_center.access.permissions import ROLE_NAMES, Role
from command_center.cases.balance import Balance, balance_of
from command_center.cases.number import full_width
from command_center.cases.service import case_view
from command_center.cases.views import CaseOfficerView, CaseView, PartyView
from command_center.closing.views import state_changes
from command_center.deadlines.reckoning import today
from command_center.disclosure.document import (
    CaseCard,
    Disclosure,
    ItemShown,
    MeasureShown,
    NoticeShown,
    OfficerShown,
    PaperShown,
    PartyShown,
    Text,
)
from command_center.disclosure.explain import explain
from command_center.disclosure.kept import measures_read
from command_center.disclosure.log import changed_untold, party_log
from command_center.disclosure.models import GrantRow
from command_center.disclosure.objections import objection_lines
from command_center.disclosure.sections import Known, nine_sections
from command_center.disclosure.time_limits import time_limits
from command_center.disclosure.values import party_values
from command_center.footage.models import RecordingRow
from command_center.measures.register import ENDED
from command_center.measures.views import MeasureView, case_measures
from command_center.notices.changes import shown_name
from command_center.notices.holds import held_nodes
from command_center.notices.models import NoticeRow
from command_center.notices.states import Channel, NoticeState
from command_center.papers.views import issued_papers
from command_center.platform.uow import UnitOfWork
from command_center.serving.views import papers_served_on
from schemas.sign import sha256_hex

_RECORDED = Text(
    "本次执行过程已录音录像，可以申请查阅。",
    "This act was recorded on video; you may apply to view it.",
)
_NOT_RECORDED = Text(
    "截至本页数据时间，没有本次执行的录音录像记录。",
    "There is no video record of this act as of the time of this page.",
)


def build(
    uow: UnitOfWork, grant: GrantRow, document: str, version: int, case: CaseView | None = None
) -> Disclosure:
    """Return what this grant's party may see now; `case`: his case, where it is read already."""
    case = case or case_view(uow, grant.case)
    own = next(party for party in case.parties if party.id == grant.party)
    held = held_nodes(uow, grant.case, grant.party)
    measures = _measures(uow, grant, own, case, held)
    card = _card(case, grant.party, balance_of(uow, grant.case))
    return Disclosure(
        document=document,
        grant=grant.grant,
        version=version,
        as_of_ms=uow.now_ms,
        court=uow.settings.court.name,
        court_phone=uow.settings.court.phone,
        party=_party(own, grant.party),
        card=card,
        sections=nine_sections(
            Known(
                card,
                case.state,
                measures,
                time_limits(uow, case.id, own.role),
                state_changes(uow, case.id),
                objection_lines(uow, case.id, grant.party),
            )
        ),
        measures=measures,
        notices=_notices(uow, grant.party),
        papers=_papers(uow, grant, held),
        log=party_log(uow, case, grant.party, held),
        values=party_values(uow, grant.case, held),
    )


def content_sha256(made: Disclosure) -> str:
    """Return the digest of what a reader would notice: all but id, version and time."""
    still = msgspec.structs.replace(made, document="", version=0, as_of_ms=0)
    return sha256_hex(msgspec.json.encode(still))


def _card(case: CaseView, own: str, owed: Balance) -> CaseCard:
    clerk = next((one for one in case.officers if one.role == "CLERK"), None)
    return CaseCard(
        number=full_width(case.number),
        state=Text(case.state_zh, case.state_en),
        cause=case.cause,
        basis=full_width(case.basis),
        amount_fen=case.amount_fen,
        filed_ms=case.filed_ms,
        parties=[_party(party, own) for party in case.parties],
        officers=[_officer(officer) for officer in case.officers],
        clerk=_officer(clerk) if clerk else None,
        basis_body=case.basis_body,
        claim=case.claim,
        interest_fen=owed.interest_fen if owed.interest_from else None,
        fee_fen=owed.fee_fen,
        received_fen=owed.received_fen,
        remaining_fen=owed.remaining_fen,
    )


def _party(party: PartyView, own: str) -> PartyShown:
    mine = party.id == own
    name = party.printed if mine else shown_name(party.printed, party.is_person)
    return PartyShown(Text(party.role_zh, party.role_en), name, mine, not party.is_person)


def _officer(officer: CaseOfficerView) -> OfficerShown:
    """Parties get the clerk's office telephone (S-20), and nobody else's."""
    zh, en = ROLE_NAMES.get(Role(officer.role), (officer.role, officer.role))
    phone = officer.phone if officer.role == "CLERK" else ""
    return OfficerShown(Text(zh, en), officer.name, phone)


def _measures(
    uow: UnitOfWork, grant: GrantRow, own: PartyView, case: CaseView, held: Collection[str]
) -> list[MeasureShown]:
    """What is not told yet stays out, and what changed untold stays as it was read last."""
    changed = changed_untold(uow, case.id, held) if held else set()
    before = measures_read(uow, grant.grant) if changed else {}
    views = [one for one in case_measures(uow, case.id) if one.measure not in held]
    return [
        before[one.measure] if one.measure in changed else _measure(uow, one, own, case)
        for one in views
        if one.measure not in changed or one.measure in before
    ]


def _measure(
    uow: UnitOfWork, view: MeasureView, own: PartyView, case: CaseView
) -> MeasureShown:  # fmt: skip
    unnamed = view.target is None and sum(one.role == "DEBTOR" for one in case.parties) > 1
    words = explain(
        view.kind, own.role, today(uow), state=view.state,
        ours=None if unnamed else view.target in (None, own.id),
        to_unit=not own.is_person, of_unit=_against_units(view, case),
    )  # fmt: skip
    return MeasureShown(
        measure=view.measure,
        kind=Text(view.kind.zh, view.kind.en),
        state=Text(view.state.zh, view.state.en),
        summary=view.subject,
        executed_ms=view.executed_ms,
        items=[ItemShown(one.number, one.name, one.quantity, one.unit) for one in view.items],
        custodian=view.custodian,
        control_from="" if view.state in ENDED else view.control_from,
        control_to="" if view.state in ENDED else view.control_to,
        period_suggested=view.period_suggested and view.state not in ENDED,
        meaning=words.meaning,
        may_do=words.may_do,
        lift=words.lift,
        footage=_RECORDED if _recordings(uow, view.operation) else _NOT_RECORDED,
        words=words.name,
        law=list(words.law),
    )


def _against_units(view: MeasureView, case: CaseView) -> bool:
    """Whether the debtor whom a measure is against, or everyone whom it may be, is a unit."""
    if view.target is None:
        against = [one for one in case.parties if one.role == "DEBTOR"]
    else:
        against = [one for one in (*case.parties, *case.former) if one.id == view.target]
    return bool(against) and not any(one.is_person for one in against)


def _recordings(uow: UnitOfWork, operation: str | None) -> int:
    counted = select(func.count()).where(RecordingRow.operation == operation)
    return int(uow.session.scalar(counted) or 0) if operation else 0


def _papers(uow: UnitOfWork, grant: GrantRow, held: Collection[str]) -> list[PaperShown]:
    """Papers of what is not told yet stay out."""
    served = papers_served_on(uow, grant.party)
    return [
        PaperShown(row.paper, row.title, row.number, row.issued_ms or 0, sha256)
        for row, sha256 in issued_papers(uow, grant.case, grant.party, served)
        if row.subject not in held
    ]


def _notices(uow: UnitOfWork, party: str) -> list[NoticeShown]:
    rows = uow.session.scalars(
        select(NoticeRow)
        .where(NoticeRow.party == party, NoticeRow.state != NoticeState.HELD)
        .order_by(NoticeRow.notice.desc())
    )
    return [
        NoticeShown(
            row.notice,
            Text(Channel(row.channel).zh, Channel(row.channel).en),
            Text(NoticeState(row.state).zh, NoticeState(row.state).en),
            row.text,
            row.created_ms,
            row.sent_ms,
            row.delivered_ms,
            row.failed_ms,
            row.channel == Channel.PORTAL and row.acked_ms is None,
            row.acked_ms,
        )
        for row in rows
    ]
