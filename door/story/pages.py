"""A member of staff's pages over HTTP: signed in once, read as a program would, forms sent back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from door.story.html import Element, read_page
from door.story.links import OF_PAGES
from door.story.telling import failed

TIMEOUT_S = 30.0


class Pages:
    """One session. A refusal of a page ends the story with its code."""

    def __init__(self, public_url: str, who: str) -> None:
        self._url, self.who = f"{public_url}/desk", who
        self._session = requests.Session()
        self._session.headers["User-Agent"] = OF_PAGES
        self._csrf = ""

    def sign_in(self, number: str, password: str) -> None:
        """Sign in; the session's token for forms is read from the first page."""
        page = read_page(self._post("sign-in", {"number": number, "password": password}).text)
        meta = page.first("meta", name="csrf-token")
        if meta is None:
            raise failed("desk.not_signed_in", f"{self.who} 未能登录", f"{self.who} cannot sign in")
        self._csrf = meta.get("content")

    def _page(self, path: str) -> Element:
        answer = self._session.get(f"{self._url}/{path}", timeout=TIMEOUT_S)
        check(answer, f"页面 {path}", f"page {path}")
        return read_page(answer.text)

    def _post(self, path: str, fields: Mapping[str, str | list[str]]) -> requests.Response:
        answer = self._session.post(f"{self._url}/{path}", data=fields, timeout=TIMEOUT_S)
        check(answer, f"表单 {path}", f"form {path}")
        return answer

    def _form(self, path: str, fields: Mapping[str, str | list[str]]) -> requests.Response:
        return self._post(path, {**fields, "csrf": self._csrf})

    def _secret(self, path: str, fields: dict[str, str]) -> str:
        """Post a form whose answer shows a secret, once."""
        page = read_page(self._form(path, fields).text)
        secret = page.first(data_part="secret")
        if secret is None:
            raise failed(
                "desk.no_secret", f"{path} 没有显示所签发的内容", f"{path} showed no secret"
            )
        return secret.text

    def _json(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._session.post(
            f"{self._url}/{path}",
            json=body,
            headers={"X-CSRF-Token": self._csrf},
            timeout=TIMEOUT_S,
        )

    def _asked(self, path: str, body: dict[str, Any], zh: str, en: str) -> dict[str, Any]:
        """Return what the desk answers to what a page asks of it."""
        answer = self._json(path, body)
        check(answer, zh, en)
        return dict(answer.json())


def code_of(answer: requests.Response) -> str:
    """Return the code of a refusal, '' where it names none."""
    try:
        return str(answer.json().get("code", ""))
    except (ValueError, AttributeError):
        found = read_page(answer.text).first("code")
        return found.text if found else ""


def check(answer: requests.Response, zh: str, en: str) -> None:
    """End the story where an answer is a refusal."""
    if answer.status_code >= 400:
        code = code_of(answer) or f"http.{answer.status_code}"
        raise failed(
            code,
            f"{zh} 被拒绝:{answer.status_code} {code}",
            f"{en} was refused: {answer.status_code} {code}",
        )
