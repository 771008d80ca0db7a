"""What an open page shows by itself: who breaks off before his first picture, who comes later."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from door.story.device import OfficersDevice
from door.supervisor import Supervisor
from schemas.time import court_time, now_ms
from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator
from tests.e2e.planted import PlantedDevice

HEARD_AT = re.compile(r"^最后联系 (\d\d:\d\d:\d\d)$")
CUT_AT = re.compile(r"^断开于 \d\d:\d\d:\d\d$")


@pytest.fixture(scope="module")
def court(centre_alone: Court) -> Court:
    return centre_alone


def _tile(desk: DeskNavigator, device: str) -> Locator:
    """Open the wall once the device is on it."""
    tile = desk.page.locator(f"live-tile[device='{device}']")
    desk.open_until("wall", tile.count)
    return tile


def test_s04_who_breaks_off_before_a_first_picture_is_lost_without_a_reload(
    court: Court, duty: DeskNavigator, pictures: Path
) -> None:
    device = PlantedDevice(court, "LJ-31")
    with device.live(fragments=0):
        tile = _tile(duty, device.id)
        expect(tile).to_have_attribute("data-state", "conn")
    expect(tile).to_have_attribute("data-state", "off")
    expect(tile).to_have_attribute("data-need", "lost")
    expect(tile.locator("[data-part=state-word]")).to_have_text("失联")
    expect(tile.locator("[data-part=message-head]")).to_contain_text("失联")
    # nothing stands there of a signal that it had once, and the heading counts it
    expect(tile.locator("[data-part=link-word]")).to_have_text(CUT_AT)
    expect(duty.page.locator("[data-part=on-air]")).to_contain_text("1 台失联")
    duty.picture(pictures / "desk", "wall-lost-early")
    # back on the air it is awaited again, and shown with its first picture
    with device.live():
        expect(tile).to_have_attribute("data-state", "conn")
        expect(tile).not_to_have_attribute("data-need", "lost")
    with device.live(fragments=5):
        expect(tile).not_to_have_attribute("data-number", "-1")
        expect(tile).not_to_have_attribute("data-state", "conn")
    assert duty.problems == []


def test_s04_who_records_nothing_and_is_heard_no_more_is_no_longer_waited_for(
    court: Court, duty: DeskNavigator, tmp_path: Path, pictures: Path
) -> None:
    device, supervisor = OfficersDevice(tmp_path / "idle", "generated"), Supervisor(lambda *_: None)
    try:
        program = device.start(supervisor, court.site.logs / "idle.log")
        duty.open("devices")
        device.enrol(court.url, duty.enrolment_code(str(court.seeded["officer"])), "LJ-32")
        tile = _tile(duty, device.status().device)
        expect(tile).to_have_attribute("data-state", "idle")
        expect(tile.locator("[data-part=link-word]")).to_have_text("良好")
        assert program.process is not None
        os.killpg(program.process.pid, signal.SIGSTOP)  # as a telephone that hangs
        hung = court_time(now_ms() + 2_000)
        expect(tile).to_have_attribute("data-state", "off", timeout=40_000)
        expect(tile.locator("[data-part=message-head]")).to_contain_text("失联")
        expect(tile.locator("[data-part=message-why]")).to_have_text("设备开始录制后自动显示")
        # nothing is lost with it, so it stays where it stood
        expect(tile).not_to_have_attribute("data-need", "lost")
        # the moment is its own last word, not when somebody noticed
        word = tile.locator("[data-part=link-word]")
        expect(word).to_have_text(HEARD_AT)
        expect(duty.page.locator("event-feed")).to_contain_text("LJ-32 断线", timeout=40_000)
        heard = HEARD_AT.match(word.inner_text())
        assert heard is not None
        assert heard[1] <= f"{hung:%H:%M:%S}" or hung.hour == 0
        expect(tile.locator("[data-part=link] rect.on")).to_have_count(0)
        duty.picture(pictures / "desk", "wall-idle-gone")
        os.killpg(program.process.pid, signal.SIGCONT)
        expect(tile).to_have_attribute("data-state", "idle", timeout=40_000)
        expect(tile.locator("[data-part=link-word]")).to_have_text("良好")
    finally:
        device.close()
        supervisor.close()
    assert duty.problems == []


def test_s04_a_room_that_was_opened_before_he_records_shows_him_by_itself(
    court: Court, duty: DeskNavigator, pictures: Path
) -> None:
    device = PlantedDevice(court, "LJ-33")
    room, tile = duty.page.locator(".feeds"), duty.page.locator(".feeds live-tile")
    duty.open_until(f"operations/{court.operation}", room.locator("[data-part=nobody]").count)
    recordings = room.locator(".side a[href*='/recordings/']")
    before = recordings.count()
    with device.live(fragments=5):
        expect(tile).to_have_attribute("device", device.id)
        expect(tile).to_have_attribute("data-state", re.compile("live|stall"))
        expect(recordings).to_have_count(min(before + 1, 4))
        duty.picture(pictures / "desk", "room-came")
    assert duty.problems == []
