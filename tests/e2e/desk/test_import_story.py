"""A clerk brings a recorder's file (V-08): on the page, through a cut, to playback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from schemas.verification.steps import verify
from tests.e2e.court import Court
from tests.e2e.navigators import signed_in
from tests.integration.films import recorder_file

AHEAD_S = 95


class ImportPage:
    """The page of imports, as the clerk uses it."""

    def __init__(self, page: Page, court: Court, role: str = "COMMANDER") -> None:
        self.desk, self.page = signed_in(page, court, role), page
        expect(page.locator(".rail")).to_be_visible()
        self.desk.open("imports")

    @property
    def form(self) -> Locator:
        return self.page.locator("import-lot")

    def fill(self, *films: Path, operation: str = "", started: str = "") -> None:
        self.form.locator("[data-part=files]:not([webkitdirectory])").set_input_files(films)
        if self.page.locator("[name=recorder] option").count() == 1:
            self.page.locator("[name=recorder_name]").fill("DSJ-7 0312")
        self.page.locator("[name=ahead]").fill(str(AHEAD_S))
        if operation:
            self.page.locator("[name=operation]").select_option(operation)
        if started:
            self.page.locator("[name=started]").fill(started)

    def begin(self) -> None:
        self.form.locator("button.p").click()

    def row(self, name: str) -> Locator:
        return self.page.locator("tr[data-import]", has_text=name).first

    def wait_in(self, name: str) -> None:
        """Wait until the page says that the file is in; it looks again by itself."""
        expect(self.row(name)).to_contain_text("已入库", timeout=60_000)
        expect(self.row(name).locator("a.b")).to_be_visible(timeout=20_000)


def test_v08_a_clerk_brings_a_recorders_file_and_it_plays(
    court: Court, page: Page, tmp_path: Path, pictures: Path
) -> None:
    film = recorder_file(tmp_path / "20260312_142107.mov", audio="alaw")
    clerk = ImportPage(page, court)
    clerk.fill(film, operation=court.operation)
    expect(page.locator("[name=started]")).to_have_value("2026-03-12T14:21:07")
    clerk.desk.picture(pictures / "desk", "import-form")
    clerk.begin()
    expect(clerk.form.locator("progress")).to_be_visible()
    clerk.wait_in(film.name)
    expect(clerk.row(film.name)).to_contain_text("记录仪时钟快 00:01:35")
    clerk.desk.picture(pictures / "desk", "import-list")

    clerk.row(film.name).locator("a.b").click()
    expect(page.locator("archive-player")).to_have_attribute("data-state", "ready")
    facts = page.locator("dl.kv").first
    expect(facts).to_contain_text("此前无签名")
    expect(facts).to_contain_text(film.name)
    expect(page.locator("h1 ~ .chip", has_text="记录仪文件（导入）")).to_be_visible()
    clerk.desk.picture(pictures / "desk", "import-recording")

    with page.expect_download() as download:
        page.locator("bundle-export button.p").click()
    bundle = tmp_path / "bundle.zip"
    download.value.save_as(bundle)
    report = verify(bundle, None)
    told = [remark.zh for step in report.steps for remark in step.remarks]
    assert any("保管自中继收到时" in words for words in told), report.verdict
    assert not [step for step in report.steps if step.findings], report.verdict
    assert clerk.desk.problems == []


def test_v08_an_upload_goes_on_after_a_cut_and_after_a_closed_page(
    court: Court, page: Page, tmp_path: Path
) -> None:
    film = recorder_file(tmp_path / "20260312_150000.mp4")
    film.write_bytes(film.read_bytes() + b"\0\0\0\x08free" * 1_200_000)  # over one piece of 8 MiB
    clerk = ImportPage(page, court)
    clerk.fill(film)
    puts: list[str] = []

    def cut(route: Route, request: Request) -> None:
        """Let the first piece through, then nothing."""
        if request.method == "PUT":
            puts.append(request.url)
            if len(puts) > 1:
                route.abort()
                return
        route.continue_()

    page.route(re.compile(r"/v1/imports/"), cut)
    clerk.begin()
    expect(clerk.form.locator("file-import [role=status]")).to_contain_text("连接中断")
    page.on("dialog", lambda dialog: dialog.accept())
    clerk.desk.open("imports")
    held = clerk.row(film.name).locator("file-import")
    expect(held.locator("[role=status]")).to_contain_text("已存 8")
    page.unroute(re.compile(r"/v1/imports/"))  # not before: the page left would try again
    other = tmp_path / film.name.replace("15", "16")
    other.write_bytes(film.read_bytes())
    held.locator("[data-part=file]").set_input_files(other)
    expect(held.locator("[role=status]")).to_contain_text("不是同一个文件")
    held.locator("[data-part=file]").set_input_files(film)
    clerk.wait_in(film.name)


def test_v08_an_upload_that_runs_says_so_to_whoever_looks(
    court: Court, page: Page, chromium: Browser, tmp_path: Path, pictures: Path
) -> None:
    film = recorder_file(tmp_path / "20260312_160000.mp4")
    film.write_bytes(film.read_bytes() + b"\0\0\0\x08free" * 1_200_000)
    clerk = ImportPage(page, court)
    clerk.fill(film, operation=court.operation)
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000,
    })  # fmt: skip
    with chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}) as another:
        # another page is open before the file is announced, and shows it without a reload
        seen = ImportPage(another.new_page(), court, "DUTY_OFFICER")
        row = seen.row(film.name)
        expect(row).to_have_count(0)
        clerk.begin()
        expect(clerk.form.locator("file-import")).to_contain_text("上传中")
        expect(row.locator(".chip")).to_have_text("上传中")
        expect(row).to_contain_text("DSJ-7 0312")
        expect(clerk.row(film.name)).to_have_count(0)  # where it is brought it has its row already
        held = float(row.locator("progress").get_attribute("value") or 0)
        expect(row.locator("[data-part=again]")).to_be_hidden()
        expect(row.locator("progress")).not_to_have_attribute("value", str(held))
        assert float(row.locator("progress").get_attribute("value") or 0) > held
        seen.desk.picture(pictures / "desk", "import-uploading")
        # the clerk's page is closed amid the upload: who looks learns that nobody sends
        page.close(run_before_unload=False)
        expect(row.locator(".chip")).to_have_text("等待上传")
        expect(row.locator("[data-part=again]")).to_be_visible()
        row.locator("[data-part=file]").set_input_files(film)
        expect(row.locator(".chip")).to_have_text("上传中")
        seen.wait_in(film.name)
        assert seen.desk.problems == []


def test_u1_a_file_that_is_no_film_says_so_on_the_page(
    court: Court, page: Page, tmp_path: Path
) -> None:
    film = tmp_path / "broken.mp4"
    film.write_bytes(b"no film" * 1000)
    clerk = ImportPage(page, court)
    clerk.fill(film, started="2026-03-12T14:21:07")
    clerk.begin()
    expect(clerk.row(film.name)).to_contain_text("读不出画面")
    expect(clerk.row(film.name)).to_contain_text("SHA-256")


def test_v08_a_whole_card_is_brought_and_what_is_refused_stops_nothing(
    court: Court, page: Page, tmp_path: Path, pictures: Path
) -> None:
    card = tmp_path / "DCIM"
    card.mkdir()
    later = recorder_file(card / "20260312_183000.mp4")
    first = recorder_file(card / "20260312_181500.mp4")
    future = recorder_file(card / "20990312_180000.mp4")
    (card / "DSJ.log").write_text("recorder's own log")
    clerk = ImportPage(page, court)
    clerk.form.locator("[data-part=files][webkitdirectory]").set_input_files(card)
    rows = clerk.form.locator("file-import")
    names = [first.name, later.name, future.name]
    expect(rows.locator("[data-part=name]")).to_have_text(names)  # by the recorder's clock
    expect(clerk.form.locator("[data-part=left-out]")).to_contain_text("DSJ.log")
    page.locator("[name=recorder]").select_option("")
    page.locator("[name=recorder_name]").fill("DSJ-9 0907")
    clerk.begin()
    said = rows.nth(2).locator("[role=status]")
    expect(said).to_have_text(re.compile("开始时间不能在将来 · import.malformed$"))
    for row in (rows.nth(0), rows.nth(1)):
        expect(row).to_have_attribute("data-state", "done", timeout=60_000)
    expect(clerk.form.locator("[data-part=said]")).to_have_text("共 3 · 已送达 2 · 未完成 1")
    clerk.desk.picture(pictures / "desk", "import-lot")
    # what was refused is mended and brought alone, and then the list has all three
    rows.nth(2).locator("[name=started]").fill("2026-03-12T18:45:00")
    clerk.begin()
    for name in names:
        clerk.wait_in(name)
        expect(clerk.row(name)).to_contain_text("DSJ-9 0907")


@pytest.mark.parametrize("role", ["TECHNICIAN", "PRESIDENT"])
def test_u1_who_may_not_import_does_not_see_the_page(court: Court, page: Page, role: str) -> None:
    signed_in(page, court, role)
    answer = page.goto(f"{court.url}/desk/imports")
    assert answer is not None
    assert answer.status == 403


def test_v08_h265_plays_by_its_viewing_copy_where_the_browser_has_none(
    court: Court, page: Page, tmp_path: Path
) -> None:
    film = recorder_file(tmp_path / "20260312_170000.mp4", video="hevc")
    clerk = ImportPage(page, court)
    clerk.fill(film)
    clerk.begin()
    clerk.wait_in(film.name)
    clerk.row(film.name).locator("a.b").click()
    picture = page.locator("archive-picture").first
    expect(picture).to_have_attribute("data-shows", "copy")
    expect(picture.locator("[data-part=shows]")).to_have_text("观看副本 · 原画面为 H.265")
    expect(picture.locator("[data-part=message]")).to_be_hidden()
    expect(picture.locator("[data-part=osd-time]")).to_contain_text("16:58:2")
