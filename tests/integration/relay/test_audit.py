"""The audit finds each kind of difference, and none where there is none."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from tests.integration.relay.running import RunningRelay


@pytest.fixture
def stopped(relay: RunningRelay) -> RunningRelay:
    """Return a stopped relay that holds one archived recording, one in its log, an exhibit."""
    device = relay.device()
    whole, half = device.recorder(), device.recorder(counter=2)
    with device.lane() as lane:
        lane.publish(whole)
        lane.wait_archived(whole)
        lane.begin(half)
        lane.send(*half.frames[:5])
        lane.wait_received(half, set(range(5)))
    name = hashlib.sha256(b"photo").hexdigest()
    relay.request("PUT", f"/v1/exhibits/{name}", device.ticket(), data=b"photo")
    assert relay.stop() == 0
    report = relay.audit()
    assert (report["ok"], report["findings"]) == (True, [])
    return relay


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.rglob(pattern)
    return found


def change_byte(path: Path, at: int) -> None:
    path.chmod(0o600)
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)


def found(relay: RunningRelay) -> set[str]:
    report = relay.audit()
    assert not report["ok"]
    return {finding["code"] for finding in report["findings"]}


def test_a_changed_part_is_found(stopped: RunningRelay) -> None:
    part = only(stopped.data / "vault", "*.mzp")
    change_byte(part, part.stat().st_size // 2)
    assert found(stopped) & {"fragment.wrong_digest", "part.wrong_digest", "part.malformed"}


def test_a_missing_part_is_found(stopped: RunningRelay) -> None:
    only(stopped.data / "vault", "*.mzp").unlink()
    assert found(stopped) == {"vault.not_found"}


def test_a_changed_exhibit_is_found(stopped: RunningRelay) -> None:
    change_byte(only(stopped.data / "vault", hashlib.sha256(b"photo").hexdigest()), 0)
    assert found(stopped) == {"exhibit.wrong_digest"}


def test_a_received_fragment_that_stands_nowhere_is_found(stopped: RunningRelay) -> None:
    for path in (stopped.data / "log").iterdir():
        path.unlink()
    assert found(stopped) == {"fragment.lost"}


def test_a_strange_file_and_a_wrong_row_are_found(stopped: RunningRelay) -> None:
    (stopped.data / "vault" / "parts" / "note").write_text("x")
    (stopped.data / "aside" / "note").write_text("x")
    connection = sqlite3.connect(stopped.data / "index.db")
    connection.execute("UPDATE entries SET offset = offset + 1 WHERE number = 3")
    connection.commit()
    connection.close()
    assert found(stopped) == {"vault.stranger", "aside.stranger", "entry.wrong"}


def test_a_part_that_the_index_does_not_know_is_found(stopped: RunningRelay) -> None:
    connection = sqlite3.connect(stopped.data / "index.db")
    connection.execute("DELETE FROM parts")
    connection.commit()
    connection.close()
    for path in (stopped.data / "log").iterdir():
        path.unlink()
    assert "part.not_indexed" in found(stopped)


def test_a_lost_index_is_found_but_a_relay_that_never_ran_is_fine(stopped: RunningRelay) -> None:
    (stopped.data / "index.db").unlink()
    assert found(stopped) == {"index.missing"}
    for folder in ("log", "vault"):
        shutil.rmtree(stopped.data / folder)
    assert stopped.audit()["ok"]


def test_an_audit_beside_a_working_relay_finds_nothing(relay: RunningRelay) -> None:
    device = relay.device()
    done = threading.Event()

    def work() -> None:
        counter = 0
        with device.lane() as lane:
            while not done.is_set():
                counter += 1
                recorder = device.recorder(counter=counter)
                lane.publish(recorder)
                lane.wait_archived(recorder)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        reports = [relay.audit() for _ in range(3)]
    finally:
        done.set()
        worker.join()
    assert [report["findings"] for report in reports] == [[], [], []]
