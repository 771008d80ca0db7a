"""The archive's player in a real browser: two devices on one clock, with a gap, a private interval
and a track that are known beforehand."""

from __future__ import annotations

import hashlib
import json
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from schemas.derived import DERIVATION, DERIVED, Derivation, Derived
from schemas.media.fragment import Place
from schemas.sign import Envelope, decode, decode_payload
from schemas.time import court_time, now_ms
from tests.e2e.court import Court
from tests.e2e.navigators import signed_in
from tests.e2e.planted import PlantedDevice
from tests.integration.relay.footage import FRAGMENT_MS, Recorder
from tests.patience import eventually

SECONDS = 40
MISSING = range(75, 100)
"""Of the first device: 15 s to 20 s."""
PRIVATE = range(140, 165)
"""Of the second one: 28 s to 33 s of its own, and it begins 4 s later."""
LATER_MS = 4_000


def _walk(number: int) -> Place | None:
    """Go north-east and do not know where between 10 s and 14 s."""
    if 50 <= number < 70:
        return None
    return Place(231_291_100 + number * 400, 1_132_643_850 + number * 300, 800)


class Scene:
    """The court with both recordings in its archive."""

    def __init__(self, court: Court) -> None:
        began = now_ms() - (SECONDS + 20) * 1000
        self.court = court
        self.first: Recorder = PlantedDevice(court, "LJ-11").record(
            MISSING, seconds=SECONDS, started_ms=began, place=_walk
        )
        self.second: Recorder = PlantedDevice(court, "LJ-12").record(
            seconds=SECONDS, started_ms=began + LATER_MS, private=PRIVATE
        )

    def at(self, seconds: float) -> int:
        """The wall clock so long after the first recording began."""
        return self.first.started_ms + round(seconds * 1000)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = Court(tmp_path_factory.mktemp("archive"))
    try:
        made.start()
        yield Scene(made)
    finally:
        made.close()


