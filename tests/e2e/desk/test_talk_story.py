"""The desk talks to an officer: a browser's microphone, the relay, an ear, and the archive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright
from websockets.sync.client import connect

from schemas.field_api import ContactReply
from schemas.ids import new_id
from schemas.media.talk import TalkFrame
from schemas.stream import (
    Hearing,
    Lane,
    Played,
    Press,
    Publish,
    Release,
    Route,
    Silent,
    Speaking,
    Welcome,
    decode_to_device,
)
from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator
from tests.integration.centre.court import TestDevice
from tests.integration.relay.radio import Radio
from tests.integration.tones import tone

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
def commander(page: Page, court: Court) -> DeskNavigator:
    desk = DeskNavigator(page, court.url)
    desk.sign_in(*court.person("COMMANDER"))
    return desk


@pytest.fixture
def ear(commander: DeskNavigator, court: Court) -> Iterator[Radio]:
    """The clerk's device, simulated: enrolled at the centre, connected to the relay."""
    clerk = next(one["id"] for one in court.seeded["staff"] if one["role"] == "CLERK")
    device = TestDevice()
    enrolment = device.enrolment(commander.enrolment_code(clerk))
    for path, message in (("enrol", enrolment), ("contact", device.hello())):
        answer = requests.post(
            f"{court.url}/device/v1/{path}", data=msgspec.json.encode(message), timeout=20
        )
        assert answer.status_code == 200, answer.text
    reply = msgspec.json.decode(answer.content, type=ContactReply)
    with connect(f"{reply.relay.stream_url}/v1/stream", proxy=None) as socket:
        radio = Radio(socket, decode_to_device)
        radio.say(Publish(reply.ticket, Lane.LIVE))
        radio.until(Welcome)
        radio.ticket = reply.ticket
        yield radio


def test_s03_the_desk_speaks_and_what_it_said_is_played_from_the_archive(
    commander: DeskNavigator, court: Court, ear: Radio, pictures: Path
) -> None:
    page, folder = commander.page, pictures / "desk"
    # Given the desk in the operation's room, and a clerk who reads only
    ear.say(Hearing(Route.TEXT))
    commander.open(f"operations/{court.operation}")
    bar = page.locator("talk-bar")
    hearer = bar.locator("[data-hearer]", has_text="苏婉宁")
    expect(hearer.locator("[data-part=route]")).to_have_text("只收文字")
    # When the space bar is held, then the desk is told to write instead
    page.keyboard.down(" ")
    expect(bar).to_have_attribute("data-code", "talk.nobody_hears")
    page.keyboard.up(" ")
    expect(bar.get_by_role("status")).to_contain_text("请改发文字指令")
    expect(page.locator(".ordform [name=text]")).to_be_focused()
    # When she puts the earpiece in and the button is held, then she hears
    ear.say(Hearing(Route.EARPIECE))
    expect(hearer.locator("[data-part=route]")).to_have_text("听筒")
    bar.locator("[data-part=hold]").hover()
    page.mouse.down()
    burst = ear.until(Speaking).burst
    expect(bar).to_have_attribute("data-state", "speaking")
    ear.until(TalkFrame, lambda one: one.number == 80)
    ear.say(Played(burst, 1600))
    expect(hearer.locator("[data-part=route]")).to_have_text("已播放 1.6 s")
    commander.picture(folder, "talk")
    page.mouse.up()
    ear.until(Silent, lambda one: one.burst == burst)
    # Then it stands in the room by itself, and a click plays it from the archive
    line = page.locator(f"[data-burst='{burst}']")
    expect(line).to_contain_text("梁建业 → 苏婉宁", timeout=15_000)
    line.click()
    expect(line).to_have_attribute("data-played", "playing", timeout=10_000)
    # When the clerk answers, then the desk hears her by name, and that is kept too
    answer = new_id()
    expect(bar).to_have_attribute("data-listens", "true")
    ear.say(Press(answer, ear.ticket))
    ear.until(Speaking, lambda one: one.burst == answer)
    ear.speak(answer, tone())
    expect(bar).to_have_attribute("data-state", "listening")
    expect(bar.get_by_role("status")).to_have_text("苏婉宁 正在讲话")
    expect(bar).to_have_attribute("data-heard-ms", re.compile(r"^(9\d\d|10\d\d)$"), timeout=10_000)
    commander.picture(folder, "talk-answer")
    ear.say(Release(answer))
    line = page.locator(f"[data-burst='{answer}']")
    expect(line).to_contain_text("苏婉宁 → 梁建业", timeout=15_000)
    commander.picture(folder, "talk-kept")
    assert commander.problems == []


def test_s03_one_officer_is_spoken_to_from_his_picture(
    commander: DeskNavigator, court: Court, ear: Radio, pictures: Path
) -> None:
    ear.say(Hearing(Route.EARPIECE))
    court.make_visit()
    page = commander.page
    commander.open("wall")
    page.keyboard.press("1")
    bar = page.locator("talk-bar")
    expect(bar.locator("[data-hearer]")).to_have_count(1)
    commander.picture(pictures / "desk", "talk-spotlight")
    # The desk elsewhere may not use the microphone at all
    commander.open("cases")
    answer = page.request.get(f"{court.url}/desk/cases")
    assert "microphone=()" in answer.headers["permissions-policy"]
    assert commander.problems == []
