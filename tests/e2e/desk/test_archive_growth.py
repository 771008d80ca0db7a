"""An open archive page of a recording that still runs: its timeline grows by itself, what the
viewer does stays as it is, and the page says that it runs until it does not."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from door.story.desk import Desk
from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator
from tests.patience import eventually


def _number(of: Locator, name: str) -> int:
    return int(of.get_attribute(name) or 0)


def test_s03_an_open_page_of_a_running_recording_grows_and_says_so(
    page: Page, commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    code = commander.enrolment_code(str(court.seeded["officer"]))
    recording = court.arrive_and_record(code)
    player, line = page.locator("archive-player"), page.locator("time-line")

    def opened() -> bool:
        commander.open(f"recordings/{recording}")
        return player.count() == 1 and _number(player, "data-to-ms") > 0

    eventually(opened, "the centre knows it")
    expect(player).to_have_attribute("data-state", "ready")
    expect(page.locator("#rec-state")).to_have_text("录制中")
    section = page.locator("[data-part=timeline]")
    expect(section).to_contain_text("仍在录制，时间轴自行延长")
    first_ms, looked_at = _number(player, "data-to-ms"), player.get_attribute("data-clock")
    page.locator("input[name=go]").fill("14:2")
    eventually(lambda: _number(player, "data-to-ms") > first_ms, "it grows")
    assert _number(line, "data-to-ms") == _number(player, "data-to-ms")
    # what the viewer looks at and what he types stays
    assert player.get_attribute("data-clock") == looked_at
    expect(page.locator("input[name=go]")).to_have_value("14:2")
    expect(page.locator("input[name=go]")).to_be_focused()
    commander.picture(pictures / "desk", "archive-grows")

    # at its end the player waits for what is being recorded, and goes on by itself
    page.locator("input[name=go]").fill("")
    page.locator("input[type=range]").fill("1000")
    page.locator("archive-player [data-part=play]").first.click()
    eventually(
        lambda: _number(player, "data-clock") > first_ms + 20_000, "played past the known end"
    )
    expect(player).to_have_attribute("data-playing", "true")

    court.device.stop("执行完毕")
    expect(page.locator("#rec-state")).to_have_text("已存档", timeout=120_000)
    expect(section).not_to_contain_text("仍在录制")
    expect(page.locator("#rec-facts")).to_contain_text("无未说明中断")
    expect(player).to_have_attribute("data-playing", "false", timeout=60_000)
    commander.picture(pictures / "desk", "archive-grown")
    assert commander.problems == []


def test_s03_what_is_done_meanwhile_comes_into_the_list_of_an_open_page(
    page: Page, commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    court.make_visit()
    if court.device.status().recording is None:
        court.recording = court.device.record(court.operation)
    other = Desk(court.url, "DUTY_OFFICER")
    other.sign_in(*court.person("DUTY_OFFICER"))
    player, deeds = page.locator("archive-player"), page.locator("#rec-deeds button")

    def opened() -> bool:
        commander.open(f"recordings/{court.recording}")
        return player.count() == 1

    eventually(opened, "the centre knows it")
    expect(player).to_have_attribute("data-state", "ready")
    before = deeds.count()
    read_now = deeds.first.get_attribute("id")
    deeds.first.focus()
    # When somebody else commands and marks, then this page shows both without a reload
    other.send_order(court.operation, "先清点再装箱")
    other.mark(court.operation, "窗边的箱子")
    expect(deeds.filter(has_text="先清点再装箱")).to_have_count(1)
    expect(deeds.filter(has_text="窗边的箱子")).to_have_count(1)
    expect(page.locator("#rec-count")).to_have_text(str(before + 2))
    expect(page.locator(f"#{read_now}")).to_be_focused()
    # And what came is on the timeline, leads to its moment, and stands there as a subtitle
    expect(page.locator("time-line title").filter(has_text="窗边的箱子")).to_have_count(1)
    marked = deeds.filter(has_text="窗边的箱子")
    cue = page.locator("[data-part=cue]")

    def said() -> bool:
        marked.click()
        return "窗边的箱子" in (cue.text_content() or "")

    eventually(said, "the footage of that moment came")
    # A marker of one's own is set without leaving the moment that is looked at
    at = player.get_attribute("data-clock")
    page.keyboard.press("m")
    page.keyboard.type("又看了一遍")
    page.keyboard.press("Enter")
    expect(deeds.filter(has_text="又看了一遍")).to_have_count(1)
    assert player.get_attribute("data-clock") == at
    expect(page.locator("marker-moment [data-part=said]")).to_contain_text("已标记")
    commander.picture(pictures / "desk", "archive-deeds")
    assert commander.problems == []
