"""Desk and officer talk: a browser, the relay, a real capture service, and the archive."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from field_app.client import ServiceClient
from field_app.local_api.talk import TalkState, TalkStatus
from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator

FAKE_MICROPHONE = [
    "--use-fake-device-for-media-stream",  # it beeps once a second
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a browser whose microphone is Chromium's simulated one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*CHROMIUM_FLAGS, *FAKE_MICROPHONE]
        )
        yield browser
        browser.close()


@pytest.fixture
def ear(court: Court) -> Iterator[ServiceClient]:
    """The officer's device of the visit, connected: it hears and speaks by a simulated voice."""
    court.make_visit()
    client = ServiceClient(court.device.data).connect()
    client.call("hearing", route="earpiece")
    yield client
    client.close()


def _talk_of(ear: ServiceClient, fits: Callable[[TalkStatus], bool]) -> TalkStatus:
    """Wait until the officer's side of the talk is so."""
    deadline = time.monotonic() + 60
    while not fits(talk := ear.status().talk):
        assert time.monotonic() < deadline, talk
        time.sleep(0.05)
    return talk


def test_s03_the_desk_speaks_the_officer_answers_and_both_are_played_from_the_archive(
    commander: DeskNavigator, court: Court, ear: ServiceClient, pictures: Path
) -> None:
    page, folder = commander.page, pictures / "desk"
    # Given the desk in the operation's room, and an officer who wants writing
    ear.call("hearing", route="text")
    commander.open(f"operations/{court.operation}")
    bar = page.locator("talk-bar")
    hearer = bar.locator("[data-hearer]", has_text="陈志远")
    expect(hearer.locator("[data-part=route]")).to_have_text("只收文字")
    # When the space bar is held, then the desk is told to write instead
    page.keyboard.down(" ")
    expect(bar).to_have_attribute("data-code", "talk.nobody_hears")
    page.keyboard.up(" ")
    expect(bar.get_by_role("status")).to_contain_text("请改发文字指令")
    expect(page.locator(".ordform [name=text]")).to_be_focused()
    # When he takes the earpiece and the button is held, then he hears
    ear.call("hearing", route="earpiece")
    expect(hearer.locator("[data-part=route]")).to_have_text("听筒")
    bar.locator("[data-part=hold]").hover()
    page.mouse.down()
    expect(bar).to_have_attribute("data-state", "speaking")
    expect(hearer).to_have_attribute("data-played-ms", re.compile(r"^[1-9]\d{3}$"))
    burst = _talk_of(ear, lambda talk: talk.state is TalkState.HEARING and talk.by_desk).burst
    commander.picture(folder, "talk")
    page.mouse.up()
    _talk_of(ear, lambda talk: talk.state is TalkState.IDLE)
    # Then it stands in the room by itself, and a click plays it from the archive
    line = page.locator(f"[data-burst='{burst}']")
    expect(line).to_contain_text("梁建业 → 陈志远")
    line.click()
    expect(line).to_have_attribute("data-played", "playing")
    # When he answers, then the desk hears him by name, and that is kept too
    expect(bar).to_have_attribute("data-listens", "true")
    ear.call("talk_press")
    expect(bar).to_have_attribute("data-state", "listening")
    expect(bar.get_by_role("status")).to_have_text("陈志远 正在讲话")
    expect(bar).to_have_attribute("data-heard-ms", re.compile(r"^[1-9]\d{3}$"))
    commander.picture(folder, "talk-answer")
    ear.call("talk_release")
    line = page.locator(f"[data-burst='{ear.status().talk.burst}']")
    expect(line).to_contain_text("陈志远 → 梁建业")
    commander.picture(folder, "talk-kept")
    assert commander.problems == []


def test_s03_one_officer_is_spoken_to_from_his_picture(
    commander: DeskNavigator, court: Court, ear: ServiceClient, pictures: Path
) -> None:
    page, device = commander.page, ear.status().device
    commander.open(f"wall/{device}")
    bar = page.locator("talk-bar")
    expect(bar.locator("[data-hearer]")).to_have_count(1)
    expect(bar.locator(f"[data-hearer='{device}']")).to_have_attribute("data-route", "earpiece")
    commander.picture(pictures / "desk", "talk-spotlight")
    # the space bar speaks, also after a click on the picture
    page.locator("live-tile .vid").click()
    page.keyboard.down(" ")
    expect(bar).to_have_attribute("data-state", "speaking")
    page.keyboard.up(" ")
    expect(bar).to_have_attribute("data-state", "idle")
    # The desk elsewhere may not use the microphone at all
    answer = page.request.get(f"{court.url}/desk/cases")
    assert "microphone=()" in answer.headers["permissions-policy"]
    assert commander.problems == []
