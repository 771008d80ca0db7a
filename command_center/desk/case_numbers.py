"""Looking a case up by a whole identity, unit or account number: sent in a form, never in an
address, so that no log and no history keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, case_state
from command_center.desk.telling import party_role
from command_center.measures.numbers import MEASURE, PARTY, NumberFound, find_by_number
from command_center.platform import typed
from command_center.platform.masking import mask_number
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PROPERTY_WORDS, PropertyKind


@dataclass(frozen=True)
class FoundShown:
    """A place where the number stands."""

    case: str
    number: str
    state: State
    word: str
    text: str
    link: str


def _shown(one: NumberFound) -> FoundShown:
    if one.where == PARTY:
        word, link = party_role(one.kind), url_for("desk.case_file", case=one.case.id)
    elif one.where == MEASURE:
        kind = MeasureKind(one.kind)
        word, link = show.pick(kind.zh, kind.en), url_for("desk.measure", measure=one.subject)
    else:
        word = show.pick(*PROPERTY_WORDS[PropertyKind(one.kind)])
        link = url_for("desk.case_assets", case=one.case.id)
    return FoundShown(one.case.id, show.case_number(one.case.number), case_state(one.case.state),
                      word, one.text, link)  # fmt: skip


def _page(asked: str, found: list[NumberFound]) -> str:
    return render(
        "desk/case_numbers.html", found=[_shown(one) for one in found],
        asked=mask_number(typed.number(asked)),
    )  # fmt: skip


@blueprint.get("/cases/by-number")
@permits("measure:read")
def case_numbers() -> ResponseReturnValue:
    """Show the form."""
    return _page("", [])


@blueprint.post("/cases/by-number")
@permits("measure:read")
def find_number() -> ResponseReturnValue:
    """Show where a whole number stands; the look is written down in each case."""
    text = request.form.get("number", "")
    return _page(text, database().run(find_by_number, principal(), text))
