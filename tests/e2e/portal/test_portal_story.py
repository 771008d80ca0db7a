"""A party's story at the portal, on a telephone, from the disclosure document only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator, PortalNavigator, signed_in


@pytest.fixture
def party(chromium: Browser, court: Court) -> Iterator[PortalNavigator]:
    court.make_visit()
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, device_scale_factor=2
    )
    yield PortalNavigator(context.new_page(), court.url)
    context.close()


@pytest.fixture
def clerk(page: Page, court: Court) -> DeskNavigator:
    return signed_in(page, court, "CLERK")


def test_s30_a_party_looks_into_his_case_by_number_and_password(
    clerk: DeskNavigator, party: PortalNavigator, court: Court, pictures: Path
) -> None:
    # Given a password that the clerk saw once and never again
    debtor = next(one[0] for one in court.case["parties"] if one[1] == "DEBTOR")
    password = clerk.issue_password(court.case["id"], debtor)
    clerk.open(f"cases/{court.case['id']}")
    assert password not in clerk.page.content()
    # When a wrong one is tried, then neither account nor password is told apart
    party.open()
    party.picture(pictures / "portal", "landing")
    party.sign_in(court.case["number"], "wrong-password")
    expect(party.page.get_by_role("alert")).to_contain_text("案号或密码不正确")
    party.picture(pictures / "portal", "signin")
    # When the right one is given, then the nine sections are there, the measure in plain words
    party.sign_in(court.case["number"], password)
    expect(party.page).to_have_url(f"{court.url}/portal/case")
    expect(party.page.locator("[data-section]")).to_have_count(9)
    for _ in range(20):
        if party.page.locator("[data-measure]").count():
            break
        party.page.wait_for_timeout(500)
        party.page.reload()
    expect(party.page.locator("[data-measure]")).to_contain_text("这是什么意思")
    expect(party.page.locator("[data-measure]")).to_contain_text("怎样解除")
    expect(party.page.locator("[data-notice]").first).to_contain_text("人民法院")
    party.picture(pictures / "portal", "case")
    # And the other side's person is masked
    assert "王海棠" not in party.page.content()
    # And large text and English are one touch away
    party.page.get_by_role("link", name="大字").click()
    expect(party.page.locator(".ptl")).to_have_class("ptl lg")
    party.picture(pictures / "portal", "large")
    party.page.get_by_role("link", name="EN").click()
    expect(party.page.locator("h1")).to_contain_text("you are the debtor")
    party.picture(pictures / "portal", "english")
    party.page.get_by_role("button", name="Sign out").click()
    expect(party.page).to_have_url(f"{court.url}/portal/sign-in")


def test_a_new_password_ends_the_old_ones_session(
    clerk: DeskNavigator, party: PortalNavigator, court: Court
) -> None:
    applicant = next(one[0] for one in court.case["parties"] if one[1] == "APPLICANT")
    party.sign_in(court.case["number"], clerk.issue_password(court.case["id"], applicant))
    expect(party.page).to_have_url(f"{court.url}/portal/case")
    clerk.issue_password(court.case["id"], applicant)
    party.page.reload()
    expect(party.page).to_have_url(f"{court.url}/portal/sign-in")


def test_s30_a_password_taken_back_ends_the_session_and_opens_nothing(
    clerk: DeskNavigator, party: PortalNavigator, court: Court
) -> None:
    applicant = next(one[0] for one in court.case["parties"] if one[1] == "APPLICANT")
    password = clerk.issue_password(court.case["id"], applicant)
    party.sign_in(court.case["number"], password)
    expect(party.page).to_have_url(f"{court.url}/portal/case")
    clerk.take_password_back(court.case["id"])
    party.page.reload()
    expect(party.page).to_have_url(f"{court.url}/portal/sign-in")
    party.sign_in(court.case["number"], password)
    expect(party.page.get_by_role("alert")).to_contain_text("案号或密码不正确")


def test_the_portal_is_shut_without_a_password(party: PortalNavigator, court: Court) -> None:
    for path in ("portal", "portal/case", "portal/case.json"):
        party.open(path)
        assert "执行标的" not in party.page.content()


def test_the_page_holds_at_320_pixels(party: PortalNavigator) -> None:
    party.page.set_viewport_size({"width": 320, "height": 640})
    party.open("portal/sign-in")
    box = party.page.locator("form").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_staffs_session_opens_no_case_at_the_portal(clerk: DeskNavigator, court: Court) -> None:
    clerk.page.goto(f"{court.url}/portal/case")
    expect(clerk.page).to_have_url(f"{court.url}/portal/sign-in")
