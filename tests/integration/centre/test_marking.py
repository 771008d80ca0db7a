"""Markers that point into footage (S-04): the desk sets one for the moment that it looks at, and
none outside of the recording."""

from __future__ import annotations

import threading

import pytest

from command_center.access.permissions import Role
from command_center.footage.feed import apply_page
from command_center.footage.marking import mark_footage
from command_center.operations.markers import NewMarker, markers_of
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import T0, TestRelay
from tests.integration.centre.test_proof import Scene
from tests.integration.centre.test_proof_pages import Reader

LAST_MS = T0 + 40 * 200


def _mark(court: Court, recording: str, at_ms: int, operation: str = "") -> str:
    wanted = NewMarker(operation or court.seeded.operation, "other", "", at_ms, recording)
    made: str = court.database.run(mark_footage, court.staff(Role.DUTY_OFFICER), wanted)
    return made


@pytest.fixture
def seen(sqlite_court: Court) -> Scene:
    """A recording from T0 on of which eight seconds came; it still runs."""
    return Scene(sqlite_court)


def test_s04_a_marker_stands_at_the_moment_that_was_looked_at(seen: Scene) -> None:
    court, recording = seen.court, seen.relay.recording
    made = _mark(court, recording, T0 + 2_345)
    (found,) = court.database.read(markers_of, court.seeded.operation)
    assert (found.id, found.at_ms, found.recording) == (made, T0 + 2_345, recording)


@pytest.mark.parametrize("at_ms", [T0 - 1, LAST_MS + 2_000], ids=["before", "after"])
def test_u1_a_marker_outside_of_its_recording_is_refused(seen: Scene, at_ms: int) -> None:
    seen.apply(seen.relay.ended(39))
    with pytest.raises(MzError, match=r"marker\.outside"):
        _mark(seen.court, seen.relay.recording, at_ms)
    assert seen.court.database.read(markers_of, seen.court.seeded.operation) == []
    _mark(seen.court, seen.relay.recording, LAST_MS - 1)


def test_u1_what_is_live_is_marked_before_the_feed_tells_of_it(seen: Scene) -> None:
    court, recording = seen.court, seen.relay.recording
    _mark(court, recording, LAST_MS + 3_000)
    with pytest.raises(MzError, match=r"marker\.outside"):
        _mark(court, recording, LAST_MS + 60_000)
    court.clock.ahead_ms += 60_000  # the feed stands still, the picture does not
    _mark(court, recording, LAST_MS + 60_000)


@pytest.mark.parametrize("asks", ["marker", "still"])
def test_u1_who_points_at_once_waits_for_the_feed_to_tell_of_it(
    sqlite_centre: Centre, asks: str
) -> None:
    """A relay shows what is live before its feed told the centre that it was begun."""
    court, duty = sqlite_centre.court, Reader(sqlite_centre, Role.DUTY_OFFICER)
    relay = TestRelay(court, court.enrolled()[0])
    told = relay.page(relay.opened(court.seeded.operation), relay.received(0, 4))
    late = threading.Timer(1.5, lambda: court.database.run(apply_page, told))
    late.start()
    if asks == "still":
        answer = duty.ask("tickets/still", recording=relay.recording)
    else:
        path = f"operations/{court.seeded.operation}/markers"
        form = {"recording": relay.recording, "at_ms": str(T0 + 300), "kind": "other"}
        answer = duty.post(path, **form)
    late.join()
    assert answer.status_code == 200, answer.text
    marked = [(one.at_ms, one.recording) for one in
              court.database.read(markers_of, court.seeded.operation)]  # fmt: skip
    assert marked == ([] if asks == "still" else [(T0 + 300, relay.recording)])


def test_u1_the_recorders_clock_counts_where_it_is_ahead(seen: Scene) -> None:
    court = seen.court
    ahead_ms = court.clock() + 600_000
    relay = TestRelay(court, court.enrolled()[0])
    relay.seq = seen.relay.seq
    opened = relay.opened(court.seeded.operation, at_ms=ahead_ms)
    court.database.run(apply_page, relay.page(opened))
    _mark(court, relay.recording, ahead_ms + 1_000)


def test_u1_a_marker_points_into_no_other_operations_recording(seen: Scene) -> None:
    court = seen.court
    with pytest.raises(MzError, match=r"recording\.unknown"):
        _mark(court, seen.relay.recording, T0 + 1, "0" * 36)


def test_u1_the_desk_says_why_a_marker_was_not_set(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    path = f"operations/{scene.court.seeded.operation}/markers"
    duty = Reader(sqlite_centre, Role.DUTY_OFFICER)
    form = {"recording": scene.relay.recording, "at_ms": str(T0 - 1), "kind": "other"}
    duty.page(f"recordings/{scene.relay.recording}")
    answer = duty.post(path, text="堵门", **form)
    assert answer.status_code == 400
    assert "标记的时刻不在这段录像之内" in answer.text
    assert "marker.outside" in answer.text
    assert 'value="堵门"' in answer.text, "what was typed comes back"
