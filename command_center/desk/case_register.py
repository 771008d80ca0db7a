"""The register of cases: found by number, party or pinyin initials, sorted, page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.search import CaseQuery, search_cases
from command_center.cases.views import CaseRow
from command_center.cases.words import CASE_STATES
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, case_state
from command_center.desk.tag_search import asked_tag
from command_center.desk.telling import party_role
from command_center.desk.turning import asked_page, asked_text, turn
from schemas.money import yuan_text

_NUMBER = re.compile(r"(?=(?:[^0-9]*[0-9]){5})[0-9A-Za-z-]{9,20}")
"""What looks like an identity number or a code of a unit, which names are not searched for."""


@dataclass(frozen=True)
class CaseListed:
    """A case as a row."""

    id: str
    number: str
    state: State
    cause: str
    parties: str
    amount: str
    filed: str
    officers: str
    major: bool


def _listed(row: CaseRow) -> CaseListed:
    sides: dict[str, list[str]] = {}
    for role, name in row.parties:
        sides.setdefault(role, []).append(name)
    parties = " / ".join(f"{party_role(role)} {'、'.join(names)}" for role, names in sides.items())
    return CaseListed(
        row.id, show.case_number(row.number), case_state(row.state), row.cause, parties,
        yuan_text(row.amount_fen), show.day(row.filed_ms), "、".join(row.officers), row.major,
    )  # fmt: skip


@blueprint.get("/cases")
@permits("case:read")
def cases() -> ResponseReturnValue:
    """Show a page of the cases that `?q=`, `?state=` ask for, `?order=old` oldest first; a seal
    tag is looked up among the measures."""
    if asked_tag() and principal().may("measure:read"):
        return redirect(url_for("desk.measures", q=asked_text()), 303)
    state = request.args.get("state", "")
    query = CaseQuery(
        asked_text(), state if state in CASE_STATES else "", request.args.get("order") == "old",
        asked_page(),
    )  # fmt: skip
    found = database().read(search_cases, principal(), query)
    states = [(code, show.pick(*words)) for code, words in CASE_STATES.items()]
    asked = {"q": query.text, "state": query.state, "order": "old" if query.oldest_first else ""}
    return render(
        "desk/cases.html", cases=[_listed(row) for row in found.rows], query=query, found=found,
        states=states, a_number=_NUMBER.fullmatch(query.text.strip()) is not None,
        turn=turn("desk.cases", asked, query.page, len(found.rows), found.total),
    )  # fmt: skip
