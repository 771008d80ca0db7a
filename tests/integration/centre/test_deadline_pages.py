"""U7 on the desk: a clock is started, read to its last step, stopped, and its rule looked up."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from command_center.access.permissions import Role
from command_center.deadlines.rulepack import law
from command_center.deadlines.words import READINGS
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def test_u7_a_date_opens_to_how_it_was_computed_and_to_the_rule_behind_it(
    sqlite_centre: Centre,
) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    case = sqlite_centre.court.seeded.cases[0].id
    made = clerk.post(
        f"cases/{case}/deadlines", rule="close_case", start_day="2026-01-05", subject="试算"
    )
    assert 'data-part="due">2026-07-06<' in made.text
    assert "2026年7月5日是休假日" in made.text
    stopped = clerk.post(
        f"cases/{case}/intervals", ground="中止执行期间", first_day="2026-02-01",
        last_day="2026-03-02", paper="（2026）粤0199执1024号之一裁定",
    )  # fmt: skip
    assert "2026-08-04" in stopped.text
    page = clerk.page(made.url.split("/desk/")[1])
    assert "共扣除30日，顺延至2026年8月4日" in page
    assert "第63条" in page
    rule = clerk.page("law/close_case?day=2026-01-05")
    assert "2026-01-05 适用" in rule
    assert rule.count("第107条") == 1  # the number it had before 2021
    assert "待核" in rule


def test_what_nobody_read_in_its_own_text_is_said_so_in_both_languages(
    sqlite_centre: Centre,
) -> None:
    """Every row that is not verified says how it is known, on each page that shows the rule."""
    clerk, case = Reader(sqlite_centre, Role.CLERK), sqlite_centre.court.seeded.cases[0].id
    pages = {lang: unescape(clerk.page(f"law?day=2026-03-02&lang={lang}")) for lang in ("zh", "en")}
    unread = [one.rule for one in law().rules(dt.date(2026, 3, 2)) if not one.rule.verified]
    assert len(unread) > 5
    for rule in unread:
        words = {"zh": rule.verified_by, "en": READINGS[rule.verified_by]}
        for lang, page in pages.items():
            row = page.split(f'data-rule="{rule.key}"')[1].split("</tr>")[0]
            assert words[lang].casefold() in row.casefold(), (rule.key, lang)
            own = unescape(clerk.page(f"law/{rule.key}?day=2026-03-02&lang={lang}"))
            assert words[lang].casefold() in own.casefold()
    assert "待核" not in pages["en"]
    assert "年民事诉讼法时期" not in pages["en"]
    assert "The president" not in clerk.page("law/close_case?lang=en")
    assert "Approved by the president" in clerk.page("law/close_case?lang=en")
    made = clerk.post(f"cases/{case}/deadlines", rule="payout", start_day="2026-03-02")
    assert "待核" in made.text
    assert "to be verified" in clerk.page(f"{made.url.split('/desk/')[1]}?lang=en").casefold()
    assert clerk.page(f"cases/{case}/procedure").count("待核") == 9
    old = clerk.page("law?day=2014-03-01&lang=en")
    assert "second-hand text, not yet checked" in old.casefold()


def test_the_law_of_a_day_is_shown_with_its_ceilings_and_who_verified_it(
    sqlite_centre: Centre,
) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    now, then = clerk.page("law?day=2026-03-01"), clerk.page("law?day=2014-03-01")
    assert re.findall(r"≤ (\d+) 个月", now) == ["12", "24", "36"]
    assert re.findall(r"≤ (\d+) 个月", then) == ["6", "12", "24"]
    assert 'data-rule="dishonest_delete"' in now
    assert 'data-rule="dishonest_delete"' not in then
    assert "第236条" in now
    assert "第225条" in then


def test_the_head_of_the_bureau_changes_the_calendar_and_a_clerk_may_not(
    sqlite_centre: Centre,
) -> None:
    head, clerk = Reader(sqlite_centre, Role.BUREAU_HEAD), Reader(sqlite_centre, Role.CLERK)
    assert "尚未录入" in head.page("calendar?year=2028")
    form = {"day": "2028-10-03", "kind": "REST", "note": "2028年放假通知"}
    assert clerk.post("calendar", **form).status_code == 403
    assert "尚未录入" not in head.post("calendar", **form).text
    assert "2028-10-03" in clerk.page("calendar?year=2028")


@pytest.mark.parametrize(
    ("path", "form", "status", "code"),
    [
        ("deadlines", {"rule": "close_case", "start_day": "x"}, 400, "form.day_malformed"),
        ("deadlines", {"rule": "wish", "start_day": "2026-01-05"}, 404, "rule.unknown"),
        ("intervals", {"ground": "中止执行期间", "first_day": "2026-01-05"}, 400,
         "deadline.no_paper"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_answered_with_its_code(
    sqlite_centre: Centre, path: str, form: dict[str, str], status: int, code: str
) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    answer = clerk.post(f"cases/{sqlite_centre.court.seeded.cases[0].id}/{path}", **form)
    assert answer.status_code == status
    assert code in answer.text
    for wrong in ("deadlines/none", "law/none", "law?day=none", "calendar?year=none"):
        assert clerk.http.get(f"{clerk.url}/{wrong}", timeout=20).status_code in (400, 404)
