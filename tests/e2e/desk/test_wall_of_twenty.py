"""Twenty devices on the wall, by keyboard alone: who needs somebody is first and a key away."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator
from tests.e2e.planted import PlantedDevice

MANY = 20
DESK = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def court(centre_alone: Court) -> Court:
    return centre_alone


@pytest.fixture
def duty(duty: DeskNavigator) -> DeskNavigator:
    duty.page.set_viewport_size(DESK)
    return duty


def _seen(tiles: Locator) -> list[str]:
    """Return the devices in the order in which a person sees them."""
    boxes = [(one.bounding_box(), one.get_attribute("device") or "") for one in tiles.all()]
    placed = [(box["y"], box["x"], device) for box, device in boxes if box is not None]
    assert all(y < DESK["height"] for y, _, _ in placed), placed
    return [device for _, _, device in sorted(placed)]


def _press(page: Page, key: str) -> None:
    """Press a key once the page hears keys."""
    expect(page.locator("html")).to_have_attribute("data-desk", "connected")
    page.keyboard.press(key)


def test_s04_of_twenty_the_one_who_calls_for_help_stands_first_and_is_a_key_away(
    page: Page, court: Court, duty: DeskNavigator, pictures: Path
) -> None:
    devices = [PlantedDevice(court, f"LJ-{number}") for number in range(1, MANY + 1)]
    tiles = page.locator("live-tile")
    with contextlib.ExitStack() as lanes:
        for device in devices[:11] + devices[12:]:
            lanes.enter_context(device.live())
        broken_lane = lanes.enter_context(contextlib.ExitStack())
        broken_lane.enter_context(devices[11].live(fragments=5))
        duty.open_until("wall", lambda: tiles.count() == MANY)
        # Given twenty devices of which one breaks off, then it stands first, and no page is turned
        broken = page.locator(f"live-tile[device='{devices[11].id}']")
        expect(broken).not_to_have_attribute("data-number", "-1", timeout=60_000)
        broken_lane.close()
        expect(broken).to_have_attribute("data-need", "lost", timeout=60_000)
        order = [one.id for one in devices]
        order.insert(0, order.pop(11))
        assert _seen(tiles) == order
        # When an officer calls for help, then he stands before it, under a bar with its own key
        devices[16].call_for_help()
        calling = page.locator(f"live-tile[device='{devices[16].id}']")
        expect(calling).to_have_attribute("data-sos", "")
        expect(calling.locator(".stt.sos")).to_be_visible()
        expect(page.locator("[data-key=s]")).to_be_visible()
        order.insert(0, order.pop(order.index(devices[16].id)))
        assert _seen(tiles) == order
        duty.picture(pictures / "desk", "wall-twenty")
        # And both stand there when the page is opened again
        duty.open("wall")
        expect(page.locator("[data-key=s]")).to_be_visible()  # the bar moves what is under it
        expect(broken).to_have_attribute("data-need", "lost")
        expect(broken.locator("[data-part=message-head]")).to_contain_text("失联")
        assert _seen(tiles) == order
        # And the arrows go through the pictures as they are seen
        page.keyboard.press("ArrowRight")
        expect(calling).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(broken).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"live-tile[device='{order[6]}']")).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{court.url}/desk/wall/{devices[11].id}")
        # And there too he stands first of the others
        minis = page.locator(".mini live-tile")
        expect(minis).to_have_count(MANY - 1)
        expect(page.locator(".mini [data-sos] .stt.sos")).to_be_visible()
        _press(page, "Escape")
        expect(page).to_have_url(f"{court.url}/desk/wall")
        # And F is the most urgent one, a number its own picture, S the call for help itself
        expect(calling).to_have_attribute("data-sos", "")
        _press(page, "f")
        expect(page).to_have_url(f"{court.url}/desk/wall/{devices[16].id}")
        _press(page, "Escape")
        expect(page).to_have_url(f"{court.url}/desk/wall")
        _press(page, "1")
        page.keyboard.press("9")
        expect(page).to_have_url(f"{court.url}/desk/wall/{devices[18].id}")
        _press(page, "2")
        expect(page).to_have_url(f"{court.url}/desk/wall/{devices[1].id}")
        expect(page.locator("[data-key=s]")).to_be_visible()
        _press(page, "s")
        expect(page).to_have_url(f"{court.url}/desk/sos")
    assert duty.problems == []
