"""Parts of a real relay: closed by size, by age and at the end; the log is trimmed behind them."""

from __future__ import annotations

from collections.abc import Callable

from schemas.feed import HeadsVerified, PartArchived
from schemas.media.part import Entry, read_part
from tests.integration.relay.running import RunningRelay
from tests.patience import eventually

Make = Callable[..., RunningRelay]


def parts_of(relay: RunningRelay) -> list[PartArchived]:
    return [item for item in relay.feed() if isinstance(item, PartArchived)]


def held_by(part: PartArchived) -> list[tuple[int, int]]:
    return [(span.first, span.last) for _, spans in part.spans for span in spans]


def verified_in(relay: RunningRelay) -> list[tuple[str, int, list[tuple[int, int]]]]:
    """Return what the feed says that later heads cover."""
    return [
        (item.recording, item.rendition, item.ranges)
        for item in relay.feed()
        if isinstance(item, HeadsVerified)
    ]


def test_parts_are_bounded_by_size_and_the_log_is_trimmed_behind_them(make_relay: Make) -> None:
    relay = make_relay(part_seconds=60, part_bytes=20_000, segment_bytes=20_000)
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
        largest = max(len(frame) for frame in recorder.frames)
        assert len(lane.statements()) > 2
        assert all(s.part_bytes < 20_000 + largest + 4_000 for s in lane.statements())
    eventually(lambda: len(list((relay.data / "log").iterdir())) == 1, "one segment of the log")
    report = relay.audit()
    assert (report["ok"], report["findings"]) == (True, [])


def test_each_part_describes_itself(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
    for path in (relay.data / "vault" / "parts").rglob("*.mzp"):
        with path.open("rb") as file:
            entries = [(kind, data) for kind, _, data in read_part(file)]
        kinds = [kind for kind, _ in entries]
        assert kinds[:3] == [Entry.PREAMBLE, Entry.OPENING, Entry.INIT]
        frames = [data for kind, data in entries if kind is Entry.FRAGMENT]
        assert set(frames) <= set(recorder.frames)


def test_the_tail_of_a_device_that_vanished_is_kept_and_marked(make_relay: Make) -> None:
    relay = make_relay(part_seconds=0.5)
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:5], recorder.head(4), *recorder.frames[5:7])
        lane.wait_received(recorder, set(range(7)))
    eventually(lambda: len(parts_of(relay)) >= 2, "two parts")
    first, second = parts_of(relay)
    assert (held_by(first), first.unsigned) == ([(0, 4)], [])
    assert held_by(second) == [(5, 6)]
    assert [(one.rendition, one.ranges) for one in second.unsigned] == [(1, [(5, 6)])]
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(recorder.head(6, final=True))
        lane.holdings(recorder.id)
    assert relay.play(recorder.id, "holdings").json()[0]["unsigned"] == []
    assert eventually(lambda: verified_in(relay)) == [(recorder.id, 1, [(5, 6)])]


def test_late_fragments_open_another_part(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[5:10], recorder.head(9))
        lane.until(lambda _: {n for _, n in lane.archived()} == set(range(5, 10)))
        lane.send(*recorder.frames[:5], *recorder.frames[10:], recorder.head(19, final=True))
        lane.wait_archived(recorder)
    assert [held_by(part) for part in parts_of(relay)] == [[(5, 9)], [(0, 4), (10, 19)]]
    assert relay.play(recorder.id, "1/0-4.m4s").ok
    assert relay.audit()["ok"]
