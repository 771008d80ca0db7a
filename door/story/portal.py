"""The parties' portal over HTTP: case number and password, then the case as the party sees it."""

from __future__ import annotations

import requests

from door.story.html import Element, read_page
from door.story.links import OF_PAGES
from door.story.telling import failed

_TIMEOUT_S = 30.0


class Portal:
    """One party at the portal."""

    def __init__(self, public_url: str) -> None:
        self._url = f"{public_url}/portal"
        self._session = requests.Session()
        self._session.headers["User-Agent"] = OF_PAGES

    def sign_in(self, account: str, password: str) -> None:
        """Sign in by case number and query password."""
        fields = {"account": account, "password": password}
        self._session.get(f"{self._url}/sign-in", timeout=_TIMEOUT_S)
        form = read_page(self._session.get(f"{self._url}/sign-in", timeout=_TIMEOUT_S).text)
        token = form.first("input", name="csrf")
        if token is not None:
            fields["csrf"] = token.get("value")
        answer = self._session.post(f"{self._url}/sign-in", data=fields, timeout=_TIMEOUT_S)
        if answer.status_code >= 400 or "/sign-in" in answer.url:
            found = read_page(answer.text).first("code")
            code = found.text if found else f"http.{answer.status_code}"
            raise failed(code, f"当事人未能登录:{code}", f"The party cannot sign in: {code}")

    def tag(self, tag: str) -> str:
        """Return what anyone reads of a seal tag; '' where nothing is told of it."""
        answer = self._session.get(f"{self._url}/tags/{tag}", timeout=_TIMEOUT_S)
        said = read_page(answer.text).first(role="status")
        return said.text if answer.status_code == 200 and said else ""

    def acknowledge(self) -> bool:
        """Press "I have taken note" at the first notice that offers it; say whether one did."""
        for form in self.case().all("form"):
            if form.first("button", data_acknowledge=None) is None:
                continue
            token = form.first("input", name="csrf")
            path = form.get("action").removeprefix("/portal/")
            fields = {"csrf": token.get("value") if token else ""}
            answer = self._session.post(f"{self._url}/{path}", data=fields, timeout=_TIMEOUT_S)
            return answer.status_code == 200
        return False

    def acknowledged(self) -> list[str]:
        """Return what the page says of each notice that the party took note of."""
        return [each.text for each in self.case().all(data_acknowledged=None)]

    def paper(self, number: str) -> bytes:
        """Return the PDF of a paper for this party by its number, as he downloads it."""
        for each in self.case().all(data_own_paper=None):
            link = each.first("a")
            if number in each.text and link is not None:
                path = f"{self._url}/case/papers/{each.get('data-own-paper')}.pdf"
                return self._session.get(path, timeout=_TIMEOUT_S).content
        return b""

    def case(self) -> Element:
        """Return the party's case page."""
        answer = self._session.get(f"{self._url}/case", timeout=_TIMEOUT_S)
        if answer.status_code != 200:
            code = f"http.{answer.status_code}"
            raise failed(code, "当事人看不到案件", "The party cannot see the case")
        return read_page(answer.text)
