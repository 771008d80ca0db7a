"""What is owed in a case and what has come in, and the register of the debtors' property (S-21)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases import received, things
from command_center.cases.balance import Balance, balance_of
from command_center.cases.received import ReceiptView, receipts_of
from command_center.cases.service import read_case
from command_center.cases.things import ThingView, things_of
from command_center.cases.views import CaseView
from command_center.desk import show
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, case_state, measure_state
from command_center.measures.views import MeasureView, measures_of_case
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.measures.property import PROPERTY_WORDS, PropertyKind
from schemas.money import yuan_text

_THING = {
    "FOUND": ("brand", "dot"),
    "NOT_DISPOSABLE": ("warn", "half"),
    "DISPOSED": ("ok", "gavel"),
    "NOT_HIS": ("", "lapsed"),
}


@dataclass(frozen=True)
class ReceiptShown:
    """Money that came in."""

    id: str
    day: str
    amount: str
    how: str
    paper: str
    void: str
    entry: str


@dataclass(frozen=True)
class ThingShown:
    """A property with the measures that hold on to it."""

    id: str
    state: State
    kind: str
    name: str
    mark: str
    owner: str
    value: str
    flags: tuple[str, ...]
    about: str
    note: str
    held: tuple[tuple[str, str, State], ...]


@dataclass(frozen=True)
class _Facts:
    case: CaseView
    balance: Balance
    receipts: list[ReceiptView]
    things: list[ThingView]
    measures: list[MeasureView]


def _read(uow: UnitOfWork, who: Principal, case: str) -> _Facts:
    found = read_case(uow, who, case)
    measures = measures_of_case(uow, who, case) if who.may("measure:read") else []
    return _Facts(found, balance_of(uow, case), receipts_of(uow, case), things_of(uow, case),
                  measures)  # fmt: skip


def _words(words: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, show.pick(*pair)) for code, pair in words.items()]


def _thing(one: ThingView, facts: _Facts) -> ThingShown:
    names = {party.id: party.name for party in (*facts.case.parties, *facts.case.former)}
    held = tuple(
        (row.measure, show.pick(row.kind.zh, row.kind.en), measure_state(row.state))
        for row in facts.measures
        if row.thing == one.thing
    )
    source = show.pick(*things.SOURCES[one.source])
    return ThingShown(
        one.thing, State(*_THING[one.state], show.pick(*things.STATES[one.state])),
        show.pick(*PROPERTY_WORDS[one.kind]), one.name, one.mark, names.get(one.owner, ""),
        "—" if one.value_fen is None else yuan_text(one.value_fen),
        tuple(show.pick(*things.FLAGS[flag]) for flag in one.flags), f"{source} · {one.found}",
        one.note, held,
    )  # fmt: skip


def _receipt(one: ReceiptView) -> ReceiptShown:
    return ReceiptShown(
        one.receipt, one.day.isoformat(), yuan_text(one.amount_fen),
        show.pick(*received.HOW[one.how]), one.paper, one.void, new_id(),
    )  # fmt: skip


def _sums(found: Balance) -> list[tuple[str, str, str]]:
    """Return word, amount and hint of every part of the balance, what is left last."""
    since = (
        _("自 %(day)s 次日起算", day=found.interest_from)
        if found.interest_from
        else _("履行期限届满日未登记，未计算")
    )
    return [
        (_("执行标的"), yuan_text(found.amount_fen), ""),
        (_("迟延履行利息"), yuan_text(found.interest_fen), since),
        (_("执行费"), yuan_text(found.fee_fen), ""),
        (_("已到位"), yuan_text(found.received_fen), ""),
        (_("尚未履行"), yuan_text(found.remaining_fen), _("截至 %(day)s", day=found.day)),
    ]


@blueprint.get("/cases/<case>/assets")
@permits("case:read")
def case_assets(case: str) -> ResponseReturnValue:
    """Show amounts and property of a case; the look is written down."""
    facts = database().run(_read, principal(), case)
    found = facts.case
    return render(
        "desk/case_assets.html", case_id=case, number=show.case_number(found.number),
        state=case_state(found.state), sums=_sums(facts.balance),
        receipts=[_receipt(one) for one in facts.receipts],
        things=[_thing(one, facts) for one in facts.things],
        owners=[(party.id, party.name) for party in found.parties if party.role != "APPLICANT"],
        kinds=[(kind.value, show.pick(*words)) for kind, words in PROPERTY_WORDS.items()
               if kind is not PropertyKind.NONE],
        ways=_words(received.HOW), sources=_words(things.SOURCES), flags=_words(things.FLAGS),
        states=_words(things.STATES), today=today().isoformat(), receipt=new_id(), thing=new_id(),
    )  # fmt: skip


def _back(case: str) -> ResponseReturnValue:
    return redirect(url_for("desk.case_assets", case=case), 303)


@blueprint.post("/cases/<case>/receipts")
@permits("case:keep")
def book_receipt(case: str) -> ResponseReturnValue:
    """Book money that came in."""
    form = request.form
    message = received.NewReceipt(
        form.get("receipt", ""), case, form.get("day", ""), typed.fen(form.get("amount", "")),
        form.get("how", ""), form.get("paper", ""),
    )  # fmt: skip
    database().run(received.receive, principal(), message)
    return _back(case)


@blueprint.post("/cases/<case>/receipts/<receipt>/taking-back")
@permits("case:keep")
def take_back_receipt(case: str, receipt: str) -> ResponseReturnValue:
    """Take a receipt back by a new entry, with the reason."""
    form = request.form
    database().run(received.take_back, principal(), form.get("entry", ""), receipt,
                   form.get("reason", ""))  # fmt: skip
    return _back(case)


@blueprint.post("/cases/<case>/things")
@permits("case:keep")
def register_thing(case: str) -> ResponseReturnValue:
    """Enter a property of a debtor."""
    form = request.form
    message = things.NewThing(
        form.get("thing", ""), case, form.get("owner", ""), form.get("kind", ""),
        form.get("name", ""), form.get("mark", ""), form.get("value", ""),
        tuple(form.getlist("flags")), form.get("source", ""), form.get("found", ""),
        form.get("note", ""),
    )  # fmt: skip
    database().run(things.register_thing, principal(), message)
    return _back(case)


@blueprint.post("/cases/<case>/things/<thing>/state")
@permits("case:keep")
def settle_thing(case: str, thing: str) -> ResponseReturnValue:
    """Say what became of a property."""
    form = request.form
    database().run(things.settle_thing, principal(), thing, form.get("state", ""),
                   form.get("reason", ""))  # fmt: skip
    return _back(case)
