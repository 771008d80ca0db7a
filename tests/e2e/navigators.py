"""What staff and parties do in the browser, in their words. Locators only: pages refuse eval."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.court import Court
from tests.patience import eventually


class DeskNavigator:
    """A member of staff at the desk."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, f"{url}/desk"
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self._note(line.type, line.text))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.problems.append(text)

    def open(self, path: str) -> None:
        """Go to a page of the desk."""
        self.page.goto(f"{self._url}/{path}")

    def open_until(self, path: str, is_there: Callable[[], object]) -> None:
        """Open a page again and again until what is looked for stands on it."""

        def looked() -> object:
            self.open(path)
            return is_there()

        eventually(looked, path)

    def sign_in(self, number: str, password: str) -> None:
        """Fill in the sign-in and submit it."""
        self.open("sign-in")
        self.page.locator("[name=number]").fill(number)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("main form button").click()

    def enrolment_code(self, officer: str) -> str:
        """Make an enrolment code and read it from the page."""
        self.open("devices")
        self.page.locator("[name=officer]").select_option(officer)
        self.page.locator("form[action$=codes] button").click()
        return self.page.locator("[data-part=secret]").inner_text()

    def see_live(self, device: str) -> None:
        """Wait until the device's tile shows moving pictures."""
        tile = self.page.locator(f"live-tile[device='{device}']")
        expect(tile).to_have_attribute("data-state", "live")

    def send_order(self, text: str) -> None:
        """Type an order and send it."""
        self.page.locator(".ordform [name=text]").fill(text)
        self.page.locator(".ordform button").click()

    def issue_password(self, case: str, party: str) -> str:
        """Issue a party's query password and read it from the page, where it stands once."""
        self.open(f"cases/{case}")
        self.page.locator(f"form[action*='{party}']").get_by_role(
            "button", name=re.compile("^(签发|重置)查询密码$")
        ).click()
        return self.page.locator("[data-part=secret]").inner_text()

    def take_password_back(self, case: str) -> None:
        """Take every issued query password of a case back."""
        self.open(f"cases/{case}")
        buttons = self.page.locator("form[action*='/grants/'] button")
        while buttons.count():
            buttons.first.click()
            expect(self.page.locator("h1.cn")).to_be_visible()

    def picture(self, folder: Path, name: str) -> None:
        """Leave a screenshot for a person to look at."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{name}.png"))


def signed_in(page: Page, court: Court, role: str) -> DeskNavigator:
    """Return the member of staff of this role, signed in at the desk."""
    desk = DeskNavigator(page, court.url)
    desk.sign_in(*court.person(role))
    return desk


class PortalNavigator:
    """A party at the portal, on a telephone."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, url

    def open(self, path: str = "") -> None:
        """Go to a page of the portal."""
        self.page.goto(f"{self._url}/{path}")

    def sign_in(self, account: str, password: str) -> None:
        """Fill in case number and password and submit."""
        self.open("portal/sign-in")
        self.page.locator("[name=account]").fill(account)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("form button.p").click()

    def picture(self, folder: Path, name: str) -> None:
        """Leave a screenshot of the whole page for a person to look at."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{name}.png"), full_page=True)
