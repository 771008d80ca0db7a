"""S-04: arrival is the officer's word, or marked as the receiver's; it is never invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from field_app import whereabouts as room
from field_app.device.fence import HOLD_MS
from field_app.local_api.acts import StepArgs
from field_app.local_api.visit import SiteNow
from field_app.spool.spool import Spool
from field_app.whereabouts import ASK_MS, Whereabouts
from schemas.field_api import OperationBrief, Site
from schemas.records import Step, Where

SITE = Site(23.129111, 113.264389, 150)
THERE = Where(23.129511, 113.264389, 12.0)
AWAY = Where(23.139111, 113.264389, 12.0)
BRIEF = OperationBrief(
    "op", "case", "（2026）粤0199执1号", "扣押", "测试路1号", 0, "DEPARTED", [], [], site=SITE
)
T0 = 1_800_000_000_000


class World:
    """The day, the receiver, both clocks, and what the acts would sign."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.where: Where | None = AWAY
        self.briefs = [BRIEF]
        self.at_ms = 5_000
        self.arrivals: list[tuple[str, int, str]] = []
        self.heard: list[StepArgs] = []
        self.restart()

    def restart(self) -> None:
        self.about = Whereabouts(self._spool.facts, self, self, self, self.heard.append)  # type: ignore[arg-type]

    def operations(self) -> list[OperationBrief]:
        return self.briefs

    def now(self) -> Where | None:
        return self.where

    def arrived(self, operation: str, at_ms: int, record: str) -> None:
        self.arrivals.append((operation, at_ms, record))

    def go_on(self, ms: int) -> SiteNow:
        """Look each second for so long; return what a screen then shows."""
        for _ in range(ms // 1_000):
            self.at_ms += 1_000
            self.about.look(self.where, self.at_ms)
        (shown,) = self.about.now()
        return shown


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    key = bytes(32)
    spool = Spool(tmp_path, key, 0)
    made = World(spool)
    monkeypatch.setattr(room, "now_ms", lambda: T0 + made.at_ms)
    yield made
    spool.close()


def test_the_officer_is_asked_at_the_place_and_his_word_ends_the_asking(world: World) -> None:
    shown = world.go_on(20_000)
    assert shown.distance_m in range(1_000, 1_200)
    assert (shown.inside, shown.entered_ms) == (False, None)
    world.where, began_ms = THERE, world.at_ms + 1_000
    assert world.go_on(HOLD_MS - 1_000).entered_ms is None
    shown = world.go_on(3_000)
    assert (shown.inside, shown.entered_ms) == (True, T0 + began_ms)
    world.about.at_step(StepArgs("op", Step.ON_SCENE))
    shown = world.go_on(2 * ASK_MS)
    assert (shown.entered_ms, shown.step) == (None, "on_scene")
    assert not world.arrivals


def test_an_arrival_that_nobody_reports_is_recorded_once_at_the_first_sure_fix(
    world: World,
) -> None:
    world.where, began_ms = THERE, world.at_ms + 1_000
    world.go_on(ASK_MS - 1_000)
    assert not world.arrivals
    shown = world.go_on(ASK_MS)
    ((operation, at_ms, record),) = world.arrivals
    assert (operation, at_ms) == ("op", T0 + began_ms)
    assert record
    assert world.heard == [StepArgs("op", Step.ON_SCENE)]
    assert (shown.entered_ms, shown.step) == (None, "on_scene")
    world.restart()
    assert world.go_on(2 * ASK_MS).step == "on_scene"
    assert len(world.arrivals) == 1


def test_a_simulated_place_asks_and_never_records(world: World) -> None:
    world.where = msgspec.structs.replace(THERE, mock=True)
    assert world.go_on(3 * ASK_MS).entered_ms is not None
    assert not world.arrivals


def test_a_coarse_fix_asks_nothing(world: World) -> None:
    world.where = msgspec.structs.replace(THERE, accuracy_m=400.0)
    shown = world.go_on(2 * ASK_MS)
    assert (shown.inside, shown.entered_ms) == (None, None)
    assert not world.arrivals


def test_who_drives_past_is_no_longer_asked(world: World) -> None:
    world.where = THERE
    assert world.go_on(60_000).entered_ms is not None
    world.where = AWAY
    assert world.go_on(20_000).entered_ms is None
    assert world.go_on(2 * ASK_MS).entered_ms is None
    assert not world.arrivals


@pytest.mark.parametrize("state", ["PLANNED", "ON_SCENE", "ACTING", "WITHDRAWN"])
def test_only_who_departed_can_arrive(world: World, state: str) -> None:
    world.briefs = [msgspec.structs.replace(BRIEF, state=state)]
    world.where = THERE
    assert world.go_on(2 * ASK_MS).entered_ms is None
    assert not world.arrivals


def test_a_service_that_was_killed_keeps_the_moment_and_the_record(world: World) -> None:
    world.where = THERE
    entered_ms = world.go_on(60_000).entered_ms
    world.restart()
    assert world.go_on(5_000).entered_ms == entered_ms
    world.go_on(2 * ASK_MS)
    ((_, at_ms, _),) = world.arrivals
    assert at_ms == entered_ms


def test_a_place_without_coordinates_is_not_watched(world: World) -> None:
    world.briefs = [msgspec.structs.replace(BRIEF, site=None)]
    world.where = THERE
    world.about.look(THERE, world.at_ms)
    assert world.about.now() == []
    world.about.at_step(StepArgs("op", Step.DEPARTED))
    assert world.about.now() == [SiteNow("op", step="departed")]


def test_the_fence_tells_only_while_the_crew_is_at_its_scene(world: World) -> None:
    world.where = THERE
    world.go_on(20_000)
    assert world.about.crossed("op") == (None, None), "departed, not yet there"
    world.about.at_step(StepArgs("op", Step.ON_SCENE))
    assert world.about.crossed("op") == (True, 44)
    world.where = AWAY
    world.go_on(20_000)
    inside, distance_m = world.about.crossed("op")
    assert inside is False
    assert distance_m is not None
    assert distance_m > SITE.radius_m
    world.about.at_step(StepArgs("op", Step.WITHDRAWN))
    assert world.about.crossed("op") == (None, None), "they drive home"
