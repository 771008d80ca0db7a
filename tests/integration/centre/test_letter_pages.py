"""Replies and letters on the register, as the running web process renders them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from command_center.access.permissions import Role
from command_center.notices import printing
from command_center.notices.models import NoticeRow
from command_center.notices.providers.base import ProviderReply
from command_center.notices.replies import record_reply
from command_center.notices.states import Channel, NoticeState
from command_center.platform.outbox import work_once
from schemas.ids import new_id
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

if TYPE_CHECKING:
    from command_center.platform.uow import UnitOfWork


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
    none = clerk.post("print-runs", run=new_id())
    assert (none.status_code, "letter.none" in none.text) == (404, True)


def _wait_for_post(centre: Centre, *texts: str) -> None:
    """Let letters of these texts wait for the post."""
    case = centre.court.seeded.cases[0]

    def add(uow: UnitOfWork) -> None:
        uow.session.add_all(
            NoticeRow(
                notice=new_id(), purpose="measure_executed", node=new_id(), case=case.id,
                party=case.parties[0][0], party_role="DEBTOR", channel=Channel.PAPER,
                confirmed=True, template="t", text=text, text_sha256="0" * 64, messages=0,
                state=NoticeState.QUEUED, created_ms=uow.now_ms,
            )
            for text in texts
        )  # fmt: skip

    centre.court.database.run(add)


def test_s14_a_clerk_follows_a_run_of_letters_and_takes_its_sheets(sqlite_centre: Centre) -> None:
    clerk, judge = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.JUDGE)
    _wait_for_post(sqlite_centre, "甲", "乙\U00013000", "丙")
    run = new_id()
    assert judge.post("print-runs", run=run).status_code == 403
    begun = clerk.post("print-runs", run=run).text
    assert ("0 / 3" in begun, "/cancellation" in begun, "data-sheet" in begun) == (
        True, True, False)  # fmt: skip
    assert "letter.run_open" in clerk.post("print-runs", run=new_id()).text
    while work_once(sqlite_centre.court.database, {printing.PRINT: printing.print_sheet}):
        pass
    page = clerk.page(f"print-runs/{run}")
    assert ("3 / 3" in page, "/cancellation" in page) == (True, False)
    assert page.count("data-failed") == 1
    assert "paper.glyph_missing" in page
    part = clerk.http.get(
        f"{clerk.url}/print-runs/{run}", headers={"HX-Request": "true"}, timeout=20
    ).text
    assert ("data-sheet" in part, "<html" in part) == (True, False)
    sheet = clerk.http.get(f"{clerk.url}/print-runs/{run}/1.pdf", timeout=20)
    assert sheet.content.startswith(b"%PDF")
    assert clerk.http.get(f"{clerk.url}/print-runs/{run}/2.pdf", timeout=20).status_code == 404
    seen = judge.page(f"print-runs/{run}")
    assert ("data-sheet" in seen, "1.pdf" in seen) == (True, False)
    assert judge.http.get(f"{clerk.url}/print-runs/{run}/1.pdf", timeout=20).status_code == 403
    assert f'data-run="{run}"' in judge.page("print-runs")
    assert "/desk/print-runs" in clerk.page("notices")
    assert judge.post(f"print-runs/{run}/cancellation").status_code == 403
    assert clerk.post(f"print-runs/{run}/cancellation").status_code == 200


def test_s14_a_clerk_sees_why_a_letter_came_back_and_posts_it_again(sqlite_centre: Centre) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    _wait_for_post(sqlite_centre, "甲")
    (letter,) = re.findall(r'data-letter="([^"]+)"', clerk.page("notices"))
    clerk.post(f"notices/letters/{letter}/posted", tracking="EMS1")
    page = clerk.post(f"notices/letters/{letter}/settled", received="0", why="<b>迁移</b>").text
    assert f'data-returned="{letter}"' in page
    assert page.count("退信：&lt;b&gt;迁移") == 2, "beside the letter and beside the task"
    page = clerk.post(f"notices/letters/{letter}/posted", tracking="EMS2").text
    assert ("data-returned" in page, f'data-posted="{letter}"' in page) == (False, True)
    trace = clerk.page(f"notices?notice={letter}")
    assert all(one in trace for one in ("单号 EMS1", "单号 EMS2", "退信：&lt;b&gt;迁移"))
    assert trace.index("EMS1") < trace.index("回执 退信") < trace.index("EMS2")
