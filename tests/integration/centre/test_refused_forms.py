"""Every form of the desk that is refused comes back on its page, with what was typed in it and the
problem beside its field: as a browser sends it, from the page where it stands."""

from __future__ import annotations

import html

import pytest

from command_center.access.permissions import Role
from command_center.desk.refilling import Control, Form, forms_of
from tests.integration.centre.running import Centre
from tests.integration.centre.test_papers import frozen
from tests.integration.centre.test_proof_pages import Reader
from tests.integration.centre.test_serving import Serving

WRONG = {"date": "2026-13-40", "datetime-local": "2026-13-40T25:00", "number": "x"}
TYPED = "<乱>&\"'"
AS_TYPED = ("text", "date", "textarea", "datetime-local", "number")


def wrong_in(form: Form) -> dict[str, str | list[str]]:
    """Return what a careless person sends: no choice made, days that are none."""
    sent: dict[str, str | list[str]] = {}
    for one in form.controls:
        name, kind = one.get("name"), one.kind
        if kind == "hidden" and name != "csrf":
            sent[name] = one.get("value")
        elif kind == "select" or kind in AS_TYPED:
            sent[name] = WRONG.get(kind, TYPED)
    return sent


def value_of(page: str, one: Control) -> str:
    """Return what stands in a field."""
    inside = html.unescape(page[one.end : one.close]).removeprefix("\n")
    return inside if one.name == "textarea" else one.get("value")


def kept(page: str, form: Form, sent: dict[str, str | list[str]]) -> bool:
    """Return whether a form of the page holds all that was typed into it, and its own ids."""
    return any(
        all(value_of(page, one) == sent[one.get("name")] for one in back.controls
            if one.kind in AS_TYPED or (one.kind == "hidden" and one.get("name") in sent))
        for back in forms_of(page) if back.tag.get("action") == form.tag.get("action")
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.CLERK, Role.BUREAU_HEAD, Role.ADMIN])
def test_every_refused_form_of_every_page_comes_back_as_it_was_typed(
    sqlite_centre: Centre, role: Role
) -> None:
    court, seeded = sqlite_centre.court, sqlite_centre.court.seeded
    one, measure, case = Serving(court), frozen(court), sqlite_centre.court.seeded.cases[0].id
    party = seeded.cases[0].parties[1][0]
    pages = (
        f"cases/{case}", f"cases/{case}/file", f"cases/{case}/assets", f"cases/{case}/procedure",
        f"cases/{case}/deadlines", f"cases/{case}/log", f"cases/{case}/measures/new",
        f"cases/{case}/operations/new", f"cases/{case}/deliveries/{party}", "cases/new",
        "cases/by-number", f"measures/{measure}", f"papers/{one.paper}", f"services/{one.id}",
        "notices", "notices/texts", "calendar", "staff", "devices", "sources",
        f"operations/{seeded.operation}", f"operations/{seeded.operation}/plan",
        "papers/templates/ASSIST_NOTICE",
    )  # fmt: skip
    reader, refused = Reader(sqlite_centre, role), []
    for path in pages:
        shown = reader.http.get(f"{reader.url}/{path}", timeout=20)
        if shown.status_code == 403:
            continue
        for form in forms_of(reader.page(path)):
            sent, target = wrong_in(form), form.tag.get("action").partition("#")[0]
            if form.tag.get("method") != "post" or not any(one.typed_in for one in form.controls):
                continue
            if target not in reader.page(path):
                continue  # what was sent before ended it
            answer = reader.post(target.removeprefix("/desk/"), **sent)
            if answer.status_code >= 400:
                refused.append(target)
                assert 'id="refused"' in answer.text, (path, target, answer.text[:600])
                assert kept(answer.text, form, sent), (path, target)
    assert len(refused) > {Role.CLERK: 25, Role.BUREAU_HEAD: 20, Role.ADMIN: 0}[role]
