"""The file of a case: who its parties are and were, who acts for them, who is in charge, its card,
and the cases that belong to it; each changed with its reason or paper."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.permissions import COURT_STAFF
from command_center.access.staff import StaffView, list_staff
from command_center.cases import card, parties, representatives
from command_center.cases.links import LinkView, link_case, links_of
from command_center.cases.service import NewParty, read_case
from command_center.cases.views import CaseView, PartyChangeView, PartyView, RepresentativeView
from command_center.cases.words import (
    AUTHORITIES,
    BIRTH_SOURCES,
    CASE_LINKS,
    ID_KINDS,
    OF_UNITS,
    PARTY_ACTS,
    PARTY_ROLES,
    REPRESENTATIVES,
)
from command_center.desk import show
from command_center.desk.crowd import crowd
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, case_state
from command_center.desk.turning import stay_on
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.money import plain_yuan, yuan_text


@dataclass(frozen=True)
class ActingShown:
    """Who acts for a party: what as, with which authority, from when to when."""

    id: str
    word: str
    name: str
    about: str
    days: str
    acting: bool


@dataclass(frozen=True)
class PartyInFile:
    """A party with what changed of it and who acts for it; `kinds`: who may act for such a one;
    birth_wanted, birth_known: of whom no number tells the day of birth, and somebody stated it."""

    id: str
    role: str
    role_code: str
    name: str
    id_number: str
    left: str
    changes: tuple[tuple[str, str, str], ...]
    acting: tuple[ActingShown, ...]
    kinds: tuple[tuple[str, str], ...]
    birth_wanted: bool
    birth_known: bool


@dataclass(frozen=True)
class LinkShown:
    """A case that belongs to this one."""

    case: str
    number: str
    word: str
    state: State


@dataclass(frozen=True)
class _Facts:
    case: CaseView
    links: list[LinkView]
    staff: list[StaffView]


def _read(uow: UnitOfWork, who: Principal, case: str) -> _Facts:
    return _Facts(read_case(uow, who, case), links_of(uow, case), list_staff(uow, who))


def _words(words: dict[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((code, show.pick(*pair)) for code, pair in words.items())


def _change(change: PartyChangeView) -> tuple[str, str, str]:
    """Return day, sentence and paper."""
    word = show.pick(*PARTY_ACTS[change.act])
    before, after = (
        show.pick(*PARTY_ROLES[text]) if text in PARTY_ROLES else text
        for text in (change.before, change.after)
    )
    return (
        change.day.isoformat(),
        f"{word} {' → '.join(filter(None, (before, after)))}",
        show.pick(*BIRTH_SOURCES[change.paper]) if change.act == "BIRTH" else change.paper,
    )


def _acting(one: RepresentativeView) -> ActingShown:
    authority = show.pick(*AUTHORITIES[one.authority]) if one.authority else ""
    return ActingShown(
        one.id, show.pick(*REPRESENTATIVES[one.kind]), one.name,
        " · ".join(filter(None, (authority, one.unit, one.paper))),
        f"{one.since} — {one.until or ''}", one.until is None,
    )  # fmt: skip


def _party(party: PartyView) -> PartyInFile:
    fits = {
        code: words for code, words in REPRESENTATIVES.items()
        if code == "AGENT" or party.is_person is not (code in OF_UNITS)
    }  # fmt: skip
    return PartyInFile(
        party.id, show.pick(party.role_zh, party.role_en), party.role, party.printed,
        show.identity(party), party.left.isoformat() if party.left else "",
        tuple(_change(one) for one in party.changes),
        tuple(_acting(one) for one in party.representatives), _words(fits),
        party.birth_wanted, bool(party.birth_masked),
    )  # fmt: skip


def _card(case: CaseView) -> tuple[tuple[str, str], ...]:
    return (
        (_("案由"), case.cause), (_("执行依据"), case.basis), (_("作出机关"), case.basis_body),
        (_("生效日期"), case.basis_day), (_("履行期限届满日"), case.perform_by),
        (_("申请执行事项"), case.claim), (_("执行标的"), yuan_text(case.amount_fen)),
        (_("计息本金"), yuan_text(case.amount_fen if case.principal_fen is None
                              else case.principal_fen)),
        (_("重大案件"), _("是") if case.major else _("否")),
    )  # fmt: skip


@blueprint.get("/cases/<case>/file")
@permits("case:read")
def case_file(case: str) -> ResponseReturnValue:
    """Show the file of a case; the look is written down."""
    facts = database().run(_read, principal(), case)
    found = facts.case
    people = crowd("desk.case_file", (*found.parties, *found.former), case=case)
    return render(
        "desk/case_file.html", case=found, number=show.case_number(found.number),
        state=case_state(found.state), card=_card(found),
        parties=[_party(one) for one in people.parties], people=people,
        officers=[(one.staff, one.role, one.name, show.role(one.role), one.phone)
                  for one in found.officers],
        links=[LinkShown(one.case, show.case_number(one.number), show.pick(one.zh, one.en),
                         case_state(one.state)) for one in facts.links],
        staff=[(one.id, f"{one.name} · {show.role(one.role)}") for one in facts.staff
               if one.active and one.role in COURT_STAFF],
        in_charge=[(str(role), show.role(role)) for role in card.IN_CHARGE],
        roles=_words(PARTY_ROLES), id_kinds=_words(ID_KINDS), authorities=_words(AUTHORITIES),
        birth_sources=_words(BIRTH_SOURCES),
        kinds=tuple((code, show.pick(*words[:2])) for code, words in CASE_LINKS.items()),
        amount=plain_yuan(found.amount_fen), today=today().isoformat(),
        principal="" if found.principal_fen is None else plain_yuan(found.principal_fen),
    )  # fmt: skip


def _back(case: str) -> ResponseReturnValue:
    return redirect(stay_on(url_for("desk.case_file", case=case)), 303)


@blueprint.post("/cases/<case>/card")
@permits("case:keep")
def write_card(case: str) -> ResponseReturnValue:
    """Change the card of a case; what changed stands in the log with its reason."""
    form = request.form
    message = card.Card(
        case, form.get("cause", ""), form.get("basis", ""), form.get("basis_body", ""),
        form.get("basis_day", ""), form.get("perform_by", ""), form.get("claim", ""),
        form.get("amount", ""), form.get("principal", ""), form.get("major") == "1",
        form.get("reason", ""),
    )  # fmt: skip
    database().run(card.write_card, principal(), message)
    return _back(case)


@blueprint.post("/cases/<case>/parties")
@permits("case:keep")
def join_party(case: str) -> ResponseReturnValue:
    """Let a party join the case."""
    form = request.form
    message = NewParty(
        case, form.get("role", ""), form.get("name", "").strip(), form.get("kind") != "unit",
        form.get("id_number", ""), form.get("phone", ""), phone_source="application",
        id_kind=form.get("id_kind", ""), birth=form.get("birth", ""),
        birth_source=form.get("birth_source", ""),
    )  # fmt: skip
    database().run(
        parties.join_party, principal(), message, form.get("day", ""), form.get("paper", "")
    )
    return _back(case)


@blueprint.post("/cases/<case>/parties/<party>/name")
@permits("case:keep")
def rename_party(case: str, party: str) -> ResponseReturnValue:
    """Give a party another name from a day on, a unit in all its open cases."""
    form = request.form
    database().run(parties.rename_party, principal(), party, form.get("name", ""),
                   form.get("day", ""), form.get("paper", ""))  # fmt: skip
    return _back(case)


@blueprint.post("/cases/<case>/parties/<party>/role")
@permits("case:keep")
def change_party_role(case: str, party: str) -> ResponseReturnValue:
    """Give a party another role from a day on, or none: it leaves the case."""
    form, who = request.form, principal()
    day, paper = form.get("day", ""), form.get("paper", "")
    if form.get("role") == "LEFT":
        database().run(parties.leave, who, party, day, paper)
    else:
        database().run(parties.change_role, who, party, form.get("role", ""), day, paper)
    return _back(case)


@blueprint.post("/cases/<case>/parties/<party>/birth")
@permits("case:keep")
def record_birth(case: str, party: str) -> ResponseReturnValue:
    """Record the day of birth of a party whose number names none, or set it right."""
    form = request.form
    database().run(parties.record_birth, principal(), party, form.get("birth", ""),
                   form.get("birth_source", ""))  # fmt: skip
    return _back(case)


@blueprint.post("/cases/<case>/parties/<party>/representatives")
@permits("case:keep")
def appoint_representative(case: str, party: str) -> ResponseReturnValue:
    """Record who acts for a party."""
    form = request.form
    message = representatives.NewRepresentative(
        party, form.get("kind", ""), form.get("name", ""), form.get("since", ""),
        form.get("authority", ""), form.get("unit", ""), form.get("paper", ""),
    )  # fmt: skip
    database().run(representatives.appoint, principal(), message)
    return _back(case)


@blueprint.post("/cases/<case>/representatives/<representative>/end")
@permits("case:keep")
def dismiss_representative(case: str, representative: str) -> ResponseReturnValue:
    """Record since when somebody no longer acts for a party."""
    database().run(
        representatives.dismiss, principal(), representative, request.form.get("until", "")
    )
    return _back(case)


@blueprint.post("/cases/<case>/officers")
@permits("case:keep")
def put_in_charge(case: str) -> ResponseReturnValue:
    """Put a member of staff in charge, or end it."""
    form, who = request.form, principal()
    verb = card.take_off if form.get("act") == "end" else card.put_in_charge
    database().run(verb, who, case, form.get("staff", ""), form.get("role", ""))
    return _back(case)


@blueprint.post("/cases/<case>/links")
@permits("case:keep")
def link_cases(case: str) -> ResponseReturnValue:
    """Link the case with another of the court."""
    form = request.form
    database().run(link_case, principal(), case, form.get("number", ""), form.get("kind", ""))
    return _back(case)
