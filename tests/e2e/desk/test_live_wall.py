"""The live wall's pictures: their size and age, back in time, a still, and a link that only
carries sound; in a real browser, from a real device over the real relay."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from door.bench.kill import through
from door.proxy import Link, Proxy
from door.story.device import OfficersDevice
from door.supervisor import Supervisor
from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator, signed_in
from tests.patience import eventually

NARROW = {"width": 1150, "height": 800}
WIDE = {"width": 1440, "height": 900}
ONLY_SOUND = Link(rate_bits=90_000, delay_s=0.03)


@pytest.fixture
def commander(commander: DeskNavigator, court: Court) -> DeskNavigator:
    court.make_visit()
    if court.device.status().recording is None:
        court.recording = court.device.record(court.operation)
    return commander


def tile_of(desk: DeskNavigator, court: Court) -> Locator:
    return desk.page.locator(f"live-tile[device='{court.device.status().device}']")


def age_ms(tile: Locator) -> int:
    return int(tile.get_attribute("data-age-ms") or -1)


def test_s04_a_small_tile_asks_for_the_small_picture_and_the_spotlight_for_the_full_one(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    tile = tile_of(commander, court)
    # Given a wall whose tile is narrow, then the small rendition is shown and named
    commander.page.set_viewport_size(NARROW)
    commander.open("wall")
    expect(tile).to_have_attribute("data-rendition", "2")
    expect(tile).to_have_attribute("data-state", "live")
    expect(tile.locator("[data-part=rendition]")).to_have_text("小画面")
    commander.picture(pictures / "desk", "wall-small")
    # And the map says that no receiver measured where the device is
    here = commander.page.locator("presence-map text").filter(has_text="±15 m")
    expect(here).to_contain_text("模拟位置")
    # When the tile becomes wide, then the full one follows without a reload
    commander.page.set_viewport_size(WIDE)
    expect(tile).to_have_attribute("data-rendition", "1")
    expect(tile.locator("[data-part=rendition]")).to_have_text("全画面")
    # And the spotlight asks for it however narrow it is
    commander.page.set_viewport_size(NARROW)
    commander.open(f"wall/{court.device.status().device}")
    expect(tile).to_have_attribute("data-state", "live")
    expect(tile).to_have_attribute("data-rendition", "1")
    assert 0 < age_ms(tile) < 3_000
    assert commander.problems == []


def spotlight(desk: DeskNavigator, court: Court) -> Locator:
    """Open the live device's own page; return its tile."""
    desk.page.set_viewport_size(WIDE)
    desk.open(f"wall/{court.device.status().device}")
    desk.see_live(court.device.status().device)
    return tile_of(desk, court)


def test_s04_a_tile_goes_back_in_time_and_catches_up(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    page, tile = commander.page, spotlight(commander, court)
    page.wait_for_timeout(8_000)
    # When the key is pressed, then what was ten seconds ago is seen
    page.keyboard.press("ArrowLeft")
    expect(tile).to_have_attribute("data-state", "rewind")
    expect(tile.locator("[data-part=scrub-said]")).to_have_text(re.compile(r"^−\d+ s · 2×$"))
    for _ in range(200):  # the picture of then comes a moment after the word
        if (age := age_ms(tile)) > 4_000:
            break
        page.wait_for_timeout(50)
    assert 4_000 < age < 12_500
    commander.picture(pictures / "desk", "rewind")
    # Then the picture catches up by itself and is live again
    expect(tile).to_have_attribute("data-state", "live")
    expect(tile.locator("[data-part=scrub-said]")).to_have_text("现在")
    assert age_ms(tile) < 3_000
    # And who does not want to wait goes to what is now
    tile.locator("[data-part=scrub-range]").fill("-8")
    expect(tile).to_have_attribute("data-state", "rewind")
    tile.locator("[data-part=scrub-range]").blur()
    page.keyboard.press("ArrowRight")
    expect(tile).to_have_attribute("data-state", "live")
    assert commander.problems == []


def older_than(desk: DeskNavigator, court: Court, seconds: int) -> None:
    """Wait until the recording in the spotlight is so old."""
    elapsed = tile_of(desk, court).locator("[data-part=elapsed]")

    def age_s() -> int:
        parts = (elapsed.text_content() or "0").split(":")
        return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))

    eventually(lambda: age_s() > seconds, f"a recording of {seconds} s")


def test_s04_steps_back_add_up_however_quickly_they_follow(
    commander: DeskNavigator, court: Court
) -> None:
    page, tile = commander.page, spotlight(commander, court)
    older_than(commander, court, 75)
    said = tile.locator("[data-part=scrub-said]")
    # When the key is pressed three times, then what was half a minute ago is seen
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(120)
    expect(said).to_have_text(re.compile(r"^−(2[6-9]|3[0-3]) s · 2×$"))
    eventually(lambda: age_ms(tile) > 24_000, lambda: age_ms(tile))
    assert age_ms(tile) < 34_000
    # And a further step counts from what is in sight, up to a minute
    before = age_ms(tile)
    page.keyboard.press("ArrowLeft")
    eventually(lambda: age_ms(tile) > before + 4_000, lambda: (before, age_ms(tile)))
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    eventually(lambda: age_ms(tile) > 50_000, lambda: age_ms(tile))
    assert age_ms(tile) < 64_000
    page.keyboard.press("ArrowRight")
    expect(tile).to_have_attribute("data-state", "live")
    assert commander.problems == []


