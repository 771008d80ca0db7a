"""The shared log: durable positions, torn tails, trimming, failure."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_relay import segment
from media_relay.log import SharedLog
from media_relay.segment import Record
from schemas.problems import MzError


class Loop:
    """Runs what the committer posts, on the thread that asks."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, job: Callable[[], None]) -> None:
        self._posted.put(job)

    def step(self) -> None:
        self._posted.get(timeout=5)()


def open_log(folder: Path, loop: Loop, segment_bytes: int = 1 << 20) -> SharedLog:
    return SharedLog(folder / "log", folder / "aside", segment_bytes, loop.post)


def write(folder: Path, records: list[bytes], segment_bytes: int = 1 << 20) -> list[int]:
    """Append records to a log, one sync each, and stop; return their positions."""
    loop = Loop()
    log = open_log(folder, loop, segment_bytes)
    list(log.replay())
    log.start()
    positions: list[int] = []
    for data in records:
        log.append(Record.FRAGMENT, data, positions.append, _never)
        loop.step()
    log.stop()
    return positions


def _never(error: MzError) -> None:
    raise AssertionError(error)


def read_all(folder: Path) -> list[bytes]:
    return [logged.data for logged in open_log(folder, Loop()).replay()]


def test_what_was_appended_is_read_back_at_its_position(tmp_path: Path) -> None:
    positions = write(tmp_path, [b"one", b"two" * 1000])
    log = open_log(tmp_path, Loop())
    assert [log.read(position) for position in positions] == [b"one", b"two" * 1000]
    assert read_all(tmp_path) == [b"one", b"two" * 1000]


def test_one_sync_for_all_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = segment.os.fdatasync
    monkeypatch.setattr("media_relay.log.os.fdatasync", lambda fd: (syncs.append(fd), real(fd)))
    loop = Loop()
    log = open_log(tmp_path, loop)
    log.start()
    done: list[int] = []
    for number in range(100):
        log.append(Record.FRAGMENT, b"%d" % number, done.append, _never)
    loop.step()
    log.stop()
    assert len(done) == 100
    assert len(syncs) == 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    records=st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=6), data=st.data()
)
def test_a_log_cut_anywhere_gives_back_every_whole_record(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("log")
    write_together(folder, records)
    path = segment.segment_path(folder / "log", 1)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    expected, end = [], segment.HEADER_BYTES
    for record in records:
        end += segment.RECORD_BYTES + len(record)
        if end <= cut:
            expected.append(record)
    assert read_all(folder) == expected
    assert read_all(folder) == expected  # and again, after the torn tail was set aside
    kept = b"".join(path.read_bytes() for path in (folder / "aside").iterdir())
    assert kept == whole[sum(len(r) + segment.RECORD_BYTES for r in expected) + 16 : cut]
    again = write(folder, [b"after"])
    assert read_all(folder) == [*expected, b"after"]
    assert again[0] >> 32 == 2


def write_together(folder: Path, records: list[bytes]) -> None:
    loop = Loop()
    log = open_log(folder, loop)
    log.start()
    for data in records:
        log.append(Record.FRAGMENT, data, lambda _: None, _never)
    log.stop()


def test_a_changed_byte_is_not_given_back(tmp_path: Path) -> None:
    positions = write(tmp_path, [b"one", b"two"])
    path = segment.segment_path(tmp_path / "log", 1)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(MzError, match=r"log\.damaged"):
        open_log(tmp_path, Loop()).read(positions[1])


def test_segments_go_only_when_every_record_was_released(tmp_path: Path) -> None:
    loop = Loop()
    log = open_log(tmp_path, loop, segment_bytes=64)
    log.start()
    positions: list[int] = []
    for data in (b"a" * 100, b"b" * 100, b"c"):
        log.append(Record.FRAGMENT, data, positions.append, _never)
        loop.step()
    assert len({position >> 32 for position in positions}) == 3
    assert log.trim() == 0
    log.release(positions[:1])
    with log.kept():
        assert log.trim() == 0
    assert log.trim() == 1
    with pytest.raises(MzError, match=r"log\.released"):
        log.read(positions[0])
    assert log.read(positions[1]) == b"b" * 100
    log.stop()
    assert read_all(tmp_path) == [b"b" * 100, b"c"]


def test_after_a_failed_sync_nothing_is_acknowledged_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = Loop()
    log = open_log(tmp_path, loop)
    log.start()
    failed: list[MzError] = []
    acknowledged: list[int] = []

    def refuse(descriptor: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr("media_relay.log.os.fdatasync", refuse)
    log.append(Record.FRAGMENT, b"lost", acknowledged.append, failed.append)
    loop.step()
    monkeypatch.undo()
    log.append(Record.FRAGMENT, b"too", acknowledged.append, failed.append)
    loop.step()
    log.stop()
    assert [error.code for error in failed] == ["relay.log_failed"] * 2
    assert acknowledged == []


def test_stop_commits_what_waits(tmp_path: Path) -> None:
    write_together(tmp_path, [b"x"] * 10)
    assert read_all(tmp_path) == [b"x"] * 10
    assert all(thread.name != "log" for thread in threading.enumerate())
