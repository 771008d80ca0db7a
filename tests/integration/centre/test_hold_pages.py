"""Holds and numbers on the case page, as the running web process renders them."""

from __future__ import annotations

import re

from command_center.access.permissions import Role
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def test_the_head_holds_and_lifts_and_a_clerk_may_not(sqlite_centre: Centre) -> None:
    head, clerk = Reader(sqlite_centre, Role.BUREAU_HEAD), Reader(sqlite_centre, Role.CLERK)
    case = sqlite_centre.court.seeded.cases[0].id
    form = {"reason": "人员仍在现场", "hours": "2"}
    assert clerk.post(f"cases/{case}/holds", **form).status_code == 403
    long = head.post(f"cases/{case}/holds", reason="x", hours="25")
    assert (long.status_code, "hold.too_long" in long.text) == (400, True)
    held = head.post(f"cases/{case}/holds", **form).text
    hold = re.search(r'data-hold="([^"]+)"', held)
    assert hold is not None
    assert "人员仍在现场" in clerk.page(f"cases/{case}")
    lifted = head.post(f"cases/{case}/holds/{hold[1]}/release").text
    assert "data-hold" not in lifted
    assert "批准提前解除，0条告知开始发送（暂缓理由：人员仍在现场）" in lifted


def test_a_form_on_a_card_leads_back_to_the_cards_that_were_looked_at(
    sqlite_centre: Centre,
) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    case = sqlite_centre.court.seeded.cases[0]
    clerk.page(f"cases/{case.id}?q=&page=0")
    path = f"cases/{case.id}/parties/{case.parties[1][0]}/numbers"
    assert clerk.post(path, phone="139 1111 2222", source="inquiry", how="").url.endswith(
        f"cases/{case.id}?q=&page=0"
    )
    assert clerk.post(path, phone="139 3333 2222", source="inquiry", how="").status_code == 200


def test_a_number_is_added_confirmed_and_stopped_on_the_case_page(sqlite_centre: Centre) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    case = sqlite_centre.court.seeded.cases[0]
    path = f"cases/{case.id}/parties/{case.parties[1][0]}/numbers"
    added = clerk.post(path, phone="139 1111 2222", source="inquiry", how="").text
    assert "139****2222" in added
    assert "查询取得" in added
    (contact,) = re.findall(r"numbers/([^/]+)/confirmation", added)
    confirmed = clerk.post(f"cases/{case.id}/numbers/{contact}/confirmation", how="当面").text
    assert f"numbers/{contact}/confirmation" not in confirmed
    assert "当面" in confirmed
    stopped = clerk.post(f"cases/{case.id}/numbers/{contact}/denial", how="来电称非本人").text
    assert "139****2222" not in stopped
    again = clerk.post(path, phone="13911112222", source="inquiry", how="")
    assert (again.status_code, "contact.denied" in again.text) == (403, True)
    assert "13911112222" not in added + confirmed + stopped
