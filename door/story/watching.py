"""Watches the desk's wall in headless Chromium and reads frame numbers from the picture."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from door.story.report import Live, percentile
from door.story.telling import failed, wait_for

_SCRIPT = Path(__file__).with_name("frame_reader.js")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
_FIRST_PICTURE_S = 45.0
_WARM_UP_MS, _LOOK_MS = 2_000, 4_000


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class Watching:
    """A desk in a browser. All calls come from one thread."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._page: Page | None = None
        self._device = ""
        self._all_seen: dict[str, dict[int, int]] = {}
        self._left_out: set[int] = set()
        self._console: list[str] = []

    def __enter__(self) -> Watching:
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(
                executable_path=self._executable, args=list(FLAGS)
            )
        except Error as error:
            self._playwright.stop()
            detail = str(error).splitlines()[0]
            raise failed("chromium.broken", f"Chromium 启动失败:{detail}", detail) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def open_wall(
        self, desk_url: str, number: str, password: str, size: tuple[int, int] = (1440, 900)
    ) -> None:
        """Sign in as a person would and open the wall."""
        if self._browser is None:
            raise RuntimeError("the browser is not open")
        context: BrowserContext = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN"
        )
        context.add_init_script(path=str(_SCRIPT))
        page = context.new_page()
        page.on("console", lambda message: self._console.append(message.text[:300]))
        page.on("pageerror", lambda error: self._console.append(str(error)[:300]))
        page.goto(f"{desk_url}/sign-in")
        page.locator("input[name=number]").fill(number)
        page.locator("input[name=password]").fill(password)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(f"{desk_url}/wall")
        self._page = page

    def wait_private(self, device: str) -> None:
        """Wait until the device's tile says that a private interval runs."""
        tile = self._shown().locator(f'live-tile[device="{device}"][data-state="private"]').first
        try:
            tile.wait_for(state="attached", timeout=10_000)
        except Error as error:
            said = f"{self._tiles()}"
            raise failed(
                "live.not_private", f"大屏没有显示隐私时段:{said}", f"The wall shows on: {said}"
            ) from error

    def wait_live(self, device: str) -> None:
        """Wait until the device's tile says that it is live; its pictures are read from now on."""
        self._device = device
        wait_for(
            self._is_live, _FIRST_PICTURE_S, "live.no_picture",
            "指挥大屏上没有等到实时画面", "No live picture came up on the wall",
            told=lambda: f"{self._tiles()} {self._console[-5:]}", pause_s=0,
        )  # fmt: skip

    def _is_live(self) -> bool:
        """Look for the live tile for a while; the page is read anew where it shows no tile."""
        page = self._shown()
        tile = page.locator(f'live-tile[device="{self._device}"][data-state="live"]').first
        try:
            tile.wait_for(state="attached", timeout=_LOOK_MS)
        except Error:
            if not page.locator(f'live-tile[device="{self._device}"]').count():
                page.reload()
            return False
        return True

    def _tiles(self) -> list[dict[str, str | None]]:
        """Return what each tile and its player say of themselves."""
        page = self._shown()
        names = ("data-state", "data-recording", "data-number", "data-skipped", "data-age-ms")
        tiles = [
            {name: tile.get_attribute(name) for name in names}
            for tile in page.locator("live-tile").all()
        ]
        return [*tiles, {"players": page.locator("html").get_attribute("data-video-states")}]

    def screenshot(self, path: Path) -> None:
        """Write a picture of the wall."""
        self._shown().screenshot(path=str(path))

    def collect(self) -> None:
        """Take over what the page has read so far."""
        raw = self._shown().locator("html").get_attribute("data-frames-seen") or "[]"
        for device, frame, at_ms in json.loads(raw):
            self._all_seen.setdefault(device, {}).setdefault(int(frame), int(at_ms))

    @property
    def seen(self) -> dict[int, int]:
        """Frame numbers read so far, and when each was read first, Unix ms."""
        return self.seen_of(self._device)

    def seen_of(self, device: str) -> dict[int, int]:
        """Frame numbers read so far in a device's tile, and when each was read first, Unix ms."""
        return self._all_seen.get(device, {})

    def dropped(self) -> tuple[int, int]:
        """Return how many frames of all tiles the browser dropped so far, and of how many."""
        raw = self._shown().locator("html").get_attribute("data-video-states") or "[]"
        states = json.loads(raw)
        return sum(one["dropped"] for one in states), sum(one["frames"] for one in states)

    def forget(self, since_ms: int, until_ms: int) -> None:
        """Leave out of the latency what was read between two moments, when the link was cut."""
        self.collect()
        inside = [frame for frame, at in self.seen.items() if since_ms <= at <= until_ms]
        self._left_out.update(inside)

    def latency(self, drawn: dict[int, int]) -> Live:
        """Return latency by frame: when it was read in the page minus when it was drawn.

        The first seconds are left out, where the player is still catching up, unless nothing
        else was seen; so is what `forget` named.
        """
        self.collect()
        if not self.seen:
            return Live(reason="no frame number was read in the picture")
        steady = min(self.seen.values()) + _WARM_UP_MS
        found = self._delays(drawn, steady) or self._delays(drawn, 0)
        if not found:
            return Live(reason="no frame that was read is known to the camera")
        return Live(percentile(found, 50), percentile(found, 95), len(found))

    def _delays(self, drawn: dict[int, int], since_ms: int) -> list[float]:
        return [
            float(at_ms - drawn[frame])
            for frame, at_ms in self.seen.items()
            if frame in drawn and at_ms >= since_ms and frame not in self._left_out
        ]

    def _shown(self) -> Page:
        if self._page is None:
            raise RuntimeError("the wall is not open")
        return self._page
