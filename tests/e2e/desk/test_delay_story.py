"""S-15 in the browser: a limit is missed, its reason told or sent up. And a paper is worded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator, PortalNavigator, signed_in

REASON = "案外人补充提交证据，须再次听证，预计三月二十日前作出裁定。"


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """A court that lets nobody wait: a reason that is owed goes up at once."""
    made = Court(tmp_path_factory.mktemp("hasty"), "reason_hours = 0\n")
    try:
        made.start_centre()
        yield made
    finally:
        made.close()


def _start_late_clock(desk: DeskNavigator, case: str) -> None:
    """Start the fifteen days of an objection that came a month ago."""
    desk.open(f"cases/{case}/deadlines")
    form = desk.page.locator("#start-clock")
    form.locator("[name=rule]").select_option("objection_decide")
    ago = dt.date.today() - dt.timedelta(30)
    form.locator("[name=start_day]").fill(ago.isoformat())
    form.locator("[name=subject]").fill("案外人黎永昌的异议")
    form.get_by_role("button", name="起算").click()


def test_s15_missed_explained_told_and_read_by_the_applicant(
    page: Page, chromium: Browser, court: Court, pictures: Path
) -> None:
    case, clerk = court.case["id"], signed_in(page, court, "CLERK")
    # Given a time limit of the court that is over
    _start_late_clock(clerk, case)
    # Then the clerk owes a reason, and the page says until when
    clerk.open_until("alarms", page.locator("[data-reason]").count)
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
    clerk = signed_in(page, hasty, "CLERK")
    _start_late_clock(clerk, hasty.case["id"])
    clerk.open_until("alarms", page.locator("[data-reason] .solid-bad").count)
    expect(page.locator("[data-reason]").first).to_contain_text("已报执行局长")
    clerk.picture(pictures / "desk", "reason-escalated")


def test_a_court_words_a_paper_sees_it_meanwhile_and_another_person_approves(
    page: Page, chromium: Browser, hasty: Court, pictures: Path
) -> None:
    folder = pictures / "desk"
    clerk = signed_in(page, hasty, "CLERK")
    # Given a clerk at the template of a paper, with its print beside it
    clerk.open("papers")
    page.get_by_role("link", name="文书模板").click()
    clerk.picture(folder, "paper-templates")
    page.locator("[data-kind=QUERY_NOTICE] a").click()
    text, sheet = page.locator("[name=body]"), page.locator("[data-part=sheet]:not([data-old])")
    expect(sheet).to_be_visible()
    shipped = sheet.get_attribute("src")
    # When he names what no such paper has, he is told the line while he types
    text.press("Control+Home")
    text.press_sequentially("{密码}\n")
    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("wording.unknown_fact")
    expect(wrong).to_contain_text("第 1 行 密码")
    clerk.picture(folder, "paper-template-wrong")
    for _ in "{密码}\n":
        text.press("Backspace")
    # And when he writes on and puts in a fact by its button, the print follows
    text.press("Control+End")
    text.press("ArrowUp")
    text.press("End")
    text.press_sequentially("\n立案窗口：工业路1号，承办人")
    page.get_by_role("button", name="可略文字").click()
    page.get_by_role("button", name="执行人员", exact=True).click()
    expect(text).to_have_value(re.compile(r"承办人\[{执行人员}\]"))
    expect(wrong).to_have_count(0)
    expect(sheet).not_to_have_attribute("src", str(shipped))
    clerk.picture(folder, "paper-template")
    page.locator("[name=note]").fill("写明立案窗口")
    page.get_by_role("button", name="提交批准").click()
    expect(page.locator(".diff ins")).to_have_text("立案窗口：工业路1号，承办人[{执行人员}]")
    expect(page.get_by_role("button", name="批准启用")).to_have_count(0)
    version = page.url
    # Then another person approves what he sees
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    judge = signed_in(context.new_page(), hasty, "JUDGE")
    judge.page.goto(version)
    judge.picture(folder, "wording")
    judge.page.get_by_role("button", name="批准启用").click()
    expect(judge.page.locator("h1 + .chip")).to_have_text("使用中")
    # And the next paper is made with it
    clerk.open(f"cases/{hasty.case['id']}")
    page.get_by_text("拟制文书", exact=True).click()
    form = page.locator("#case-paper")
    form.locator("[name=kind]").select_option("QUERY_NOTICE")
    form.get_by_role("button").click()
    expect(page.locator("[data-part=wording]")).to_contain_text("本院 第 1 版")
    expect(page.locator(".sheet-page").first).to_be_visible()
    page.wait_for_load_state("load")
    clerk.picture(folder, "paper-in-own-words")
    assert clerk.problems == judge.problems == []
    context.close()
