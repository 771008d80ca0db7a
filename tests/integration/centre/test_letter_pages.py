"""Replies and letters on the register, as the running web process renders them."""

from __future__ import annotations

import re

from command_center.access.permissions import Role
from command_center.notices.providers.base import ProviderReply
from command_center.notices.replies import record_reply
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def test_a_strangers_reply_is_shown_as_text_and_settled(sqlite_centre: Centre) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    database = sqlite_centre.court.database
    hostile = ProviderReply("smpp", "8613711119999", "<script>alert(1)</script>")
    database.run(record_reply, hostile)
    page = clerk.page("notices")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "13711119999" not in page
    (reply,) = re.findall(r'data-reply="([^"]+)"', page)
    empty = clerk.post(f"notices/replies/{reply}", outcome=" ")
    assert (empty.status_code, "task.no_outcome" in empty.text) == (400, True)
    assert "data-reply" not in clerk.post(f"notices/replies/{reply}", outcome="已回电").text
    judge = Reader(sqlite_centre, Role.JUDGE)
    assert judge.post(f"notices/replies/{reply}", outcome="x").status_code == 403
    none = clerk.http.get(f"{clerk.url}/notices/letters.pdf", timeout=20)
    assert (none.status_code, "letter.none" in none.text) == (404, True)
