"""What other rooms and faces see of notices: frozen views, numbers masked."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from command_center.cases.contacts import address_of
from command_center.cases.models import Case, Contact, Party
from command_center.notices.changes import shown_name
from command_center.notices.holds import HeldView, hold_of_notice
from command_center.notices.models import AttemptRow, NoticeRow, ReceiptRow
from command_center.notices.states import FINAL_FAILURES, Channel, NoticeState
from command_center.notices.tasks import TaskView, tasks_of
from command_center.platform.masking import mask_address
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclasses.dataclass(frozen=True)
class NoticeView:
    """A notice. Its five nodes: created, sent, delivered, read, acknowledged (ms or None);
    released_ms: when the hold that it waited for ended.

    possible_repeats: submissions beyond the first under the same key, each of which may have
    reached the party. number_masked: where it goes, or empty.
    """

    notice: str
    purpose: str
    node: str
    case: str
    case_number: str
    party: str
    party_name: str
    party_role: str
    channel: Channel
    state: NoticeState
    code: str
    template: str
    text: str
    messages: int
    confirmed: bool
    number_masked: str
    created_ms: int
    released_ms: int | None
    sent_ms: int | None
    delivered_ms: int | None
    read_ms: int | None
    acked_ms: int | None
    failed_ms: int | None
    attempts: int
    possible_repeats: int


@dataclasses.dataclass(frozen=True)
class AttemptView:
    """One try: when it began and was answered, how."""

    number: int
    provider: str
    submissions: int
    began_ms: int
    answered_ms: int | None
    answer: str
    code: str


@dataclasses.dataclass(frozen=True)
class ReceiptView:
    """A status report and how often it came."""

    code: str
    state: NoticeState
    at_ms: int | None
    first_ms: int
    times: int


@dataclasses.dataclass(frozen=True)
class NoticeDetail:
    """A notice with its whole trace. roads: all notices of this node to this party, in the order in
    which one took the other's place; tasks: what a clerk was asked to do for any of them; held:
    what it waits or waited for."""

    notice: NoticeView
    attempts: tuple[AttemptView, ...]
    receipts: tuple[ReceiptView, ...]
    roads: tuple[NoticeView, ...]
    tasks: tuple[TaskView, ...]
    held: HeldView | None


@dataclasses.dataclass(frozen=True)
class NoticeCounts:
    """The register in numbers."""

    all: int
    delivered: int
    waiting: int
    failed: int


def notices_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[NoticeView]:
    """Return a case's notices, newest first."""
    principal.require("notice:read")
    query = select(NoticeRow).where(NoticeRow.case == case)
    return _views(uow, uow.session.scalars(query.order_by(NoticeRow.notice.desc())))


def register(
    uow: UnitOfWork, principal: Principal, *, failed_only: bool = False, page: int = 0
) -> list[NoticeView]:
    """Return a page of the court's notices (告知台账), the newest first; pages count from 0."""
    principal.require("notice:read")
    query = select(NoticeRow)
    if failed_only:
        query = query.where(NoticeRow.state.in_(FINAL_FAILURES))
    newest = query.order_by(NoticeRow.notice.desc()).offset(page * PAGE).limit(PAGE)
    return _views(uow, uow.session.scalars(newest))


def notices_of_nodes(
    uow: UnitOfWork, principal: Principal, nodes: Sequence[str]
) -> dict[str, list[NoticeView]]:
    """Return what was told of each of these nodes (measures), oldest first."""
    principal.require("notice:read")
    query = select(NoticeRow).where(NoticeRow.node.in_(nodes)).order_by(NoticeRow.notice)
    told: dict[str, list[NoticeView]] = {node: [] for node in nodes}
    for view in _views(uow, uow.session.scalars(query)):
        told[view.node].append(view)
    return told


