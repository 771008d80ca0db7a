"""The hub: live fragments from devices to viewers. A frame is made once, and the same bytes go
to everyone."""

from __future__ import annotations

from collections.abc import Callable

from media_relay.recordings import RecordingState
from media_relay.viewer import Shot, Viewer
from schemas.media.fragment import Header, Rendition
from schemas.media.opening import init_frame
from schemas.stream import Now, Private

FRESH_MS = 1_000
"""A rendition whose newest picture is this much older than another's has stopped for now."""

MAX_GOP_BYTES = 8 * 1024 * 1024
"""What is kept for the next viewer since the newest key-frame, at most."""


class _Screen:
    """What a device shows now in one rendition."""

    def __init__(self, recording: RecordingState, rendition: int) -> None:
        self.recording, self.rendition = recording, rendition
        self.last, self.wall_ms = -1, 0
        self.gop: list[Shot] = []
        self._gop_bytes = 0
        self.private_since: int | None = None

    def withhold(self, wall_ms: int) -> bool:
        """Show nothing of a private interval; return whether it begins."""
        begins = self.private_since is None
        if begins:
            self.private_since = wall_ms
        self.gop, self._gop_bytes = [], 0
        return begins

    def private(self) -> Private:
        """Return what a viewer is told instead of pictures."""
        since = self.private_since or 0
        return Private(self.recording.device, self.recording.id, since)

    def keep(self, shot: Shot) -> None:
        if shot.key_frame:
            self.gop, self._gop_bytes, self.private_since = [], 0, None
        elif not self.gop or shot.number != self.gop[-1].number + 1:
            self.gop, self._gop_bytes = [], 0
            return
        self._gop_bytes += shot.size
        self.gop.append(shot)
        if self._gop_bytes > MAX_GOP_BYTES:
            self.gop, self._gop_bytes = [], 0

    def is_ready(self, since_ms: int) -> bool:
        """Say whether a viewer can be shown it, and its newest picture is not older than that."""
        ready = bool(self.gop) or self.private_since is not None
        return ready and self.wall_ms >= since_ms

    def now(self) -> Now:
        opening = self.recording.opening
        info = self.recording.rendition(self.rendition).info
        return Now(opening.device, opening.recording, opening.opened_wall_ms, info)


