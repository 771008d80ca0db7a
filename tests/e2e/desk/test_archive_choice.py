"""The archive's player in a real browser: more devices than play at once, and an opening of private
footage that ends while it is looked at."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from door.story.desk import Desk
from schemas.recording_notes import PrivateReason
from schemas.time import now_ms
from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator
from tests.e2e.planted import PlantedDevice
from tests.patience import eventually

NAMES = ("LJ-11", "LJ-12", "LJ-13", "LJ-14", "LJ-15")
SECONDS = 8


def opened(page: Page, duty: DeskNavigator, shown: str, ready: Locator, count: int) -> None:
    """Open a recording (its id, and what to show of it) once the centre knows so much of it."""
    duty.open_until(f"recordings/{shown}", lambda: ready.count() == count)
    expect(page.locator("archive-player")).to_have_attribute("data-state", "ready")


def names(page: Page) -> list[str]:
    said = page.locator("archive-picture .who").all_inner_texts()
    return [one.split(" ")[0] for one in said]


def test_s03_of_five_devices_the_viewer_says_which_four_play(
    page: Page, duty: DeskNavigator, court: Court, pictures: Path
) -> None:
    began = now_ms() - 60_000
    made = [PlantedDevice(court, name).record(seconds=SECONDS, started_ms=began) for name in NAMES]
    choice = page.locator("form.choose input[type=checkbox]")
    opened(page, duty, made[0].id, choice, len(NAMES))
    assert names(page) == list(NAMES[:4])
    expect(page.locator("form.choose")).to_contain_text("共 5 台设备，最多同播四台")

    choice.nth(4).check()
    page.get_by_role("button", name="同播所选").click()
    expect(page.locator("form.choose [role=status]")).to_have_text("最多选四台")
    choice.nth(1).uncheck()
    page.locator("input[name=go]").fill(str(SECONDS * 5 // 2))
    page.locator("form.go button").first.click()
    clock = page.locator("archive-player").get_attribute("data-clock")
    page.get_by_role("button", name="同播所选").click()
    expect(page.locator("archive-picture .who").nth(1)).to_contain_text("LJ-13")
    assert names(page) == ["LJ-11", "LJ-13", "LJ-14", "LJ-15"]
    expect(page.locator("archive-player")).to_have_attribute("data-clock", str(clock))
    expect(page.locator("archive-picture[data-shows=full]")).to_have_count(4)
    duty.picture(pictures, "archive-five-devices")


@pytest.mark.parametrize("sound", [False, True])
def test_s03_a_lone_fragment_between_two_gaps_is_lived_through(
    page: Page, duty: DeskNavigator, court: Court, sound: bool
) -> None:
    """A browser begins to play with no less than a few frames: the clock goes on all the same."""
    lost = [number for number in range(20, 60) if number not in (30, 45)]
    device = PlantedDevice(court, f"LJ-2{int(sound)}")
    made = device.record(lost, seconds=16, started_ms=now_ms() - 60_000, sound=sound)
    player, shows = page.locator("archive-player"), page.locator("archive-picture")
    opened(page, duty, f"{made.id}?show={device.id}", shows, 1)
    seek = "(player, at) => document.dispatchEvent(new CustomEvent('mz-seek', { detail: at }))"
    player.evaluate(seek, made.started_ms + 3_500)
    player.locator("[data-part=play]").first.click()
    end_ms, seen = made.started_ms + 13_000, [""]
    until = time.monotonic() + 90
    while (at := int(player.get_attribute("data-clock") or 0)) < end_ms:
        assert time.monotonic() < until, (at - made.started_ms, seen)
        if (kind := shows.get_attribute("data-shows") or "") != seen[-1]:
            seen.append(kind)
        page.wait_for_timeout(40)
    assert set(seen[1:]) == {"full", "gap"}, seen
    assert duty.problems == []


class Searched:
    """A recording with a private interval, and the two persons who open it to the duty officer."""

    def __init__(self, court: Court) -> None:
        self.court, self.began_ms = court, 0
        self.leader, self.duty = (Desk(court.url, role) for role in ("COMMANDER", "DUTY_OFFICER"))
        self.leader.sign_in(*court.person("COMMANDER"))
        self.duty.sign_in(*court.person("DUTY_OFFICER"))
        self.recording = court.arrive_and_record(
            self.leader.enrolment_code(str(court.seeded["officer"]))
        )
        time.sleep(2.5)
        self.began_ms = court.device.begin_private(court.operation, PrivateReason.SEARCH).made_ms
        time.sleep(5)
        court.device.end_private()
        time.sleep(2.5)
        court.device.stop("执行完毕")
        self.interval = eventually(lambda: self.duty.private(court.operation))[-1]

    def open(self) -> str:
        """Ask and agree; return the opening's id."""
        staff = self.court.seeded["staff"]
        viewer = next(one["id"] for one in staff if one["role"] == "DUTY_OFFICER")
        operation = self.court.operation
        opening = self.duty.ask_private(operation, self.interval, viewer, "核对搜查经过")
        self.leader.agree_to_private(opening)
        return opening

    def let_time_pass(self, opening: str) -> None:
        """As if it had been opened half an hour ago: no clock of a running court can be moved."""
        with sqlite3.connect(self.court.site.data / "centre" / "centre.db", timeout=30) as database:
            database.execute(
                "UPDATE private_opening SET answered_ms = answered_ms - 1800000,"
                " until_ms = until_ms - 1800000 WHERE id = ?",
                (opening,),
            )


@pytest.fixture(scope="module")
def searched(court: Court) -> Searched:
    return Searched(court)


@pytest.mark.parametrize("end", ["closed", "over"])
def test_u01_an_opening_that_ends_while_it_is_looked_at_says_so(
    page: Page, duty: DeskNavigator, searched: Searched, pictures: Path, end: str
) -> None:
    opening = searched.open()
    opened(page, duty, searched.recording, page.locator("archive-picture[data-main] video"), 3)
    shows = page.locator("archive-picture[data-main]")
    seek = "(player, at) => document.dispatchEvent(new CustomEvent('mz-seek', { detail: at }))"
    page.locator("archive-player").evaluate(seek, searched.began_ms + 1_500)
    expect(shows).to_have_attribute("data-shows", "full")

    aside = page.locator(f"[data-private='{searched.interval}']")
    expect(aside).to_contain_text("已向您开放至")
    if end == "closed":
        searched.duty.close_private(opening)
    else:
        searched.let_time_pass(opening)
    expect(shows).to_have_attribute("data-shows", "private")
    expect(shows.locator("[data-part=message-head]")).to_have_text("隐私时段，未开放")
    expect(aside).not_to_contain_text("已向您开放至")
    one = aside.locator(f"[data-opening='{opening}']")
    expect(one).to_contain_text("提前关闭" if end == "closed" else "已到期")
    duty.picture(pictures, f"archive-opening-{end}")
