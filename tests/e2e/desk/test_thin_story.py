"""A phone that is lost before its full pictures came: what went live small or as sound alone is
all that there is. From a real device over a simulated link, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from door.bench.kill import through
from door.proxy import Link, Proxy
from door.story.desk import Desk
from schemas.time import now_ms
from tests.e2e.court import Court
from tests.e2e.navigators import signed_in

ONLY_SOUND = Link(rate_bits=90_000, delay_s=0.03)
ONLY_SMALL = Link(rate_bits=330_000, delay_s=0.03)
FULL, SMALL, SOUND = 1, 2, 3
LONG_MS = 3_000
_FOR_EVER_S = 3_600.0

Stretch = tuple[int, int]


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Court, Proxy]]:
    """A court whose device has a thin link, and parts that are closed soon."""
    court = Court(tmp_path_factory.mktemp("thin"))
    settings = court.site.settings
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("part_seconds = 60", "part_seconds = 5"), "utf-8")
    with Proxy(court.site.stream_port, ONLY_SOUND, b"Mozilla") as proxy:
        through(court.site, proxy)
        try:
            court.start()
            yield court, proxy
        finally:
            court.close()


def _stretches(held: dict[int, list[Stretch]], rendition: int) -> list[Stretch]:
    """Return where this is the best that there is, for three seconds and more."""
    found = held[rendition]
    for better in range(FULL, rendition):
        for low, high in held[better]:
            cut = [(a, min(b, low)) for a, b in found] + [(max(a, high), b) for a, b in found]
            found = sorted(one for one in cut if one[1] - one[0] >= LONG_MS)
    return found


def _held(desk: Desk, recording: str) -> dict[int, list[Stretch]]:
    """Return what the relay holds of each rendition by the device's clock."""
    ticket = desk.play_ticket(recording)
    answer = requests.get(
        f"{ticket['http_url']}/v1/recordings/{recording}/holdings",
        headers={"Authorization": f"Bearer {ticket['ticket']}"}, timeout=20,
    )  # fmt: skip
    held: list[dict[str, Any]] = answer.json()
    found = {
        one["rendition"]: [(s["start_wall_ms"], s["end_wall_ms"]) for s in one["spans"]]
        for one in held
    }
    return {FULL: [], SMALL: [], SOUND: []} | found


def _live(tile: Locator, state: str, rendition: int) -> None:
    expect(tile).to_have_attribute("data-rendition", str(rendition), timeout=60_000)
    expect(tile).to_have_attribute("data-state", state, timeout=60_000)


def _wait_kept(page: Page, clerk: Desk, court: Court, rendition: int, since_ms: int) -> None:
    """Wait until three unbroken seconds from then on are held with this as the best."""
    until = time.monotonic() + 90
    while True:
        held = _held(clerk, court.recording)
        if any(end >= max(begin, since_ms) + LONG_MS for begin, end in _stretches(held, rendition)):
            return
        assert time.monotonic() < until, (rendition, since_ms, held)
        page.wait_for_timeout(1_000)


@pytest.mark.timeout(600)
def test_s03_what_came_small_or_as_sound_alone_plays_and_is_called_that(
    thin: tuple[Court, Proxy], page: Page, pictures: Path
) -> None:
    court, proxy = thin
    court.make_visit()
    desk, clerk = signed_in(page, court, "COMMANDER"), Desk(court.url, "COMMANDER")
    clerk.sign_in(*court.person("COMMANDER"))
    # Given a link that carries sound, then the small picture, and both once more
    desk.open("wall")
    tile = page.locator(f"live-tile[device='{court.device.status().device}']")
    for link, state, rendition in (
        (ONLY_SOUND, "sound", SOUND), (ONLY_SMALL, "live", SMALL),
        (ONLY_SOUND, "sound", SOUND), (ONLY_SMALL, "live", SMALL),
    ):  # fmt: skip
        if proxy.link is not link:
            proxy.link = link
            proxy.cut(0)
        since = now_ms()
        _live(tile, state, rendition)
        _wait_kept(page, clerk, court, rendition, since)
    # When the phone never comes back
    proxy.cut(_FOR_EVER_S)
    page.wait_for_timeout(8_000)
    held = _held(clerk, court.recording)
    sounds, smalls = _stretches(held, SOUND), _stretches(held, SMALL)
    assert len(sounds) >= 2, held
    assert len(smalls) >= 2, held

    # Then the strip calls it small only, and nothing else that
    thin_spans = page.locator("time-line .s-ex")
    desk.open_until(f"recordings/{court.recording}", lambda: thin_spans.count() >= 2)
    desk.picture(pictures / "desk", "archive-thin")
    # And the player plays one stretch after the other, and says what each is
    player, shows = page.locator("archive-player"), page.locator("archive-picture").first
    expect(player).to_have_attribute("data-state", "ready")
    seek = "(player, at) => document.dispatchEvent(new CustomEvent('mz-seek', { detail: at }))"
    for kind, found in (("sound", sounds), ("small", smalls)):
        for low, high in found:
            player.evaluate(seek, (low + high) // 2)
            expect(shows).to_have_attribute("data-shows", kind)
            expect(player).to_have_attribute("data-waits", "false")
    begin, end = min(sounds + smalls)[0], max(sounds + smalls)[1]
    player.evaluate(seek, begin + 500)
    player.locator("[data-part=play]").first.click()
    seen: list[str] = []
    until = time.monotonic() + 240
    while (at := int(player.get_attribute("data-clock") or 0)) < end - 1_000:
        assert time.monotonic() < until, f"{at} of {begin}…{end}: {seen}"
        kind = shows.get_attribute("data-shows") or ""
        if not seen or seen[-1] != kind:
            seen.append(kind)
            desk.picture(pictures / "desk", f"archive-thin-{kind}")
        page.wait_for_timeout(100)
    assert seen.count("sound") >= 2, seen
    assert seen.count("small") >= 2, seen
    assert desk.problems == []
