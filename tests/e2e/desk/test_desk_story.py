"""The duty desk's story in a real browser, with a real device, relay, worker and centre."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator, signed_in

ORDER = "拍 1 号车床铭牌，复核数量"


@pytest.fixture
def desk(page: Page, court: Court) -> DeskNavigator:
    return DeskNavigator(page, court.url)


def test_a_wrong_password_is_refused_under_the_form(desk: DeskNavigator, court: Court) -> None:
    desk.sign_in(court.person("CLERK")[0], "not-the-password")
    expect(desk.page.get_by_role("alert")).to_contain_text("sign_in.wrong")
    assert desk.page.locator("[name=number]").input_value() == court.person("CLERK")[0]


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(
    desk: DeskNavigator, court: Court
) -> None:
    desk.open("cases")
    expect(desk.page).to_have_url(f"{court.url}/desk/sign-in?next=/desk/cases")
    number, password = court.person("CLERK")
    desk.page.locator("[name=number]").fill(number)
    desk.page.locator("[name=password]").fill(password)
    desk.page.locator("main form button").click()
    expect(desk.page).to_have_url(f"{court.url}/desk/cases")


def test_a_role_sees_only_what_it_may(desk: DeskNavigator, court: Court) -> None:
    desk.sign_in(*court.person("BAILIFF"))
    expect(desk.page.locator("nav")).not_to_contain_text("案件")
    desk.open(f"cases/{court.case['id']}")
    expect(desk.page.locator("code")).to_have_text("access.refused")


def test_the_whole_visit_from_the_desk(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    folder, page = pictures / "desk", commander.page
    # Given an officer whose device was enrolled with a code from the desk
    recording = court.arrive_and_record(commander.enrolment_code(court.seeded["officer"]))
    device = court.device.status().device
    # When he records, then the wall shows it live without a click
    commander.open("wall")
    commander.see_live(device)
    commander.picture(folder, "wall")
    tile = page.locator(f"live-tile[device='{device}']")
    expect(tile).to_have_attribute("data-recording", recording)
    first = int(tile.get_attribute("data-number") or -1)
    expect(tile).not_to_have_attribute("data-number", str(first))
    # And key 1 puts it into the spotlight
    page.keyboard.press("1")
    expect(page).to_have_url(f"{court.url}/desk/wall/{device}")
    commander.see_live(device)
    commander.picture(folder, "spotlight")
    # When an order is sent, then the officer has it and the page says so by itself
    page.keyboard.press("o")
    commander.send_order(ORDER)
    order = page.locator("[data-order]").filter(has_text=ORDER)
    expect(order.locator("[data-order-state=received]")).to_have_count(1)
    # When the duty officer marks the moment, then the marker stands in the room
    page.keyboard.press("m")
    page.keyboard.type("账册在保险柜内")
    page.keyboard.press("Enter")
    expect(page.locator("[data-marker]")).to_contain_text("账册在保险柜内")
    expect(page.locator("[data-part=delay]")).to_contain_text("90 秒")
    # When a seizure is recorded, then measure and both parties' notices come up by themselves
    court.seize()
    lanes = page.locator("[data-measure] svg.step5")
    expect(lanes).to_have_count(2)
    expect(page.locator("[data-measure]")).to_contain_text("有效")
    commander.picture(folder, "operation")
    assert commander.problems == []


def test_s_04_the_photo_of_a_seized_thing_is_seen_at_the_desk_and_checked(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    court.make_visit()
    page = commander.page
    commander.open("measures")
    page.locator("[data-row-open]").first.click()
    photo = page.locator("[data-exhibit][data-type='image/jpeg']").first
    for _ in range(20):
        if photo.get_by_role("button").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    photo.get_by_role("button").click()
    expect(photo).to_have_attribute("data-shown", "open")
    assert page.locator("exhibit-list img").evaluate("image => image.naturalWidth") > 300
    expect(page.locator("exhibit-list [data-part=check]")).to_have_text("与记录中的指纹一致")
    commander.picture(pictures / "desk", "exhibit")
    page.locator("exhibit-list [data-part=close]").click()
    expect(page.locator("exhibit-list dialog")).not_to_be_visible()


def test_both_parties_are_told_and_the_case_page_says_how_far(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    commander.open(f"cases/{court.case['id']}")
    page = commander.page
    for role in ("APPLICANT", "DEBTOR"):
        lane = page.locator(f"[data-party-role={role}][data-channel=SMS]").first
        for _ in range(80):
            if lane.get_attribute("data-notice-state") == "delivered":
                break
            page.wait_for_timeout(500)
            page.reload()
        expect(lane).to_have_attribute("data-notice-state", "delivered")
        expect(lane).to_contain_text("仅告知")
    commander.picture(pictures / "desk", "case")
    commander.open("simulated-sms")
    # other stories of this court may have told the parties of other things
    expect(page.locator("[data-sms]", has_text="实施扣押")).to_have_count(2)
    expect(page.locator("h1 + .chip")).to_have_text("simulated")
    commander.open("notices")
    page.locator(".lane").first.click()
    expect(page.locator(".trace li").first).to_contain_text("同一事务")
    commander.picture(pictures / "desk", "notices")


def test_a_dead_relay_is_shown_and_the_picture_comes_back(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    court.make_visit()
    device = court.device.status().device
    commander.open("wall")
    commander.see_live(device)
    tile = commander.page.locator(f"live-tile[device='{device}']")
    court.freeze("relay")
    expect(tile).to_have_attribute("data-state", "stall")
    expect(tile.locator("[data-part=message]")).to_contain_text("画面停在")
    commander.picture(pictures / "desk", "stalled")
    court.kill("relay")
    expect(tile).to_have_attribute("data-state", "live", timeout=40_000)


def test_the_archive_plays_and_the_package_is_saved(
    commander: DeskNavigator, court: Court, pictures: Path, tmp_path: Path
) -> None:
    court.device.stop("执行完毕")
    page = commander.page
    commander.open("recordings")
    for _ in range(40):
        if page.locator("tbody").inner_text().startswith("已存档"):
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("td a.b").first.click()
    player = page.locator("archive-player")
    expect(player).to_have_attribute("data-state", "ready")
    begun = player.get_attribute("data-clock") or ""
    page.locator("[data-part=play]").click()
    expect(player).not_to_have_attribute("data-clock", begun)
    expect(page.locator("b", has_text="无未说明中断")).to_be_visible()
    commander.picture(pictures / "desk", "archive")
    with page.expect_download() as saved:
        page.locator("bundle-export [data-key=e]").click()
    target = tmp_path / "bundle.zip"
    saved.value.save_as(target)
    with zipfile.ZipFile(target) as package:
        assert {"bundle.json", "facts.json", "ledger/head.json"} <= set(package.namelist())
    expect(page.locator("bundle-export")).to_have_attribute("data-state", "saved")
    assert commander.problems == []


def test_a_clip_and_a_still_are_saved_from_the_player(
    commander: DeskNavigator, court: Court, pictures: Path, tmp_path: Path
) -> None:
    court.make_visit()
    page = commander.page
    commander.open(f"recordings/{court.recording}")
    player, taker = page.locator("archive-player"), page.locator("clip-export")
    expect(player).to_have_attribute("data-state", "ready")
    begun = player.get_attribute("data-clock") or ""
    page.locator("[data-part=play]").click()
    expect(player).not_to_have_attribute("data-clock", begun)
    page.wait_for_timeout(500)
    # Given a beginning and an end at the player's position
    taker.locator("[data-part=from]").click()
    expect(taker.locator("[data-part=range]")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d – …$"))
    page.wait_for_timeout(700)
    taker.locator("[data-part=to]").click()
    # When the clip is taken, then it is an MP4 named by its own ends, and its gaps are told
    with page.expect_download() as saved:
        taker.locator("[data-part=mp4]").click()
    assert re.search(
        r"-\d{8}-\d{6}\.\d{3}-\d{8}-\d{6}\.\d{3}\.mp4$", saved.value.suggested_filename
    )
    saved.value.save_as(tmp_path / "clip.mp4")
    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
    expect(taker).to_have_attribute("data-state", "saved")
    expect(taker).to_have_attribute("data-missing", "0")
    expect(taker.get_by_role("status")).to_contain_text("无中断")
    # And the shown picture is a JPEG named by its time
    with page.expect_download() as still:
        taker.locator("[data-part=still]").click()
    assert re.search(r"-\d{8}-\d{6}\.\d{3}\.jpg$", still.value.suggested_filename)
    still.value.save_as(tmp_path / "still.jpg")
    assert (tmp_path / "still.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    commander.picture(pictures / "desk", "clip")
    assert commander.problems == []


def test_a_device_that_records_nothing_is_online_on_the_wall(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    court.make_visit()
    if not all(one.ended for one in court.device.recordings()):
        court.device.stop("执行完毕")
    device = court.device.status().device
    commander.page.wait_for_timeout(3_000)  # presence is told every two seconds
    commander.open("wall")
    tile = commander.page.locator(f"live-tile[device='{device}']")
    expect(tile).to_have_attribute("data-state", "idle")
    expect(tile.locator("[data-part=state-word]")).to_have_text("在线，未录制")
    expect(tile.locator("[data-part=message-head]")).to_have_text("在线，未录制")
    commander.picture(pictures / "desk", "idle")
    assert commander.problems == []


def test_the_ledger_shows_the_roots_fingerprint(commander: DeskNavigator, court: Court) -> None:
    commander.open("ledger")
    expect(commander.page.locator("[data-part=root]")).to_have_text(court.seeded["root"])


def test_english_pages_hold_no_chinese_words_of_ours(desk: DeskNavigator, court: Court) -> None:
    desk.sign_in(*court.person("DUTY_OFFICER"))
    desk.page.get_by_role("link", name="EN").click()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    for place in ("Wall", "Operations", "Archive", "Cases", "Notices", "Devices", "Ledger"):
        desk.page.locator("nav").get_by_text(place, exact=True).click()
        expect(desk.page.locator("h1").first).not_to_contain_text("台")
    court.make_visit()
    desk.open(f"recordings/{court.recording}")
    taker = desk.page.locator("clip-export")
    expect(taker.locator("[data-part=mp4]")).to_have_text("Export MP4")
    expect(taker).not_to_contain_text(re.compile(r"[一-龥]"))


def test_without_scripts_staff_still_read_and_order(court: Court, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    desk = signed_in(context.new_page(), court, "COMMANDER")
    desk.open(f"operations/{court.operation}")
    desk.send_order("不用脚本也能下达")
    expect(desk.page.locator("[data-order]").first).to_contain_text("不用脚本也能下达")
    desk.open(f"operations/{court.operation}")
    desk.send_order("   ")
    expect(desk.page.locator(".ordform .err")).to_contain_text("order.empty")
    context.close()


def test_a_form_without_its_token_changes_nothing(court: Court) -> None:
    browser = requests.Session()
    number, password = court.person("COMMANDER")
    browser.post(f"{court.url}/desk/sign-in", data={"number": number, "password": password})
    answer = browser.post(
        f"{court.url}/desk/operations/{court.operation}/orders", data={"text": "伪造的指令"}
    )
    assert answer.status_code == 403
    assert "session.csrf" in answer.text
    page = browser.get(f"{court.url}/desk/operations/{court.operation}").text
    assert "伪造的指令" not in page
