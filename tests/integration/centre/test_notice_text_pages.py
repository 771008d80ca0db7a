"""The court's texts on their page: seen, proposed by a clerk, approved by the head of bureau."""

from __future__ import annotations

import re

from command_center.access.permissions import Role
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

BODY = "$addressee：$case_number案，本院已对您实施$measure：$what。咨询$phone，核实请拨12368。"


def test_a_clerk_sees_proposes_and_another_approves(sqlite_centre: Centre) -> None:
    clerk, head = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.BUREAU_HEAD)
    page = clerk.page("notices/texts")
    made = re.search(r'name="template" value="([^"]+)"', page)
    day = re.search(
        r'name="effective"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="effective"', page
    )
    assert made
    assert day
    form = {
        "template": made[1], "purpose": "measure_executed", "audience": "debtor", "body": BODY,
        "effective": day[1] or day[2],
    }  # fmt: skip
    seen = clerk.post("notices/texts", act="preview", **form)
    assert seen.status_code == 200, seen.text
    assert "data-preview" in seen.text
    assert "工业缝纫机等2项" in seen.text
    assert made[1] in seen.text  # the same text is proposed, not a second one
    hostile = clerk.post(
        "notices/texts", act="preview", **{**form, "body": "<b>$case_number $phone"}
    )
    assert "&lt;b&gt;" in hostile.text
    for act in ("preview", "propose"):
        bad = {**form, "body": BODY + " a.com", "effective": "2031-05-06"}
        refused = clerk.post("notices/texts", act=act, **bad)
        assert (refused.status_code, "template.unsafe" in refused.text) == (400, True)
        assert BODY + " a.com</textarea>" in refused.text, "what was typed stays"
        assert all(kept in refused.text for kept in ("2031-05-06", made[1]))
    assert f'data-text="{made[1]}"' in clerk.post("notices/texts", act="propose", **form).text
    assert clerk.post(f"notices/texts/{made[1]}", approve="1").status_code == 403
    assert "批准" in head.page("notices/texts")
    assert head.post(f"notices/texts/{made[1]}", approve="1").status_code == 200
    assert "起用" in clerk.page("notices/texts")