class Player:
    """The duty officer before the archive's player."""

    def __init__(self, page: Page, scene: Scene) -> None:
        self.desk = signed_in(page, scene.court, "COMMANDER")
        self.page, self.scene = page, scene
        self.open()

    def open(self) -> None:
        """Open the first device's recording once the centre knows both, and the archive the gap."""
        pictures = self.page.locator("archive-player:not([data-gaps='']) archive-picture")
        self.desk.open_until(f"recordings/{self.scene.first.id}", lambda: pictures.count() == 2)
        expect(self.root).to_have_attribute("data-state", "ready")

    @property
    def root(self) -> Locator:
        return self.page.locator("archive-player")

    def picture(self, place: int) -> Locator:
        return self.page.locator("archive-picture").nth(place)

    def part(self, name: str) -> Locator:
        return self.root.locator(f"[data-part={name}]").first

    def clock(self) -> int:
        return int(self.root.get_attribute("data-clock") or 0)

    def go(self, words: str) -> None:
        self.page.locator("input[name=go]").fill(words)
        self.page.locator("form.go button").first.click()

    def go_second(self, seconds: int) -> None:
        """Go to a fragment's number of the first device by its second."""
        self.go(str(seconds * 1000 // FRAGMENT_MS))

    def shown(self, place: int) -> float:
        """The wall clock of the picture that is shown, seconds of the day."""
        text = self.picture(place).locator("[data-part=osd-time]").inner_text()
        hours, minutes, rest = text.split(" ")[-1].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(rest)

    def until_clock(self, wall_ms: int, patience_s: float = 20) -> None:
        until = time.monotonic() + patience_s
        while self.clock() < wall_ms:
            assert time.monotonic() < until, f"{self.clock()} never became {wall_ms}"
            self.page.wait_for_timeout(50)


@pytest.fixture
def player(page: Page, scene: Scene) -> Player:
    return Player(page, scene)


def test_s03_two_devices_play_on_one_clock(player: Player, pictures: Path) -> None:
    expect(player.picture(1)).to_have_attribute("data-shows", "gap")  # it came four seconds later
    player.go_second(6)
    expect(player.picture(0)).to_have_attribute("data-shows", "full")
    expect(player.picture(1)).to_have_attribute("data-shows", "full")
    player.part("play").click()
    player.until_clock(player.scene.at(9))
    apart = [player.shown(0) - player.shown(1) for _ in range(8)]
    assert max(map(abs, apart)) < 0.35, apart
    player.desk.picture(pictures / "desk", "archive-two")
    # the other device comes to the front with one click, and its sound with it
    player.part("play").click()
    player.picture(1).click()
    expect(player.picture(1)).to_have_attribute("data-main", "")
    assert player.desk.problems == []


def test_s03_a_fragment_or_a_time_is_found_and_what_is_missing_says_so(player: Player) -> None:
    player.go("42")
    assert player.clock() == player.scene.at(8.4)
    expect(player.picture(0).locator("[data-part=osd-number]")).to_have_text("段 0042")
    player.go("80")
    expect(player.part("said")).to_contain_text("未存档")
    assert player.clock() == player.scene.at(8.4)
    player.go("abc")
    expect(player.part("said")).to_contain_text("段号")
    elsewhere = court_time(player.scene.at(12 * 3600))  # noon or midnight, never in these minutes
    player.go(elsewhere.strftime("%H:%M:%S"))
    expect(player.part("said")).to_contain_text("不在本次录像")


_SAMPLES = """async (player) => {
  const samples = [];
  for (let i = 0; i < 30; i++) {
    samples.push([performance.now(), Number(player.dataset.clock)]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return samples;
}"""


@pytest.mark.parametrize("speed", ["0.25", "8"])
def test_s03_speeds(player: Player, speed: str) -> None:
    player.go_second(21)
    expect(player.root).to_have_attribute("data-waits", "false")
    player.root.locator("select").select_option(speed)
    player.part("play").click()
    samples = player.root.evaluate(_SAMPLES)
    # over a second each, by the page's own clock; a busy machine waits between, so the best counts
    best = max(
        (clock - begun) / (at - since)
        for since, begun in samples
        for at, clock in samples
        if 900 < at - since < 1400
    )
    assert 0.6 < best / float(speed) < 1.5


def test_s03_a_gap_is_shown_and_lived_through(player: Player, pictures: Path) -> None:
    player.go_second(14)
    expect(player.root).to_have_attribute("data-waits", "false")
    player.part("play").click()
    expect(player.picture(0)).to_have_attribute("data-shows", "gap")
    message = player.picture(0).locator("[data-part=message]")
    expect(message).to_contain_text("此处无录像")
    expect(message).to_contain_text("录像恢复于")
    expect(player.picture(1)).to_have_attribute("data-shows", "full")
    player.desk.picture(pictures / "desk", "archive-gap")
    player.until_clock(player.scene.at(17))  # the other device carries the clock on
    expect(player.picture(0)).to_have_attribute("data-shows", "full")
    assert player.clock() >= player.scene.at(19)  # told four times a second, not at each frame
    # and the key for the next gap leads back to it
    player.part("play").click()
    player.go_second(1)
    player.part("gap").click()
    assert player.scene.at(12) < player.clock() < player.scene.at(15)


def test_u01_a_private_interval_stays_closed_and_says_so(player: Player) -> None:
    player.go_second(35)  # 31 s of the second device
    picture = player.picture(1)
    expect(picture).to_have_attribute("data-shows", "private")
    expect(picture.locator("[data-part=message-head]")).to_have_text("隐私时段，未开放")
    expect(player.picture(0)).to_have_attribute("data-shows", "full")
    player.go_second(38)
    expect(picture).to_have_attribute("data-shows", "full")


def _pin(where: Locator) -> tuple[float, float]:
    """Where on the map the device is drawn."""
    pin = where.locator("circle.here")
    return float(pin.get_attribute("cx") or 0), float(pin.get_attribute("cy") or 0)


def test_s03_the_track_follows_and_leads(player: Player) -> None:
    where = player.page.locator("track-map")
    expect(where).to_have_attribute("data-points", re.compile(r"^[1-9]\d+$"))
    expect(where.locator("path.broken")).to_have_count(2)  # no place known, no footage
    expect(player.page.locator("time-line .trkline")).to_have_count(3)
    player.go_second(30)
    there = _pin(where)
    player.go_second(5)
    here = _pin(where)
    assert here[0] < there[0]
    assert here[1] > there[1]
    where.click(position={"x": there[0], "y": there[1]})
    assert abs(player.clock() - player.scene.at(30)) < 3_000


def test_s03_a_marker_becomes_a_subtitle(player: Player, pictures: Path) -> None:
    player.go_second(24)
    player.page.locator(".markform [name=text]").fill("账册在保险柜内")
    player.page.locator(".markform button").click()
    expect(player.root).to_have_attribute("data-state", "ready")
    deed = player.page.locator("[data-cue]", has_text="账册在保险柜内")
    deed.click()
    assert abs(player.clock() - player.scene.at(24)) < 50
    cue = player.part("cue")
    expect(cue).to_contain_text("账册在保险柜内")
    player.desk.picture(pictures / "desk", "archive-subtitle")
    player.part("cues").click()
    expect(cue).to_be_hidden()
    player.part("cues").click()
    player.go_second(31)
    expect(cue).to_be_hidden()
    assert player.desk.problems == []


def test_s07_a_clip_says_its_gap_and_a_refusal_keeps_its_code(player: Player) -> None:
    page = player.page
    taker = page.locator("clip-export")
    status = taker.get_by_role("status")
    player.go_second(12)
    taker.locator("[data-part=from]").click()
    player.go_second(23)
    taker.locator("[data-part=to]").click()
    with page.expect_download() as saved:
        taker.locator("[data-part=mp4]").click()
    assert saved.value.suggested_filename.endswith(".mp4")
    expect(status).to_have_text(re.compile(r"有中断，缺 25 段: \d\d:\d\d:\d\d–\d\d:\d\d:\d\d$"))
    taker.evaluate_handle("one => { one.dataset.recording = one.dataset.recording.slice(0, -1) }")
    taker.locator("[data-part=mp4]").click()
    expect(status).to_have_text("未完成 · 没有这段录像 · recording.unknown")
    expect(taker.locator("[data-part=mp4]")).to_be_enabled()


def test_s07_the_whole_operation_is_one_zip_without_what_is_private(
    player: Player, pictures: Path, tmp_path: Path
) -> None:
    taker = player.page.locator("clip-export")
    with player.page.expect_download() as saved:
        taker.locator("[data-part=films]").click()
    saved.value.save_as(tmp_path / "films.zip")
    with zipfile.ZipFile(tmp_path / "films.zip") as packed:
        names = packed.namelist()
        contents = json.loads(packed.read("contents.json"))
    assert [name.split("-")[2:4] for name in names[:2]] == [["LJ", "11"], ["LJ", "12"]]
    facts = {one["facts"]["recording"]: one["facts"] for one in contents}
    assert facts[player.scene.first.id]["missing"] == len(MISSING)
    assert facts[player.scene.second.id]["closed"] == len(PRIVATE)
    expect(taker.get_by_role("status")).to_contain_text("2 段录像")
    line = taker.get_by_role("status").bounding_box()
    assert line is not None
    assert line["height"] < 50, "a sentence of two lines at most, not a column of words"
    player.desk.picture(pictures / "desk", "archive-films")
    assert player.desk.problems == []


def test_s07_a_broken_download_goes_on(player: Player) -> None:
    page = player.page
    broken: list[str] = []

    def cut(route: Route) -> None:
        """Half of the file, then nothing: as a connection that breaks."""
        answer = route.fetch()
        asked = route.request.headers.get("range", "")
        broken.append(asked)
        body = answer.body()
        route.fulfill(response=answer, body=body[: len(body) // 2] if len(broken) == 1 else body)

    page.route("**/v1/exports/*/file", cut)
    taker = page.locator("clip-export")
    with page.expect_download() as saved:
        taker.locator("[data-part=mp4]").click()
    assert broken[0] == "bytes=0-"
    assert int(broken[1].removeprefix("bytes=").rstrip("-")) > 0
    assert saved.value.path().read_bytes()[4:8] == b"ftyp"
    expect(taker).to_have_attribute("data-state", "saved")


def test_s07_the_contact_sheet_seeks_and_is_saved(
    player: Player, pictures: Path, tmp_path: Path
) -> None:
    sheet = player.page.locator("contact-sheet")
    sheet.locator("[data-part=open]").click()
    expect(sheet).to_have_attribute("data-state", "ready")
    player.desk.picture(pictures / "desk", "archive-sheet")
    with player.page.expect_download() as saved:
        sheet.locator("[data-part=save]").click()
    saved.value.save_as(tmp_path / "sheet.jpg")
    assert (tmp_path / "sheet.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    canvas = sheet.locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.18})  # third of twenty
    expect(sheet.locator("dialog")).to_be_hidden()
    assert player.clock() == player.scene.at(5)
    assert player.desk.problems == []


def test_s07_a_page_that_is_open_for_hours_asks_by_its_newest_ticket(
    page: Page, scene: Scene
) -> None:
    given: list[str] = []

    def soon_over(route: Route) -> None:
        """Say that the ticket is over in a moment, as if an hour had gone by."""
        ticket = route.fetch().json()
        if scene.first.id in (route.request.post_data or ""):
            given.append(ticket["ticket"])
        route.fulfill(json={**ticket, "until_ms": now_ms() + 6_000})

    page.route("**/desk/tickets/play", soon_over)
    player = Player(page, scene)
    first = len(given)
    eventually(lambda: page.wait_for_timeout(100) or len(given) > first, "another ticket")
    with page.expect_request("**/sheet?**") as asked:
        player.page.locator("contact-sheet [data-part=open]").click()
    ticket = asked.value.headers["authorization"].removeprefix("Bearer ")
    assert ticket in given[first:]
    expect(page.locator("contact-sheet")).to_have_attribute("data-state", "ready")


def test_s72_a_derived_copy_bears_its_viewer_and_hides_what_was_drawn(
    player: Player, pictures: Path, tmp_path: Path
) -> None:
    page = player.page
    player.go_second(3)
    page.locator("clip-export > [data-part=from]").click()
    player.go_second(8)
    page.locator("clip-export > [data-part=to]").click()
    copy = page.locator("derived-copy")
    copy.locator("[data-part=open]").click()
    canvas = copy.locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    expect(copy.locator("[data-part=rows] [data-part=what]")).to_have_text("遮挡 1")
    copy.locator("[name=viewer]").fill("申请执行人代理人 周楠")
    copy.locator("[name=purpose]").fill("阅卷")
    player.desk.picture(pictures / "desk", "archive-derive")
    with page.expect_download() as saved:
        copy.locator("button.p").click()
    saved.value.save_as(tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as packed:
        statement = decode_payload(
            decode(packed.read("derived.mp4.json"), Envelope), DERIVED, Derived
        )
        film = packed.read("derived.mp4")
    (pictures / "desk" / "derived.mp4").write_bytes(film)
    assert statement.film_sha256 == hashlib.sha256(film).hexdigest()
    assert (statement.recording, statement.first) == (player.scene.first.id, 15)
    wish = decode_payload(statement.derivation, DERIVATION, Derivation)
    (region,) = wish.regions
    assert abs(region.x - 100) < 8
    assert abs(region.width - 400) < 8
    assert "申请执行人代理人 周楠" in wish.mark
    expect(copy).to_have_attribute("data-state", "saved")
    assert player.desk.problems == []
