"""The case page with parties, measures, notices and the enforcement log."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.permissions import Role
from command_center.access.views import ViewedBy, views_of_case
from command_center.cases.balance import Balance, balance_of
from command_center.cases.log import LogLine, log_of_case
from command_center.cases.service import read_case
from command_center.cases.views import CaseView, ContactView, PartyView
from command_center.cases.words import PHONE_SOURCES
from command_center.desk import show
from command_center.desk.acts import MeasureShown, present_measure
from command_center.desk.case_log import LogShown, present_log
from command_center.desk.crowd import Crowd, crowd
from command_center.desk.operation_list import OperationShown, present_operation
from command_center.desk.page import blueprint, render, settings
from command_center.desk.papers import PaperShown, present_paper
from command_center.desk.states import State, case_state
from command_center.desk.telling import party_role
from command_center.desk.turning import stay_on
from command_center.disclosure.grants import Grant, IssuedPassword, grants_of_case, revoke
from command_center.disclosure.grants import issue_password as issue
from command_center.guardian.views import ReasonView, case_reasons
from command_center.measures.views import MeasureView, measures_of_case
from command_center.notices.holds import HoldView, hold_of_case
from command_center.notices.views import NoticeView, notices_of_case
from command_center.operations.service import operations_of_case
from command_center.operations.views import OperationRow
from command_center.papers.kinds import TEMPLATES
from command_center.papers.of_case import WANTED
from command_center.papers.views import PaperView, papers_of_case
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.money import yuan_text

LOG_LINES = 20
"""So many lines of the log, the newest, stand on the case page; the others on their own."""


@dataclass(frozen=True)
class ContactShown:
    """A way to reach a party, masked: where it is from, since when, how it was confirmed."""

    id: str
    value: str
    confirmed: bool
    about: str


@dataclass(frozen=True)
class PartyShown:
    """A party as staff see it, with how its query password stands."""

    id: str
    role: str
    name: str
    id_number: str
    contacts: tuple[ContactShown, ...]
    grant_state: State | None
    issued: bool
    grant: str


@dataclass(frozen=True)
class ViewShown:
    """Who looked, at what, when."""

    name: str
    what: str
    time: str


@dataclass(frozen=True)
class HoldShown:
    """An open hold: telling waits until then."""

    id: str
    reason: str
    approver: str
    until: str
    waiting: int


@dataclass(frozen=True)
class CasePage:
    """The case as the page shows it."""

    id: str
    number: str
    state: State
    major: bool
    cause: str
    card: tuple[tuple[str, str], ...]
    parties: tuple[PartyShown, ...]
    everyone: tuple[tuple[str, str], ...]
    measures: tuple[MeasureShown, ...]
    log: tuple[LogShown, ...]
    log_count: int
    operations: tuple[OperationShown, ...]
    papers: tuple[PaperShown, ...]
    to_make: tuple[tuple[str, str, str, str], ...]
    case_papers: tuple[tuple[str, str], ...]
    new_paper: str
    new_import: str
    new_entry: str
    views: tuple[ViewShown, ...] | None
    hold: HoldShown | None


@dataclass(frozen=True)
class SecretShown:
    """A query password, on this page once and never again."""

    party: str
    password: str


@dataclass(frozen=True)
class CaseFacts:
    """What the case page reads in one look."""

    case: CaseView
    measures: list[MeasureView]
    notices: list[NoticeView]
    log: list[LogLine]
    operations: list[OperationRow]
    papers: list[PaperView]
    reasons: list[ReasonView]
    grants: list[Grant]
    views: list[ViewedBy] | None
    hold: HoldView | None
    owed: Balance


def _read(uow: UnitOfWork, who: Principal, case: str) -> CaseFacts:
    return CaseFacts(
        read_case(uow, who, case),
        measures_of_case(uow, who, case) if who.may("measure:read") else [],
        notices_of_case(uow, who, case) if who.may("notice:read") else [],
        log_of_case(uow, who, case),
        operations_of_case(uow, who, case) if who.may("operation:read") else [],
        papers_of_case(uow, who, case) if who.may("paper:read") else [],
        case_reasons(uow, case) if who.may("paper:make") else [],
        grants_of_case(uow, who, case),
        views_of_case(uow, who, case) if who.may("view:read") else None,
        hold_of_case(uow, who, case) if who.may("notice:read") else None,
        balance_of(uow, case),
    )


def _present(facts: CaseFacts, people: Crowd) -> CasePage:
    case = facts.case
    card = (
        (_("案件类型"), show.pick(case.kind_zh, case.kind_en)),
        (_("执行依据"), case.basis or "—"),
        (_("执行标的"), yuan_text(case.amount_fen)),
        (_("已到位"), yuan_text(facts.owed.received_fen)),
        (_("尚未履行"), yuan_text(facts.owed.remaining_fen)),
        (_("立案日期"), show.day(case.filed_ms)),
        (_("承办人"), "、".join(f"{o.name}（{show.role(o.role)}）" for o in case.officers) or "—"),
    )
    grants = {grant.party: grant for grant in facts.grants}
    views = facts.views
    return CasePage(
        case.id, show.case_number(case.number), case_state(case.state), case.major, case.cause,
        card,
        tuple(_party(party, grants.get(party.id)) for party in people.parties),
        tuple((party.id, party.name) for party in case.parties),
        tuple(present_measure(measure, facts.notices) for measure in facts.measures),
        present_log(facts.log)[-LOG_LINES:],
        len(facts.log),
        tuple(present_operation(row) for row in facts.operations),
        tuple(present_paper(one) for one in facts.papers),
        _to_make(facts),
        tuple((kind.value, show.pick(TEMPLATES[kind].zh, TEMPLATES[kind].en)) for kind in WANTED),
        new_id(),
        new_id(),
        new_id(),
        None if views is None else tuple(
            ViewShown(_viewer(v), _seen(v.what), show.moment(v.at_ms))
            for v in views
        ),
        _hold(facts.hold) if facts.hold else None,
    )  # fmt: skip


def _to_make(facts: CaseFacts) -> tuple[tuple[str, str, str, str], ...]:
    """Return new paper, reason, word, applicant of the statements that may be made."""
    word = _("说明书")
    return tuple(
        (new_id(), reason.reason, f"{word} · {reason.what} · {party.name}", party.id)
        for reason in facts.reasons
        for party in facts.case.parties
        if party.role == "APPLICANT"
    )


def _page(facts: CaseFacts, secret: SecretShown | None) -> str:
    sources = [(code, show.pick(*words)) for code, words in PHONE_SOURCES.items()]
    people = crowd("desk.case", facts.case.parties, case=facts.case.id)
    return render("desk/case.html", case=_present(facts, people), people=people, secret=secret,
                  sources=sources, hold_hours=settings().court.hold_hours)  # fmt: skip


def _hold(hold: HoldView) -> HoldShown:
    approver = hold.approver or _("系统按规定")
    return HoldShown(
        hold.hold, hold.reason, approver, show.named_moment(hold.until_ms), hold.waiting
    )


def _party(party: PartyView, grant: Grant | None) -> PartyShown:
    issued = grant is not None and grant.issue_number > 0 and grant.revoked_ms is None
    state = None
    if grant is not None and party.role in ("APPLICANT", "DEBTOR"):
        word = _("已签发密码") if issued else _("未签发密码")
        state = State("ok" if issued else "o", "tick" if issued else "dot", word)
    return PartyShown(
        party.id, party_role(party.role), party.name, show.identity(party),
        tuple(_contact(contact) for contact in party.contacts), state, issued,
        grant.grant if grant is not None and issued else "",
    )  # fmt: skip


def _contact(contact: ContactView) -> ContactShown:
    about = [show.pick(*PHONE_SOURCES.get(contact.source, (contact.source, contact.source)))]
    about.append(show.day(contact.created_ms))
    if contact.confirmed_ms is not None:
        about.append(" ".join((show.day(contact.confirmed_ms), contact.confirmed_how)).strip())
    return ContactShown(contact.id, contact.masked, contact.confirmed_ms is not None,
                        " · ".join(about))  # fmt: skip


def _viewer(view: ViewedBy) -> str:
    role = show.role(view.role)
    return role if view.role == Role.PARTY else f"{view.name} · {role}"


def _seen(what: str) -> str:
    words = {
        "case": _("查阅案件"), "recording": _("查阅录像"), "live": _("查看实时画面"),
        "operation": _("进入行动室"), "bundle": _("导出证据包"), "clip": _("导出录像"),
        "films": _("导出全部录像"), "derived": _("制作派生副本"),
        "measure": _("查阅措施"), "paper": _("查阅文书"), "service": _("查阅送达"),
        "delivery": _("查阅送达回证"), "party.addresses": _("查阅送达地址"),
        "exhibit": _("查阅证物"), "number": _("按号码查到"),
        "sign_in": _("当事人登录"), "disclosure": _("当事人查阅"),
    }  # fmt: skip
    return words.get(what, what)


@blueprint.get("/cases/<case>")
@permits("case:read")
def case(case: str) -> ResponseReturnValue:
    """Show one case; the look is written down."""
    facts = database().run(_read, principal(), case)
    return _page(facts, None)


@blueprint.post("/cases/<case>/parties/<party>/password")
@permits("grant:issue")
def issue_password(case: str, party: str) -> ResponseReturnValue:
    """Issue a party's query password and show it on this answer only."""
    issued: IssuedPassword = issue(database(), principal(), case, party)
    facts = database().run(_read, principal(), case)
    name = next((one.name for one in facts.case.parties if one.id == party), "")
    secret = SecretShown(name, issued.password)
    return _page(facts, secret)


@blueprint.post("/cases/<case>/grants/<grant>/revocation")
@permits("grant:issue")
def revoke_password(case: str, grant: str) -> ResponseReturnValue:
    """Take a party's query password away; his sessions end at once."""
    database().run(revoke, principal(), grant)
    return redirect(stay_on(url_for("desk.case", case=case)), 303)
