"""U6, U8 on the desk: the horizon, the eight tabs, a reason given, the drafts to print."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import update

from command_center.access.permissions import Role
from command_center.cases.models import Case
from command_center.deadlines import jobs, service
from command_center.devices.contact import device_principal
from command_center.guardian.acts import act
from command_center.guardian.sweep import FOOTAGE_MS, sweep
from command_center.guardian.words import ALARM_WORDS
from command_center.measures.models import MeasureRow
from command_center.measures.service import accept_field_record
from schemas.records import SeizedItem, SeizeMovables
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def _ending_in(court: Court, days: int) -> str:
    """Return a 扣押 whose paper ends in so many days, and let the guardian look."""
    device, made = court.contacted()
    sender = court.database.read(device_principal, made.session)
    today = court_time(court.clock()).date()
    body = SeizeMovables(
        started_ms=court.clock() - 60_000, finished_ms=court.clock(), place_text="沿河路2号",
        items=[SeizedItem(1, "<b>车床</b>", 1, "台")], custodian="刘恒", storage_place="原地",
        attendees=[], not_exempt=True, control_from=today.isoformat(),
        control_to=(today + dt.timedelta(days)).isoformat(),
    )  # fmt: skip
    envelope = device.record(court.seeded, body, court.clock())
    receipt = court.database.run(accept_field_record, sender, envelope)
    court.database.run(sweep)
    court.database.run(act)
    return str(receipt.measure)


def test_u6_the_horizon_stands_over_the_register_and_opens_the_drafts(
    sqlite_centre: Centre,
) -> None:
    measure = _ending_in(sqlite_centre.court, 20)
    clerk = Reader(sqlite_centre, Role.CLERK)
    page = clerk.page("measures")
    counts = re.findall(r'data-stage="(\d+)"><h3>(\d+) ', page)
    assert counts == [("1", "0"), ("3", "0"), ("7", "0"), ("15", "0"), ("30", "1"), ("60", "0")]
    assert "已拟稿" in page
    drafted = re.search(r'href="/desk/papers/([^"]+)"', page)
    assert drafted is not None
    assert f'data-paper="{drafted[1]}"' in clerk.page(f"measures/{measure}")
    draft = clerk.page(f"papers/{drafted[1]}")
    assert "执行裁定书（续行）" in draft
    assert "期限守护" in draft
    assert 'id="approve"' in Reader(sqlite_centre, Role.JUDGE).page(f"papers/{drafted[1]}")
    debtor = next(name for _, role, name in sqlite_centre.court.seeded.cases[0].parties
                  if role == "DEBTOR")  # fmt: skip
    named = f"扣押 · &lt;b&gt;车床&lt;/b&gt; · {debtor}"
    assert named in clerk.page("measures/ending?days=30")
    assert f"期限将届满 · {named}" in clerk.page("notices")
    assert named in clerk.page("alarms")
    assert "车床" not in clerk.page("measures/ending?days=15")


def test_u8_a_reason_is_given_on_the_page_of_the_eight_alarms(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    message = service.NewDeadline(court.seeded.cases[0].id, "objection_decide", "2026-03-02")
    court.database.run(service.start_deadline, court.staff(Role.CLERK), message)
    court.database.run(jobs.end_clocks)
    court.database.run(sweep)
    court.database.run(act)
    clerk = Reader(sqlite_centre, Role.CLERK)
    page = clerk.page("alarms")
    assert all(word in page for word, _english in ALARM_WORDS.values())
    reason = re.search(r'data-reason="([^"]+)"', page)
    assert reason is not None
    short = clerk.post(f"alarms/reasons/{reason[1]}", text="忙")
    assert (short.status_code, "reason.too_short" in short.text) == (400, True)
    given = clerk.post(f"alarms/reasons/{reason[1]}", text="案外人补充证据，需要再次听证。")
    assert "data-reason" not in given.text
    register = clerk.page("notices")
    assert "未按期完成的原因" in register
    assert clerk.http.get(f"{clerk.url}/alarms?kind=WISH", timeout=20).status_code == 404
    assert "objection" not in clerk.page("alarms?kind=DELEGATED")


def test_a_measure_that_ended_long_ago_is_no_part_of_the_horizon(sqlite_centre: Centre) -> None:
    measure = _ending_in(sqlite_centre.court, 400)
    old = update(MeasureRow).where(MeasureRow.measure == measure).values(control_to=None)
    sqlite_centre.court.database.run(lambda uow: uow.session.execute(old) and None)
    page = Reader(sqlite_centre, Role.CLERK).page("measures")
    assert sum(int(count) for count in re.findall(r"<h3>(\d+) ", page)) == 0


def test_u7_each_alarm_says_its_date_its_rule_and_the_days_left(sqlite_centre: Centre) -> None:
    """Both of a control period and of a clock; what the file lacks is named by itself."""
    court = sqlite_centre.court
    measure = _ending_in(court, 20)
    message = service.NewDeadline(court.seeded.cases[0].id, "objection_decide", "2026-03-02")
    court.database.run(service.start_deadline, court.staff(Role.CLERK), message)
    court.database.run(jobs.end_clocks)
    _make_major(court)
    court.clock.ahead_ms += FOOTAGE_MS + 60_000
    court.database.run(sweep)
    clerk = Reader(sqlite_centre, Role.CLERK)
    rows = dict(re.findall(r'<tr data-alarm="([A-Z_]+)">(.*?)</tr>', clerk.page("alarms")))
    end = court_time(court.clock()).date() + dt.timedelta(20)
    for row, said in (
        (
            "SEIZE_EXPIRY",
            (end.isoformat(), "剩 20 天", "查封、扣押、冻结财产的规定》（2020）第27条"),
        ),
        ("STATUTORY", ("2026-03-17", "逾期 ", "《民事诉讼法》（2023）第236条")),
        ("MATERIALS", ("重大案件没有录音录像，也没有说明原因", "法院值班制度")),
    ):
        assert all(one in rows[row] for one in said), (row, rows[row])
    for row in ("SEIZE_EXPIRY", "MATERIALS"):
        assert f'href="/desk/measures/{measure}"' in rows[row]
    assert "证物逾" not in rows["MATERIALS"], "it named no exhibits"


def _make_major(court: Court) -> None:
    major = update(Case).where(Case.id == court.seeded.cases[0].id).values(major=True)
    court.database.run(lambda uow: uow.session.execute(major) and None)