class Hub:
    """Viewers by device. `on_watchers(device, count)` follows how many watch."""

    def __init__(self, on_watchers: Callable[[str, int], None]) -> None:
        self._viewers: dict[str, list[Viewer]] = {}
        self._screens: dict[str, dict[int, _Screen]] = {}
        self._on_watchers = on_watchers

    def count(self, device: str) -> int:
        """Return how many watch a device."""
        return len(self._viewers.get(device, ()))

    def wished(self, device: str) -> list[int]:
        """Return the renditions beside the full one that viewers of a device wish for."""
        wishes = {viewer.rendition for viewer in self._viewers.get(device, ())}
        return sorted(wishes - {int(Rendition.FULL)})

    def join(self, viewer: Viewer) -> None:
        """Add a viewer; the pictures since the newest key-frame go to it at once."""
        self._viewers.setdefault(viewer.device, []).append(viewer)
        self._on_watchers(viewer.device, self.count(viewer.device))
        screen = self._screen_for(viewer)
        if screen is not None and not viewer.rewinding:
            self._begin(viewer, screen)

    # viewers that are shown what was, until they reach what is

    def showing(self, viewer: Viewer) -> RecordingState | None:
        """Return the recording that a viewer's device shows now."""
        screen = self._screen_for(viewer)
        return screen.recording if screen is not None else None

    def rendition_of(self, viewer: Viewer) -> int:
        """Return the rendition that a viewer is shown: the wished one, or the best there is."""
        screen = self._screen_for(viewer)
        return screen.rendition if screen is not None else viewer.rendition

    def edge(self, viewer: Viewer) -> int | None:
        """Return the number of the newest key-frame of what a viewer began, None if it ended."""
        screen = self._screen_for(viewer)
        if screen is None or not screen.gop:
            return None
        if not viewer.shows(screen.recording.id, screen.rendition):
            return None
        return screen.gop[0].number

    def begin(self, viewer: Viewer) -> bool:
        """Tell a viewer which recording follows, without a picture; say whether that was done."""
        screen = self._screen_for(viewer)
        init = screen.recording.rendition(screen.rendition).init if screen is not None else None
        if screen is None or init is None:
            return False
        frame = init_frame(screen.recording.id, screen.rendition, init)
        viewer.begin(screen.now(), frame, [])
        return True

    def go_live(self, viewer: Viewer, *, final: bool) -> None:
        """Go on with what is shown now: the same recording without a break, or another one after
        the end of the first (`final`: nothing follows in it)."""
        if viewer not in self._viewers.get(viewer.device, ()):
            return
        screen = self._screen_for(viewer)
        if screen is not None and viewer.shows(screen.recording.id, screen.rendition):
            for shot in screen.gop:
                viewer.offer(shot)
            if screen.private_since is not None:
                viewer.withhold(screen.private())
            return
        if viewer.recording is not None:
            viewer.end(final)
        if screen is not None:
            self._begin(viewer, screen)

    def leave(self, viewer: Viewer) -> None:
        """Remove a viewer."""
        viewers = self._viewers.get(viewer.device, [])
        if viewer in viewers:
            viewers.remove(viewer)
            if not viewers:
                del self._viewers[viewer.device]
            self._on_watchers(viewer.device, self.count(viewer.device))

    def show(self, recording: RecordingState, header: Header, frame: bytes) -> None:
        """Send a live fragment to who watches its device; older ones than shown are left out.

        Of a private one only the fact is told, once for each interval and viewer.
        """
        screens = self._screens.setdefault(recording.device, {})
        screen = screens.get(header.rendition)
        if screen is None or screen.recording.id != recording.id:
            if screen is not None and _counter(screen.recording) > _counter(recording):
                return
            screen = screens[header.rendition] = _Screen(recording, int(header.rendition))
        if header.number <= screen.last:
            return
        screen.last, screen.wall_ms = header.number, header.wall_ms
        if header.private:
            if screen.withhold(header.wall_ms):
                self._tell_private(screen)
            return
        shot = Shot(recording.id, header.number, header.key_frame, frame)
        screen.keep(shot)
        viewers = self._viewers.get(recording.device, ())
        live = self._live(recording.device) if viewers else []
        for viewer in viewers:
            if viewer.rewinding or _chosen(live, viewer.rendition) is not screen:
                continue
            if viewer.shows(recording.id, screen.rendition):
                viewer.offer(shot)
            elif screen.gop:
                self._begin(viewer, screen)

    def _tell_private(self, screen: _Screen) -> None:
        for viewer in self._viewers.get(screen.recording.device, ()):
            if viewer.rewinding or self._screen_for(viewer) is not screen:
                continue
            if viewer.shows(screen.recording.id, screen.rendition):
                viewer.withhold(screen.private())
            else:
                self._begin(viewer, screen)

    def end(self, recording: RecordingState, rendition: int) -> None:
        """Say that a recording ended in a rendition."""
        screens = self._screens.get(recording.device, {})
        screen = screens.get(rendition)
        if screen is not None and screen.recording.id == recording.id:
            del screens[rendition]
            if not screens:
                del self._screens[recording.device]
            self._tell_end(screen, final=True)

    def gone(self, device: str) -> None:
        """Say that a device is gone for now."""
        for screen in self._screens.pop(device, {}).values():
            self._tell_end(screen, final=False)

    def _tell_end(self, screen: _Screen, *, final: bool) -> None:
        recording, rendition = screen.recording.id, screen.rendition
        for viewer in self._viewers.get(screen.recording.device, ()):
            if viewer.shows(recording, rendition) and not viewer.rewinding:
                viewer.end(final)

    def _live(self, device: str) -> list[_Screen]:
        """Return what a device shows now, best first: a rendition that stopped for now, or waits
        for its key-frame, only where there is no other."""
        screens = list(self._screens.get(device, {}).values())
        if len(screens) < 2:
            return screens
        screens.sort(key=lambda screen: screen.rendition)
        newest = max(screen.wall_ms for screen in screens)
        live = [screen for screen in screens if screen.is_ready(newest - FRESH_MS)]
        return live or screens

    def _screen_for(self, viewer: Viewer) -> _Screen | None:
        """Return the screen of the wished rendition, or the device's best one."""
        return _chosen(self._live(viewer.device), viewer.rendition)

    def _begin(self, viewer: Viewer, screen: _Screen) -> None:
        init = screen.recording.rendition(screen.rendition).init
        if init is not None:
            frame = init_frame(screen.recording.id, screen.rendition, init)
            viewer.begin(screen.now(), frame, screen.gop)
            if screen.private_since is not None:
                viewer.withhold(screen.private())


def _chosen(live: list[_Screen], wished: int) -> _Screen | None:
    """Return the screen of the wished rendition, or the first, which is the best."""
    for screen in live:
        if screen.rendition == wished:
            return screen
    return live[0] if live else None


def _counter(recording: RecordingState) -> int:
    return recording.opening.counter
