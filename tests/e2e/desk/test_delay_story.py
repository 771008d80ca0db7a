"""S-15 in the browser: a time limit is missed, the reason is asked for, given, told, or goes up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator, PortalNavigator

REASON = "案外人补充提交证据，须再次听证，预计三月二十日前作出裁定。"
_WORKER_MS = 90_000


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """A court that lets nobody wait: a reason that is owed goes up at once."""
    made = Court(tmp_path_factory.mktemp("hasty"), "reason_hours = 0\n")
    try:
        made.start_centre()
        yield made
    finally:
        made.close()


def _sign_in(page: Page, court: Court, role: str) -> DeskNavigator:
    desk = DeskNavigator(page, court.url)
    desk.sign_in(*court.person(role))
    return desk


def _start_late_clock(desk: DeskNavigator, case: str) -> None:
    """Start the fifteen days of an objection that came a month ago."""
    desk.open(f"cases/{case}/deadlines")
    form = desk.page.locator("#start-clock")
    form.locator("[name=rule]").select_option("objection_decide")
    ago = dt.date.today() - dt.timedelta(30)
    form.locator("[name=start_day]").fill(ago.isoformat())
    form.locator("[name=subject]").fill("案外人黎永昌的异议")
    form.get_by_role("button", name="起算").click()


def _wait_for(desk: DeskNavigator, path: str, selector: str) -> None:
    """Open a page again and again until the worker has done its part."""
    for _ in range(_WORKER_MS // 2_000):
        desk.open(path)
        if desk.page.locator(selector).count():
            return
        desk.page.wait_for_timeout(2_000)
    raise AssertionError(f"{selector} did not come")


def test_s15_missed_explained_told_and_read_by_the_applicant(
    page: Page, chromium: Browser, court: Court, pictures: Path
) -> None:
    case, clerk = court.case["id"], _sign_in(page, court, "CLERK")
    # Given a time limit of the court that is over
    _start_late_clock(clerk, case)
    # Then the clerk owes a reason, and the page says until when
    _wait_for(clerk, "alarms", "[data-reason]")
    owed = page.locator("[data-reason]").first
    expect(owed).to_contain_text("审查执行异议")
    expect(page.locator("[data-alarm=STATUTORY]").first).to_contain_text("审查执行异议")
    clerk.picture(pictures / "desk", "reason-owed")
    # And the date can be read: what was counted from which day, and by which article
    page.locator("[data-alarm=STATUTORY] a.b").first.click()
    expect(page.locator("ol.trace").first).to_contain_text("期间15日")
    # When the reason is given
    clerk.open("alarms")
    owed.locator("textarea").fill(REASON)
    owed.get_by_role("button", name="说明并告知").click()
    expect(page.locator("[data-reason]")).to_have_count(0)
    # Then it stands in the log, and the applicant alone is told
    clerk.open(f"cases/{case}/log")
    expect(page.locator("[data-log]", has_text=REASON).first).to_be_visible()
    applicant = next(one[0] for one in court.case["parties"] if one[1] == "APPLICANT")
    password = clerk.issue_password(case, applicant)
    context = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    party = PortalNavigator(context.new_page(), court.url)
    party.sign_in(court.case["number"], password)
    for _ in range(20):
        if party.page.locator("[data-notice]", has_text=REASON).count():
            break
        party.page.wait_for_timeout(500)
        party.page.reload()
    expect(party.page.locator("[data-notice]", has_text=REASON).first).to_be_visible()
    party.picture(pictures / "portal", "reason")
    context.close()


def test_s15_a_reason_that_nobody_gives_goes_to_the_head(
    page: Page, hasty: Court, pictures: Path
) -> None:
    clerk = _sign_in(page, hasty, "CLERK")
    _start_late_clock(clerk, hasty.case["id"])
    _wait_for(clerk, "alarms", "[data-reason] .solid-bad")
    expect(page.locator("[data-reason]").first).to_contain_text("已报执行局长")
    clerk.picture(pictures / "desk", "reason-escalated")