def counts(uow: UnitOfWork, principal: Principal) -> NoticeCounts:
    """Return how many notices there are, by how they stand."""
    principal.require("notice:read")
    rows = uow.session.execute(
        select(NoticeRow.state, func.count()).group_by(NoticeRow.state)
    ).all()
    by_state = {NoticeState(state): number for state, number in rows}
    done = (NoticeState.DELIVERED, NoticeState.READ, NoticeState.ACKED)
    delivered = sum(by_state.get(state, 0) for state in done)
    failed = sum(by_state.get(state, 0) for state in FINAL_FAILURES)
    total = sum(by_state.values())
    return NoticeCounts(total, delivered, total - delivered - failed, failed)


def read_notice(uow: UnitOfWork, principal: Principal, notice: str) -> NoticeDetail:
    """Return one notice with attempts and receipts. Errors: `notice.unknown`."""
    principal.require("notice:read")
    row = uow.session.get(NoticeRow, notice)
    if row is None:
        raise MzError("notice.unknown", Kind.NOT_FOUND, notice[:40])
    attempts = uow.session.scalars(
        select(AttemptRow).where(AttemptRow.notice == notice).order_by(AttemptRow.number)
    ).all()
    receipts = uow.session.scalars(
        select(ReceiptRow)
        .where(ReceiptRow.attempt.in_([attempt.attempt for attempt in attempts]))
        .order_by(ReceiptRow.receipt)
    )
    roads = select(NoticeRow).where(
        NoticeRow.node == row.node, NoticeRow.purpose == row.purpose, NoticeRow.party == row.party
    )
    return NoticeDetail(
        _view(uow, row, [one.submissions for one in attempts]),
        tuple(
            AttemptView(
                one.number,
                one.provider,
                one.submissions,
                one.began_ms,
                one.answered_ms,
                one.answer or "",
                one.code,
            )
            for one in attempts
        ),
        tuple(
            ReceiptView(one.code, NoticeState(one.state), one.at_ms, one.first_ms, one.times)
            for one in receipts
        ),
        tuple(_views(uow, uow.session.scalars(roads.order_by(NoticeRow.notice)))),
        tasks_of(uow, row),
        hold_of_notice(uow, row),
    )


def _views(uow: UnitOfWork, found: Iterable[NoticeRow]) -> list[NoticeView]:
    rows = list(found)
    tries: dict[str, list[int]] = {row.notice: [] for row in rows}
    query = select(AttemptRow.notice, AttemptRow.submissions).where(AttemptRow.notice.in_(tries))
    for notice, submissions in uow.session.execute(query):
        tries[notice].append(submissions)
    # One look for all: `_view` finds them in the session, however many parties a case has.
    _held = [*_those(uow, Party, {row.party for row in rows}),
             *_those(uow, Case, {row.case for row in rows}),
             *_those(uow, Contact, {row.contact for row in rows if row.contact})]  # fmt: skip
    return [_view(uow, row, tries[row.notice]) for row in rows]


def _those(uow: UnitOfWork, kind: type[Party | Case | Contact], ids: Collection[str]) -> list[Any]:
    return list(uow.session.scalars(select(kind).where(kind.id.in_(ids))))


def _view(uow: UnitOfWork, row: NoticeRow, submissions: list[int]) -> NoticeView:
    party = uow.session.get_one(Party, row.party)
    return NoticeView(
        notice=row.notice,
        purpose=row.purpose,
        node=row.node,
        case=row.case,
        case_number=uow.session.get_one(Case, row.case).number,
        party=row.party,
        party_name=shown_name(party.name, party.is_person),
        party_role=row.party_role,
        channel=Channel(row.channel),
        state=NoticeState(row.state),
        code=row.code,
        template=row.template,
        text=row.text,
        messages=row.messages,
        confirmed=row.confirmed,
        number_masked=mask_address(*address_of(uow, row.contact)) if row.contact else "",
        created_ms=row.created_ms,
        released_ms=row.released_ms,
        sent_ms=row.sent_ms,
        delivered_ms=row.delivered_ms,
        read_ms=row.read_ms,
        acked_ms=row.acked_ms,
        failed_ms=row.failed_ms,
        attempts=len(submissions),
        possible_repeats=sum(number - 1 for number in submissions),
    )
