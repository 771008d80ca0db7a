"""The door of the log: what any engine behind it must do, whatever it is made of.

An engine of its own is added to `ENGINES`. It must keep its records in the folder it is given, or
somewhere that the folder names, since "another process" is here a second object on the same one.
"""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from media_relay.log import Log, SharedLog
from media_relay.segment import Record
from schemas.problems import MzError
from tests.patience import PATIENCE_S

Post = Callable[[Callable[[], None]], object]
Engine = Callable[[Path, Post], Log]


def shared(folder: Path, post: Post) -> Log:
    return SharedLog(folder / "log", folder / "aside", 8192, post)


ENGINES: dict[str, Engine] = {"shared": shared}


class Desk:
    """One user of a log: asks, and hears the answers on its own thread."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.log = engine(folder, self._posted.put)
        self.found = [(one.position, one.kind, one.data) for one in self.log.replay()]
        self.answers: list[tuple[bytes, int]] = []
        self.threads: set[int] = set()
        self.log.start()

    def append(self, data: bytes, kind: Record = Record.OPENING) -> None:
        def appended(position: int) -> None:
            self.threads.add(threading.get_ident())
            self.answers.append((data, position))

        def failed(error: MzError) -> None:
            raise AssertionError(error)

        self.log.append(kind, data, appended, failed)

    def hear(self, count: int) -> list[int]:
        """Wait until so many were answered; return their positions."""
        while len(self.answers) < count:
            self._posted.get(timeout=PATIENCE_S)()
        return [position for _, position in self.answers]

    def write(self, *records: bytes) -> list[int]:
        before = len(self.answers)
        for data in records:
            self.append(data)
        return self.hear(before + len(records))[before:]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


def test_a_record_is_read_at_the_position_that_was_answered(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    records = [b"x", b"y" * 5000, bytes(300), bytes(range(256)) * 8]
    positions = desk.write(*records)
    assert [desk.log.read(position) for position in positions] == records
    assert list(desk.log.read_all(positions)) == records
    desk.log.stop()


def test_answers_come_in_order_on_the_asking_thread(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    records = [b"%d" % number for number in range(200)]
    positions = desk.write(*records)
    assert [data for data, _ in desk.answers] == records
    assert positions == sorted(set(positions))
    assert desk.threads == {threading.get_ident()}
    desk.log.stop()


def test_what_was_answered_is_there_for_who_comes_after_a_kill(
    engine: Engine, tmp_path: Path
) -> None:
    """The folder as it is at the answer, without any farewell, has all of it."""
    desk = Desk(engine, tmp_path / "first")
    positions = desk.write(b"one", b"two" * 2000, b"three")
    shutil.copytree(tmp_path / "first", tmp_path / "killed")
    desk.log.stop()
    again = Desk(engine, tmp_path / "killed")
    expected = [b"one", b"two" * 2000, b"three"]
    assert again.found == [
        (position, Record.OPENING, data) for position, data in zip(positions, expected, strict=True)
    ]
    later = again.write(b"four")
    assert later[0] > positions[-1]
    assert [again.log.read(position) for position in positions] == expected
    again.log.stop()


def test_stop_answers_what_waits(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    for number in range(20):
        desk.append(b"%d" % number)
    desk.log.stop()
    desk.hear(20)
    assert len(Desk(engine, tmp_path).found) == 20


def test_only_what_was_released_is_trimmed_and_not_while_it_is_read(
    engine: Engine, tmp_path: Path
) -> None:
    desk = Desk(engine, tmp_path)
    positions = [desk.write(b"%d" % number + b"." * 9000)[0] for number in range(4)]
    assert desk.log.trim() == 0
    desk.log.release(positions[:2])
    with desk.log.kept():
        assert desk.log.trim() == 0
        assert desk.log.read(positions[0]).startswith(b"0")
    assert desk.log.trim() > 0
    with pytest.raises(MzError, match=r"log\.released"):
        desk.log.read(positions[0])
    assert desk.log.read(positions[2]).startswith(b"2")
    desk.log.stop()
    assert [data[:1] for _, _, data in Desk(engine, tmp_path).found] == [b"2", b"3"]


def test_the_kind_is_kept(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    kinds = [Record.OPENING, Record.INIT, Record.HEAD]
    for kind in kinds:
        desk.append(b"data", kind)
    desk.hear(3)
    desk.log.stop()
    assert [kind for _, kind, _ in Desk(engine, tmp_path).found] == kinds
