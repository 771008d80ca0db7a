"""The shared log's own: one sync for many, torn tails, segments, failure of the disk.

What any engine must do is in `test_log_door.py`.
"""

from __future__ import annotations

import hashlib
import os
import queue
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_relay import log as log_module
from media_relay import segment
from media_relay.log import SharedLog
from media_relay.segment import Record
from schemas.ids import NO_ID, new_id
from schemas.media.fragment import HEADER_BYTES, Header, Rendition, make_frame
from schemas.problems import MzError
from tests.patience import PATIENCE_S

KIND = Record.OPENING


class Loop:
    """Runs what the committer posts, on the thread that asks."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, job: Callable[[], None]) -> None:
        self._posted.put(job)

    def step(self, timeout: float = PATIENCE_S) -> None:
        self._posted.get(timeout=timeout)()


def open_log(folder: Path, loop: Loop, segment_bytes: int = 1 << 20) -> SharedLog:
    return SharedLog(folder / "log", folder / "aside", segment_bytes, loop.post)


def write(folder: Path, records: list[bytes], kind: Record = KIND) -> list[int]:
    """Append records to a log, one sync each, and stop; return their positions."""
    loop = Loop()
    log = open_log(folder, loop)
    list(log.replay())
    log.start()
    positions: list[int] = []
    for data in records:
        log.append(kind, data, positions.append, _never)
        loop.step()
    log.stop()
    return positions


def _never(error: MzError) -> None:
    raise AssertionError(error)


def read_all(folder: Path) -> list[bytes]:
    return [logged.data for logged in open_log(folder, Loop()).replay()]


def test_enough_for_a_sync_does_not_wait_for_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "COMMIT_WINDOW_S", 3600.0)
    monkeypatch.setattr(log_module, "COMMIT_BYTES", 100)
    loop = Loop()
    log = open_log(tmp_path, loop)
    log.start()
    positions: list[int] = []
    log.append(KIND, bytes(60), positions.append, _never)
    with pytest.raises(queue.Empty):
        loop.step(0.2)
    log.append(KIND, bytes(60), positions.append, _never)
    loop.step()
    assert len(positions) == 2
    log.stop()


def test_one_sync_for_all_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fdatasync
    loop = Loop()
    log = open_log(tmp_path, loop)
    log.start()
    monkeypatch.setattr("os.fdatasync", lambda fd: (syncs.append(fd), real(fd)))
    done: list[int] = []
    for number in range(100):
        log.append(KIND, b"%d" % number, done.append, _never)
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
    expected, at = [], segment.BLOCK
    for record in records:
        if at + segment.RECORD_BYTES + len(record) > cut:
            break
        at += segment.RECORD_BYTES + len(record)
        expected.append(record)
    assert read_all(folder) == expected
    assert read_all(folder) == expected  # and again, after the torn tail was set aside
    kept = b"".join(path.read_bytes() for path in (folder / "aside").iterdir())
    assert kept.strip(b"\0") == whole[at:cut].strip(b"\0")
    again = write(folder, [b"after"])
    assert read_all(folder) == [*expected, b"after"]
    assert again[0] >> 32 == 2


def write_together(folder: Path, records: list[bytes]) -> None:
    loop = Loop()
    log = open_log(folder, loop)
    log.start()
    for data in records:
        log.append(KIND, data, lambda _: None, _never)
    log.stop()


@pytest.mark.parametrize("left", [0, 1, 2, 3, 4])
def test_a_record_that_begins_at_the_end_of_a_block_is_found(tmp_path: Path, left: int) -> None:
    """The zeros that its length begins with are not those that end a commit."""
    first = b"1" * (segment.BLOCK - left - segment.RECORD_BYTES)
    records = [first, b"2" * 300, b"3"]
    write_together(tmp_path, records)
    assert read_all(tmp_path) == records
    apart = tmp_path / "apart"
    write(apart, records)
    assert read_all(apart) == records


def test_a_changed_byte_is_not_given_back(tmp_path: Path) -> None:
    positions = write(tmp_path, [b"one", b"two"])
    path = segment.segment_path(tmp_path / "log", 1)
    path.write_bytes(path.read_bytes().replace(b"two", b"twu"))
    with pytest.raises(MzError, match=r"log\.damaged"):
        open_log(tmp_path, Loop()).read(positions[1])
    assert read_all(tmp_path) == [b"one"]


def test_a_changed_byte_anywhere_in_a_fragment_is_not_given_back(tmp_path: Path) -> None:
    """Its checksum covers the header only: the digest in there covers the rest."""
    frame = fragment(b"moof and mdat" * 1000)
    (position,) = write(tmp_path, [frame], kind=Record.FRAGMENT)
    path = segment.segment_path(tmp_path / "log", 1)
    whole = path.read_bytes()
    begin = whole.index(frame)
    for at in (0, 100, HEADER_BYTES, HEADER_BYTES + 5000, len(frame) - 1):
        raw = bytearray(whole)
        raw[begin + at] ^= 1
        path.write_bytes(raw)
        with pytest.raises(MzError, match=r"log\.damaged"):
            open_log(tmp_path, Loop()).read(position)
    path.write_bytes(whole)
    assert open_log(tmp_path, Loop()).read(position) == frame


def test_what_a_torn_record_holds_is_never_taken_for_records(tmp_path: Path) -> None:
    """A stranger knows the layout and sends a payload that looks like a commit of this log. When
    a power cut leaves zeros where the record began, the payload is no commit: it lacks the salt."""
    write(tmp_path / "other", [b"forged"])
    forged = segment.segment_path(tmp_path / "other" / "log", 1).read_bytes()[segment.BLOCK :]
    good_end = segment.RECORD_BYTES + len(b"good")
    room = segment.BLOCK - good_end - segment.RECORD_BYTES
    write_together(tmp_path, [b"good", b"." * room + forged])
    path = segment.segment_path(tmp_path / "log", 1)
    raw = path.read_bytes()
    begin = segment.BLOCK + good_end
    path.write_bytes(raw[:begin] + bytes(segment.BLOCK - good_end) + raw[2 * segment.BLOCK :])
    assert path.read_bytes()[2 * segment.BLOCK :].startswith(forged)
    assert read_all(tmp_path) == [b"good"]
    assert len(list((tmp_path / "aside").iterdir())) == 1


def test_a_log_of_the_first_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    raw = b"MZLOG1\n\0" + (7).to_bytes(8, "big")
    for data in (b"one", b"two" * 1000):
        crc = zlib.crc32(data, zlib.crc32(bytes([KIND])))
        raw += struct.pack(">IIB", len(data), crc, KIND) + data
    segment.segment_path(tmp_path / "log", 7).write_bytes(raw + b"torn")
    assert read_all(tmp_path) == [b"one", b"two" * 1000]
    assert [path.read_bytes() for path in (tmp_path / "aside").iterdir()] == [b"torn"]
    assert write(tmp_path, [b"after"])[0] >> 32 == 8
    assert read_all(tmp_path) == [b"one", b"two" * 1000, b"after"]
    assert open_log(tmp_path, Loop()).read(7 << 32 | 16) == b"one"


def test_a_file_system_that_knows_no_direct_writes_is_written_through_its_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: int) -> int:
        raise OSError(22, "invalid argument")

    monkeypatch.setattr("fcntl.fcntl", refuse)
    write(tmp_path, [b"one", b"two" * 100_000])
    assert read_all(tmp_path) == [b"one", b"two" * 100_000]


def test_a_record_larger_than_the_buffer_is_one_record(tmp_path: Path) -> None:
    large = bytes(range(256)) * 12_000
    write_together(tmp_path, [b"before", large, b"after"])
    assert read_all(tmp_path) == [b"before", large, b"after"]


def test_segments_go_only_when_every_record_was_released(tmp_path: Path) -> None:
    loop = Loop()
    log = open_log(tmp_path, loop, segment_bytes=segment.BLOCK + 1)
    log.start()
    positions: list[int] = []
    for data in (b"a" * 100, b"b" * 100, b"c"):
        log.append(KIND, data, positions.append, _never)
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


def fragment(payload: bytes) -> bytes:
    header = Header(
        Rendition.FULL, new_id(), NO_ID, 0, 0, 200, 0, 0, len(payload),
        hashlib.sha256(payload).digest(), bytes(32),
    )  # fmt: skip
    return make_frame(header, payload)


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

    monkeypatch.setattr("os.fdatasync", refuse)
    log.append(KIND, b"lost", acknowledged.append, failed.append)
    loop.step()
    monkeypatch.undo()
    log.append(KIND, b"too", acknowledged.append, failed.append)
    loop.step()
    log.stop()
    assert [error.code for error in failed] == ["relay.log_failed"] * 2
    assert acknowledged == []


def test_stop_commits_what_waits(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    write_together(tmp_path, [b"x"] * 10)
    assert read_all(tmp_path) == [b"x"] * 10
    assert set(threading.enumerate()) <= before
