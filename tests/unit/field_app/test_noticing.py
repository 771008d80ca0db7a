"""S-04: what is noticed during a recording is signed for it, and the window says so meanwhile."""

from __future__ import annotations

import pytest

from field_app import noticing as room
from field_app.noticing import Noticing
from schemas.recording_notes import Noticed, NoticedKind
from schemas.records import Where

T0 = 1_800_000_000_000


class World:
    """What runs, the fence, both clocks, and what the acts would sign."""

    def __init__(self) -> None:
        self.running: tuple[str, str] | None = ("rec", "op")
        self.inside: bool | None = None
        self.ahead_ms: int | None = 0
        self.at_ms, self.set_ms = 1_000, 0
        self.told: list[tuple[str, Noticed]] = []
        self.woken = 0
        self.noticing = Noticing(lambda: self.running, self, self, self, self, self.wake)  # type: ignore[arg-type]

    def wake(self) -> None:
        self.woken += 1

    def noticed(self, operation: str, body: Noticed) -> None:
        self.told.append((operation, body))

    def clock_ahead_ms(self) -> int | None:
        return self.ahead_ms

    def now(self) -> Where | None:
        return None

    def crossed(self, operation: str) -> tuple[bool | None, int | None]:
        assert operation == "op"
        return self.inside, 320

    def look(self) -> list[tuple[NoticedKind, int]]:
        """Look a second later; return what is new."""
        before = len(self.told)
        self.at_ms += 1_000
        self.noticing.look()
        return [(body.what, body.value) for _, body in self.told[before:]]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(room, "now_ms", lambda: T0 + made.at_ms + made.set_ms)
    monkeypatch.setattr(room, "mono_ms", lambda: made.at_ms)
    return made


def test_leaving_the_place_and_coming_back_is_told_once_each(world: World) -> None:
    assert world.look() == []
    world.inside = False
    assert world.look() == [], "who was never there has not left"
    world.inside = True
    assert world.look() == [], "who arrives has not come back"
    world.inside = False
    assert world.look() == [(NoticedKind.LEFT_SITE, 320)]
    assert world.noticing.warning == "noticed.left_site"
    assert world.look() == []
    world.inside = None
    assert world.look() == []
    world.inside = True
    assert world.look() == [(NoticedKind.BACK_AT_SITE, 320)]
    assert world.noticing.warning == ""
    assert world.woken == len(world.told) == 2


def test_a_clock_that_is_set_is_told_with_the_recording(world: World) -> None:
    world.look()
    world.set_ms = -90_000
    assert world.look() == [(NoticedKind.CLOCK_SET, -90_000)]
    ((operation, body),) = world.told
    assert (operation, body.recording) == ("op", "rec")
    assert world.noticing.warning == "noticed.clock_set"
    world.running = None
    world.look()
    assert world.noticing.warning == ""


def test_a_clock_that_is_off_is_told_once_a_recording(world: World) -> None:
    world.ahead_ms = 95_000
    assert world.look() == [(NoticedKind.CLOCK_OFF, 95_000)]
    assert world.look() == []
    world.running = ("next", "op")
    assert world.look() == [(NoticedKind.CLOCK_OFF, 95_000)]


def test_without_a_recording_nothing_is_told(world: World) -> None:
    world.look()
    world.running, world.set_ms, world.ahead_ms = None, 900_000, 900_000
    assert world.look() == []
