"""A technician adds cameras over a bridge (V-08): one is pushed and seen on the wall, one fails and
says why, and nobody reads a secret back."""

from __future__ import annotations

import signal
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.court import Court
from tests.e2e.navigators import signed_in
from tests.integration.relay.cameras import pushing
from tests.ports import free_port


class SourcesPage:
    """The page of bridged sources, as its keeper uses it."""

    def __init__(self, page: Page, court: Court) -> None:
        self.desk, self.page = signed_in(page, court, "COMMANDER"), page
        expect(page.locator(".rail")).to_be_visible()
        self.desk.open("devices")
        page.locator("a[href$='/desk/sources']").click()

    def add(self, name: str, road: str, **fields: str) -> None:
        self.page.locator("[name=name]").fill(name)
        self.page.locator("[name=road]").select_option(road)
        for field, value in fields.items():
            self.page.locator(f"main form.stack8 [name={field}]").fill(value)
        self.page.locator("main form button.p").click()

    def row(self, name: str) -> Locator:
        return self.page.locator("tr[data-source]", has_text=name)


def test_v08_a_pushed_camera_is_seen_on_the_wall_and_in_the_archive(
    court: Court, page: Page, pictures: Path
) -> None:
    sources, port = SourcesPage(page, court), free_port()
    sources.add("执行车 3 号前视", "srt", port=str(port), secret="passphrase-of-3")
    row = sources.row("执行车 3 号前视")
    expect(row).to_contain_text("等待画面")
    expect(row).to_contain_text(f"srt://127.0.0.1:{port}")
    page.wait_for_timeout(1_000)
    address = f"srt://127.0.0.1:{port}?passphrase=passphrase-of-3"
    with pushing("-f", "mpegts", address) as camera:
        expect(row).to_contain_text("直播")
        source = row.get_attribute("data-source")
        sources.desk.picture(pictures / "desk", "sources")
        sources.desk.open("wall")
        sources.desk.see_live(str(source))
        sources.desk.picture(pictures / "desk", "sources-wall")
        # a camera that stands still is not called a device that records on its own
        camera.send_signal(signal.SIGSTOP)
        why = page.locator(f"live-tile[device='{source}'] [data-part=message-why]")
        expect(why).to_have_text("外接摄像头：中断期间没有录像，自动重新连接")
        sources.desk.picture(pictures / "desk", "sources-silent")
        # its recording ends with it, and still it is lost: nobody switched it off
        expect(page.locator("event-feed")).to_contain_text("执行车 3 号前视 断线")
        tile = page.locator(f"live-tile[device='{source}']")
        expect(tile).to_have_attribute("data-state", "off")
        expect(tile.locator("[data-part=link-word]")).to_contain_text("最后联系")
        sources.desk.open(f"devices/{source}")
        expect(page.locator("#device-state")).to_have_text("未连接")
        expect(page.locator("#device-contact")).not_to_have_text("—")
        sources.desk.picture(pictures / "desk", "sources-silent-device")
        sources.desk.open("sources")
        expect(row).to_contain_text("断开于")
        expect(row).not_to_contain_text("直播")
        sources.desk.picture(pictures / "desk", "sources-silent-row")
        sources.desk.open(f"wall/{source}")
        expect(tile).to_have_attribute("data-state", "off")
        sources.desk.open("wall")
        expect(tile).to_have_attribute("data-need", "lost")
    sources.desk.open("recordings")
    recording = page.locator("tr", has_text="执行车 3 号前视").first
    expect(recording).to_contain_text("外接设备")
    recording.locator("a.b").click()
    expect(page.locator("dl.kv").first).to_contain_text("此前无签名")

    sources.desk.open("sources")
    assert "passphrase-of-3" not in page.content()
    row.locator("button", has_text="停用").click()
    expect(row).to_contain_text("已停用")
    assert sources.desk.problems == []


def test_v08_a_live_h265_camera_is_seen_by_its_viewing_copy_in_the_large_picture(
    court: Court, page: Page, pictures: Path
) -> None:
    sources, port = SourcesPage(page, court), free_port()
    sources.add("执行车 5 号后视", "srt", port=str(port), secret="passphrase-of-5")
    row = sources.row("执行车 5 号后视")
    expect(row).to_contain_text("等待画面")
    page.wait_for_timeout(1_000)
    address = f"srt://127.0.0.1:{port}?passphrase=passphrase-of-5"
    with pushing("-f", "mpegts", address, video="hevc"):
        expect(row).to_contain_text("直播")
        source = str(row.get_attribute("data-source"))
        sources.desk.open(f"wall/{source}")
        sources.desk.see_live(source)
        sources.desk.picture(pictures / "desk", "sources-h265")
    sources.desk.open("sources")
    row.locator("button", has_text="停用").click()
    expect(row).to_contain_text("已停用")


def test_u1_a_camera_that_fails_says_why_and_bad_input_changes_nothing(
    court: Court, page: Page, pictures: Path
) -> None:
    sources = SourcesPage(page, court)
    before = page.locator("tr[data-source]").count()
    for fields in (
        {"road": "rtsp", "address": "rtsp://admin:secret@10.0.0.8/x"},
        {"road": "rtsp", "address": "http://10.0.0.8/x"},
        {"road": "srt", "port": "9351", "secret": "short"},
        {"road": "rtmp", "port": "80", "secret": "long-enough-key"},
    ):
        sources.add("坏的", **fields)
        expect(page.locator("#refused")).to_contain_text("source.bad_")
        sources.desk.open("sources")
    assert page.locator("tr[data-source]").count() == before

    sources.add("大厅摄像头", "rtsp", address="rtsp://127.0.0.1:9/stream1", secret="admin:x")
    row = sources.row("大厅摄像头")
    expect(row).to_contain_text("接入失败")
    expect(row).to_contain_text("连不上摄像头")
    give = page.locator("form[action$='/sources/operation']")
    give.locator("select[name=source]").select_option(label="大厅摄像头")
    chosen = give.locator("select[name=operation] option").nth(1)
    title = str(chosen.text_content()).split(" · ")[0]
    give.locator("select[name=operation]").select_option(value=str(chosen.get_attribute("value")))
    give.locator("button").click()
    expect(row).to_contain_text(title)
    expect(row.locator("button", has_text="停用")).to_be_visible()
    sources.desk.picture(pictures / "desk", "sources-failed")
    row.locator("button", has_text="停用").click()
    expect(row).to_contain_text("已停用")


def test_u1_who_may_not_manage_sources_is_refused(court: Court, page: Page) -> None:
    signed_in(page, court, "CLERK")
    expect(page.locator(".rail")).to_be_visible()
    answer = page.goto(f"{court.url}/desk/sources")
    assert answer is not None
    assert answer.status == 403
