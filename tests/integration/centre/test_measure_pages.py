"""Measures at the desk, as the running web process renders them: form, page, renewal, closing."""

from __future__ import annotations

import datetime as dt
import re
import time

from command_center.access.permissions import Role
from command_center.guardian.acts import act
from command_center.guardian.sweep import sweep
from schemas.ids import new_id
from schemas.records import FootageAt, SeizedItem
from schemas.time import court_time, now_ms
from tests.integration.centre.running import Centre
from tests.integration.centre.test_field_acts import Scene
from tests.integration.centre.test_measures_by_law import ACCOUNT, FREEZE, _register
from tests.integration.centre.test_proof_pages import Reader


def test_a_freeze_is_registered_by_its_form_and_its_account_is_masked(
    sqlite_centre: Centre,
) -> None:
    officer = Reader(sqlite_centre, Role.ENF_OFFICER)
    case = sqlite_centre.court.seeded.cases[0].id
    form = officer.page(f"cases/{case}/measures/new")
    measure = re.search(r'name="measure" value="([^"]+)"', form)
    assert measure is not None
    assert 'name="account"' in form
    now = court_time(now_ms())
    sent = {**FREEZE, "measure": measure[1], "kind": "FREEZE", "over": "DEPOSIT",
            "executed": now.strftime("%Y-%m-%dT%H:%M")}  # fmt: skip
    wrong = officer.post(f"cases/{case}/measures", **{**sent, "amount_fen": "约28万"})
    assert (wrong.status_code, "form.amount_malformed" in wrong.text) == (400, True)
    for kept in (f'value="{measure[1]}"', 'value="恒通银行"', 'value="约28万"'):
        assert kept in wrong.text, "what was typed comes back"
    made = officer.post(f"cases/{case}/measures", **sent)
    assert made.url.endswith(f"/measures/{measure[1]}")
    assert "恒通银行尾号3391账户存款¥286,400.50" in made.text
    assert "6222***********3391" in made.text
    assert ACCOUNT not in made.text + officer.page("measures") + officer.page(f"cases/{case}")
    assert "期限为建议" in made.text
    asked = officer.page("cases/by-number")
    assert 'name="number"' in asked
    found = officer.post("cases/by-number", number=f"{ACCOUNT[:6]} {ACCOUNT[6:]}")
    assert found.text.count("data-case=") == 1
    assert f"measures/{measure[1]}" in found.text
    assert ACCOUNT not in found.text + found.url
    assert officer.post("cases/by-number", number=ACCOUNT[:-1]).text.count("data-case=") == 0
    short = officer.post("cases/by-number", number="3391")
    assert (short.status_code, "number.too_short" in short.text) == (400, True)
    assert made.text.count("data-notice=") == 4
    english = Reader(sqlite_centre, Role.CLERK).page(f"measures/{measure[1]}?lang=en")
    assert "协助执行通知书" not in english, "the buttons of its papers too"
    again = officer.post(f"cases/{case}/measures", **sent)
    assert again.url == made.url
    late = officer.post(
        f"measures/{measure[1]}/renewals", control_from="2020-01-01", control_to="2020-02-01",
        paper="x", served="2020-01-01",
    )  # fmt: skip
    assert (late.status_code, "measure.dates_wanted" in late.text) == (400, True)
    today = now.date().isoformat()
    gone = officer.post(
        f"measures/{measure[1]}/release", ground="DEBT_PAID", paper="解1号", day=today
    )
    assert "已解除" in gone.text
    closed = officer.post(f"measures/{measure[1]}/closing")
    assert (closed.status_code, "measure.party_untold" in closed.text) == (403, True)
    assert "轮候生效" not in gone.text


def test_u6_a_renewal_served_in_time_is_entered_on_the_page_of_what_lapsed(
    sqlite_centre: Centre,
) -> None:
    officer, run = Reader(sqlite_centre, Role.ENF_OFFICER), sqlite_centre.court.database.run
    case, now = sqlite_centre.court.seeded.cases[0].id, court_time(now_ms())
    ended = (now - dt.timedelta(1)).date().isoformat()
    page = officer.post(
        f"cases/{case}/measures", **FREEZE, measure=new_id(), kind="FREEZE", over="DEPOSIT",
        executed=(now - dt.timedelta(30)).strftime("%Y-%m-%dT%H:%M"),
        control_from=(now - dt.timedelta(30)).date().isoformat(), control_to=ended,
    )  # fmt: skip
    path = page.url.split("/desk/")[1]
    run(sweep)
    run(act)
    lapsed = officer.page(path)
    assert ("已失效" in lapsed, "届满前已续行，补录" in lapsed) == (True, True)
    dates = {"control_from": now.date().isoformat(), "paper": "续1号",
             "control_to": (now + dt.timedelta(300)).date().isoformat()}  # fmt: skip
    late = officer.post(f"{path}/renewals", **dates, served=now.date().isoformat())
    assert (late.status_code, "renewal.too_late" in late.text) == (403, True)
    assert "续1号" in late.text, "what was typed stays"
    renewed = officer.post(f"{path}/renewals", **dates, served=ended)
    assert "已续行" in renewed.text
    assert 'id="convert"' in renewed.text
    sold = officer.post(f"{path}/conversion", paper="扣划回执", day=now.date().isoformat())
    assert "已变价" in sold.text
    refused = Reader(sqlite_centre, Role.TECHNICIAN).post(f"{path}/conversion", paper="x", day="x")
    assert refused.status_code == 403