def test_s04_a_marker_stands_at_the_moment_in_sight(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    page, tile = commander.page, spotlight(commander, court)
    older_than(commander, court, 40)
    moment = page.locator("marker-moment")
    # Given a tile that is half a minute back, then the page says which moment a marker will be for
    tile.locator("[data-part=scrub-range]").fill("-30")
    tile.locator("[data-part=scrub-range]").blur()
    eventually(lambda: age_ms(tile) > 20_000, lambda: age_ms(tile))
    expect(moment).to_contain_text("所见画面")
    commander.picture(pictures / "desk", "rewind-marker")
    # When it is marked, then the moment on the screen is, and the viewer stays there
    page.keyboard.press("m")
    page.keyboard.type("推门的一刻")
    shown = clock_ms(tile)
    page.keyboard.press("Enter")
    expect(moment.locator("[data-part=said]")).to_have_text(re.compile(r"^已标记 \d\d:\d\d:\d\d$"))
    expect(tile).to_have_attribute("data-state", "rewind")
    said = moment.locator("[data-part=said]").text_content() or ""
    commander.open(f"operations/{court.operation}")
    line = page.locator("[data-marker]").filter(has_text="推门的一刻")
    at_ms = int(line.get_attribute("data-at-ms") or 0)
    assert -300 < at_ms - shown < 3_000, "as the picture went on while it was typed and sent"
    assert time.time() * 1000 - at_ms > 8_000
    expect(line).to_contain_text(said.removeprefix("已标记 "))
    assert commander.problems == []


def test_s04_the_room_marks_the_moment_in_sight_too(commander: DeskNavigator, court: Court) -> None:
    page, tile = commander.page, tile_of(commander, court)
    page.set_viewport_size(WIDE)
    commander.open(f"operations/{court.operation}")
    expect(tile).to_have_attribute("data-state", "live")
    older_than(commander, court, 30)
    tile.locator("[data-part=scrub-range]").fill("-20")
    tile.locator("[data-part=scrub-range]").blur()
    eventually(lambda: age_ms(tile) > 12_000, lambda: age_ms(tile))
    expect(page.locator("marker-moment")).to_contain_text("所见画面")
    page.keyboard.press("m")
    page.keyboard.type("在行动室标记")
    page.keyboard.press("Enter")
    line = page.locator("[data-marker]").filter(has_text="在行动室标记")
    expect(line).to_have_count(1)
    assert time.time() * 1000 - int(line.get_attribute("data-at-ms") or 0) > 6_000
    assert commander.problems == []


def test_s04_the_narrow_map_of_a_room_says_the_whole_of_who_is_where(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    commander.page.set_viewport_size(WIDE)
    commander.open(f"operations/{court.operation}")
    label = commander.page.locator("presence-map text.who")
    expect(label).to_contain_text("模拟位置")
    overhangs = label.evaluate(
        """label => {
          const said = label.getBoundingClientRect();
          const map = label.closest("presence-map").getBoundingClientRect();
          return Math.max(map.left - said.left, said.right - map.right, map.top - said.top);
        }"""
    )
    assert overhangs <= 0
    commander.picture(pictures / "desk", "room-map")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_s04_the_head_of_a_narrow_desk_stands_on_one_line(
    commander: DeskNavigator, language: str
) -> None:
    page = commander.page
    page.set_viewport_size({"width": 1024, "height": 768})
    commander.open("operations")
    if language == "en":
        page.locator("header a[lang=en]").click()
    head = page.locator(".desk > header")
    expect(head.locator("[data-part=clock]")).to_be_visible()
    whole = head.bounding_box()
    assert whole is not None
    ends = 0.0
    for place in range(head.locator("> *").count()):
        box = head.locator("> *").nth(place).bounding_box()
        if box is None or not box["width"]:
            continue
        assert box["height"] < 40, (place, box)
        assert box["x"] >= ends - 0.5, (place, box)
        ends = box["x"] + box["width"]
    assert ends <= whole["width"]


def test_s04_what_happens_and_where_stay_beside_a_narrow_spotlight(
    commander: DeskNavigator, court: Court, pictures: Path
) -> None:
    commander.page.set_viewport_size({"width": 1024, "height": 768})
    commander.open(f"wall/{court.device.status().device}")
    commander.see_live(court.device.status().device)
    for part in ("event-feed", "presence-map"):
        box = commander.page.locator(f".under {part}").bounding_box()
        assert box is not None
        assert box["height"] < 300, part
    commander.picture(pictures / "desk", "spotlight-narrow")


def clock_ms(tile: Locator) -> int:
    """Return the device's clock at the picture in sight."""
    return round(time.time() * 1000) - age_ms(tile)


@pytest.mark.timeout(480)
def test_s04_a_minute_ago_is_seen_at_twice_the_speed_until_now(
    commander: DeskNavigator, court: Court
) -> None:
    page, tile = commander.page, spotlight(commander, court)
    # Given a recording that is over a minute old
    expect(tile.locator("[data-part=elapsed]")).to_have_text(
        re.compile(r"^00:(01:[1-5]\d|0[2-9]:\d\d|[1-5]\d:\d\d)$"), timeout=120_000
    )
    # When the slider is drawn to its end
    tile.locator("[data-part=scrub-range]").fill("-60")
    tile.locator("[data-part=scrub-range]").blur()
    expect(tile).to_have_attribute("data-state", "rewind")
    for _ in range(400):
        if (began := age_ms(tile)) > 50_000:
            break
        page.wait_for_timeout(50)
    assert 50_000 < began < 64_000
    # Then what was a minute ago is seen, and the rest of it, not faster than twice
    since, ages = time.monotonic(), [began]
    while tile.get_attribute("data-state") == "rewind":
        assert time.monotonic() - since < 300, ages[-5:]
        page.wait_for_timeout(1_000)
        ages.append(age_ms(tile))
    took_s = time.monotonic() - since
    assert took_s > 25, ages
    leaps = [early - late for early, late in itertools.pairwise(ages[:-2])]
    assert max(leaps) < 6_000, ages
    # And it is live again by itself
    expect(tile).to_have_attribute("data-state", "live")
    assert age_ms(tile) < 3_000
    assert commander.problems == []


def test_s04_a_still_of_what_is_live_is_saved_and_written_down(
    commander: DeskNavigator, court: Court, tmp_path: Path
) -> None:
    page, tile = commander.page, tile_of(commander, court)
    commander.open(f"wall/{court.device.status().device}")
    commander.see_live(court.device.status().device)
    with page.expect_download() as saved:
        tile.locator("[data-part=still]").click()
    assert re.search(r"-\d{8}-\d{6}\.\d{3}\.jpg$", saved.value.suggested_filename)
    saved.value.save_as(tmp_path / "still.jpg")
    assert (tmp_path / "still.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    expect(tile.locator("[data-part=said]")).to_have_text(re.compile(r"^已保存 \d\d:\d\d:\d\d$"))
    commander.open(f"operations/{court.operation}")
    expect(page.locator("[data-look=still]").first).to_contain_text("截取实时画面")
    assert commander.problems == []


@pytest.fixture
def far_court(tmp_path: Path) -> Iterator[Court]:
    """A court whose device reaches the relay over a link that carries sound and no pictures."""
    made = Court(tmp_path / "far")
    with Proxy(made.site.stream_port, ONLY_SOUND, b"Mozilla") as proxy:
        through(made.site, proxy)
        try:
            made.start()
            yield made
        finally:
            made.close()


def test_s03_a_link_that_only_carries_sound_is_called_that(
    far_court: Court, page: Page, pictures: Path
) -> None:
    far_court.make_visit()
    desk = signed_in(page, far_court, "COMMANDER")
    page.set_viewport_size(WIDE)
    desk.open("wall")
    tile = tile_of(desk, far_court)
    expect(tile).to_have_attribute("data-state", "sound", timeout=60_000)
    expect(tile.locator("[data-part=message-head]")).to_have_text("仅声音")
    expect(tile.locator("[data-part=link-word]")).to_have_text("弱")
    expect(tile.locator("[data-part=archived-word]")).to_contain_text("待传")
    expect(tile.locator("[data-part=drain]")).not_to_have_text("")
    desk.picture(pictures / "desk", "sound-only")
    assert desk.problems == []


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Court, OfficersDevice]]:
    """A court of its own, and a second device that is not enrolled yet."""
    made, second = Court(tmp_path / "pair"), OfficersDevice(tmp_path / "second", "generated")
    with Supervisor(lambda _zh, _en: None) as supervisor:
        try:
            made.start()
            second.start(supervisor, tmp_path / "second.log")
            yield made, second
        finally:
            second.close()
            made.close()


def test_s04_the_others_beside_the_spotlight_are_live_too(
    pair: tuple[Court, OfficersDevice], page: Page, pictures: Path
) -> None:
    court, second = pair
    court.make_visit()
    desk = signed_in(page, court, "COMMANDER")
    code = desk.enrolment_code(court.seeded["officer"])
    other = second.enrol(court.url, code, "LJ-04").device
    second.record(court.operation)
    page.set_viewport_size(WIDE)
    # When one device is in the spotlight, then the other's picture is live beside it, and small
    desk.open(f"wall/{court.device.status().device}")
    mini = page.locator(f".mini live-tile[device='{other}']")
    expect(mini).to_have_attribute("data-state", "live")
    expect(mini).to_have_attribute("data-rendition", "2")
    expect(tile_of(desk, court)).to_have_attribute("data-rendition", "1")
    desk.picture(pictures / "desk", "spotlight-pair")
    # And a click puts it there
    mini.click()
    expect(page).to_have_url(f"{court.url}/desk/wall/{other}")
    expect(page.locator(f".mini live-tile[device='{other}']")).to_have_count(0)
    assert desk.problems == []
