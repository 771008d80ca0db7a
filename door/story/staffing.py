"""Accounts of staff: the administrator asks, another person agrees; one person alone closes."""

from __future__ import annotations

from typing import Any

from door.story.desk import Desk
from door.story.telling import failed
from schemas.time import now_ms


class Personnel(Desk):
    """A desk from which accounts of staff are looked after."""

    def ask_account(self, number: str, name: str, role: str, reason: str) -> None:
        """Ask for an account to be opened."""
        self._form(
            "staff/changes",
            {"act": "OPEN", "number": number, "name": name, "role": role, "reason": reason},
        )

    def agree(self, number: str) -> str:
        """Agree to what was asked for an account; return the one-time password, shown once."""
        waiting = next(one for one in self._page("staff").all(data_change=None)
                       if number in one.text and one.first("form"))  # fmt: skip
        return self._secret(f"staff/changes/{waiting.get('data-change')}", {"answer": "agree"})

    def close(self, number: str, reason: str) -> None:
        """Close an account."""
        row = self._page("staff").first(data_account=number)
        form = row.first("form") if row else None
        if form is None:
            raise failed("staff.unclosable", f"{number} 不能停用", f"{number} cannot be closed")
        path = form.get("action").removeprefix("/desk/")
        self._form(path, {"reason": reason})

    def is_in(self) -> bool:
        """Say whether the session still opens this person's own page."""
        answer = self._session.get(f"{self._url}/self", allow_redirects=False, timeout=30)
        return answer.status_code == 200


def change_staff(public_url: str, admin: Personnel, head: Personnel) -> dict[str, Any]:
    """Open an account by two persons, sign in with it, close it by one; return what came of it."""
    number = f"T{now_ms()}"
    admin.ask_account(number, "施工铭", "CLERK", "新任书记员到岗")
    password = head.agree(number)
    fresh = Personnel(public_url, "new clerk")
    fresh.sign_in(number, password)
    entered = fresh.is_in()
    admin.close(number, "借调期满")
    return {"number": number, "entered": entered, "shut_out": not fresh.is_in()}