def test_the_form_follows_the_kind_and_refuses_what_it_does_not_know(
    sqlite_centre: Centre,
) -> None:
    officer = Reader(sqlite_centre, Role.ENF_OFFICER)
    case = sqlite_centre.court.seeded.cases[0].id
    vehicle = officer.page(f"cases/{case}/measures/new?kind=SEIZE/VEHICLE")
    assert 'name="vin"' in vehicle
    assert 'name="account"' not in vehicle
    for wrong in ("AUCTION/NONE", "FREEZE/VEHICLE", "x"):
        path = f"{officer.url}/cases/{case}/measures/new?kind={wrong}"
        assert officer.http.get(path, timeout=20).status_code == 400
    finance = Reader(sqlite_centre, Role.FINANCE)
    path = f"{finance.url}/cases/{case}/measures/new"
    assert finance.http.get(path, timeout=20).status_code == 403
    assert officer.http.get(f"{officer.url}/measures/none", timeout=20).status_code == 404


def test_a_list_of_thousands_is_shown_page_by_page_with_its_footage(
    sqlite_centre: Centre,
) -> None:
    scene, at_ms = Scene(sqlite_centre.court), sqlite_centre.court.clock()
    moment = FootageAt(new_id(), 9, at_ms - 60_000)
    rows = [SeizedItem(n, f"织机{n}", 1, "台", footage=moment) for n in range(1, 2_001)]
    act = scene.send(scene.body("seize_movables", items=rows, facts={"not_exempt": "1"}))
    facts = {"of_act": "seize_movables", "lot": "2", "first_number": "2001"}
    lot = [SeizedItem(n, f"织机{n}", 1, "台") for n in range(2_001, 2_501)]
    scene.send(scene.body("list_lot", items=lot, facts=facts))
    officer = Reader(sqlite_centre, Role.ENF_OFFICER)
    case = officer.page(f"cases/{sqlite_centre.court.seeded.cases[0].id}")
    assert "清单共 2500 项" in case
    assert ("织机20<" in case, "织机21<" in case) == (True, False)
    begun = time.perf_counter()
    page = officer.page(f"measures/{act.measure}/list?page=11")
    assert time.perf_counter() - begun < 2
    assert ("织机2001<" in page, "织机2200<" in page, "织机2201<" in page) == (True, True, False)
    first = officer.page(f"measures/{act.measure}/list?page=x")
    assert f"recordings/{moment.recording}?at={moment.wall_ms - 5_000}" in first
    assert "织机2500<" in officer.page(f"measures/{act.measure}/list?page=99999")
    page = officer.page(f"measures/{act.measure}")
    assert page.count("data-row=") == 20


def test_s11_a_page_lists_every_notice_that_the_measure_raised(sqlite_centre: Centre) -> None:
    officer, now = Reader(sqlite_centre, Role.ENF_OFFICER), court_time(now_ms())
    case, measure = sqlite_centre.court.seeded.cases[0].id, new_id()
    today = now.date()
    ends, renewed_to = today + dt.timedelta(days=90), today + dt.timedelta(days=400)
    made = officer.post(
        f"cases/{case}/measures", **FREEZE, measure=measure, kind="FREEZE", over="DEPOSIT",
        executed=now.strftime("%Y-%m-%dT%H:%M"), control_from=today.isoformat(),
        control_to=ends.isoformat(),
    )  # fmt: skip
    assert (made.text.count("data-notice="), made.text.count("data-told")) == (4, 1)
    renewed = officer.post(
        f"measures/{measure}/renewals", control_from=(ends + dt.timedelta(days=1)).isoformat(),
        control_to=renewed_to.isoformat(), paper="续1号", served=today.isoformat(),
    )  # fmt: skip
    assert (renewed.text.count("data-notice="), renewed.text.count("data-told")) == (8, 2)
    officer.post(f"measures/{measure}/release", ground="DEBT_PAID", paper="解1号",
                 day=today.isoformat())  # fmt: skip
    page = officer.page(f"measures/{measure}")
    told = re.findall(r"data-told>([^<]+?) <time", page)
    assert told == ["执行措施", "续行", "解除"]
    assert page.count("data-notice=") == page.count("data-notice-state=") == 12
    lanes = re.findall(r'data-party-role="(\w+)" data-channel="(\w+)"', page)
    assert lanes == 3 * [
        (role, channel) for role in ("APPLICANT", "DEBTOR") for channel in ("SMS", "PORTAL")
    ]
    assert page.count("data-told") == officer.page(f"measures/{measure}?lang=en").count("data-told")
    assert officer.page(f"cases/{case}").count("data-told") == 0


def test_a_queued_measure_says_what_the_law_says_instead_of_a_period(sqlite_centre: Centre) -> None:
    court, clerk = sqlite_centre.court, Reader(sqlite_centre, Role.CLERK)
    first = _register(court)
    waiting = _register(court, kind="QUEUED_FREEZE", control_from="", control_to="",
                        waits_for=first, facts={**FREEZE, "queue_position": "2"})  # fmt: skip
    page = clerk.page(f"measures/{waiting}")
    assert "没有控制期限" not in page
    assert all(one in page for one in (
        "自生效之日起计算（《最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定》（2020）第26条）",
        "法函〔2007〕100号", f'href="/desk/measures/{first}"',
    ))  # fmt: skip
