"""What stands outside the index brings everything back: parts, orders, what was deleted."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec

from schemas.feed import (
    ChainBroken,
    FeedItem,
    OrderApplied,
    OrderKind,
    PartArchived,
    RecordingEnded,
    RecordingOpened,
)
from schemas.sign import decode_payload
from schemas.stream import ARCHIVED, ArchivedStatement, Lane, Publish, encode_text
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import ROOT, RunningRelay, TestDevice, next_message
from tests.patience import PATIENCE_S


def archive(device: TestDevice, recorder: Recorder) -> None:
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)


def lose_index(relay: RunningRelay) -> None:
    for name in ("index.db", "index.db-wal", "index.db-shm"):
        (relay.data / name).unlink(missing_ok=True)


def part_of(relay: RunningRelay, recording: str) -> str:
    """Return the digest of a recording's one part."""
    statements = [
        msgspec.json.decode(item.statement.payload)
        for item in relay.feed()
        if isinstance(item, PartArchived)
    ]
    (found,) = {said["part_sha256"] for said in statements if said["recording"] == recording}
    return str(found)


def rebuild(relay: RunningRelay, status: int = 0) -> dict[str, object]:
    """Run the rebuilding program; return its answer."""
    done = subprocess.run(
        relay.command("media_relay.rebuild"), cwd=ROOT, capture_output=True, timeout=PATIENCE_S
    )
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout) if done.stdout else {}


def facts(items: list[FeedItem]) -> dict[str, object]:
    """Return what a feed says of recordings, parts and breaks, without its numbers."""
    statements = [
        decode_payload(item.statement, ARCHIVED, ArchivedStatement)
        for item in items
        if isinstance(item, PartArchived)
    ]
    return {
        "opened": {i.opening.payload for i in items if isinstance(i, RecordingOpened)},
        "ended": {(i.recording, i.last) for i in items if isinstance(i, RecordingEnded)},
        "broken": {(i.recording, i.number) for i in items if isinstance(i, ChainBroken)},
        "parts": {(s.part, s.part_sha256, str(s.fragments), str(s.domains)) for s in statements},
        "spans": [str(i.spans) for i in items if isinstance(i, PartArchived)],
    }


def test_s03_the_index_is_rebuilt_from_the_parts_alone(
    make_relay: Callable[..., RunningRelay], tmp_path: Path
) -> None:
    folders = [str(tmp_path / "court-0" / "relay" / "vault"), str(tmp_path / "second")]
    relay = make_relay(part_bytes=20_000, domains=folders, required_domains=2)
    device = relay.device()
    whole, open_one = device.recorder(), device.recorder(counter=2)
    archive(device, whole)
    with device.lane() as lane:
        lane.begin(open_one)
        lane.send(*open_one.frames[:5], open_one.head(4))
        lane.until(lambda _: (open_one.id, 4) in lane.archived())
    before = relay.feed_page()
    assert relay.stop() == 0
    lose_index(relay)
    shutil.rmtree(relay.data / "log")
    lost = next((relay.data / "vault").rglob("*.mzp"))
    lost.unlink()
    report = rebuild(relay)
    assert (report["recordings"], report["fragments"], report["fetched"]) == (2, 25, 1)
    assert report["refused"] == []
    relay.start()
    after = relay.feed_page(before.epoch, before.next_after)
    assert after.epoch == report["epoch"] != before.epoch
    assert facts(after.items) == facts(before.items)
    assert lost.exists()
    assert relay.play(whole.id, "1/0-4.m4s").ok
    assert relay.audit()["ok"]


def test_a_running_relay_is_not_rebuilt_and_an_old_index_is_kept(relay: RunningRelay) -> None:
    device = relay.device()
    archive(device, device.recorder())
    assert rebuild(relay, 2) == {}
    assert relay.stop() == 0
    first, second = rebuild(relay), rebuild(relay)
    assert first["epoch"] != second["epoch"]
    assert first["fragments"] == second["fragments"] == 20
    assert len([p for p in relay.data.iterdir() if p.name.startswith("index.db.old-")]) == 2
    damaged = next((relay.data / "vault").rglob("*.mzp"))
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    third = rebuild(relay, 1)
    assert third["refused"] == [f"part {damaged.stem}"]


def test_orders_that_were_done_outlive_the_index(relay: RunningRelay) -> None:
    device, revoked = relay.device(), relay.device()
    held, loose = device.recorder(), device.recorder(counter=2)
    archive(device, held)
    archive(device, loose)
    deleted, kept = part_of(relay, loose.id), part_of(relay, held.id)
    orders = [
        relay.court.order(OrderKind.REVOKE_DEVICE, revoked.id),
        relay.court.order(OrderKind.HOLD_RECORDING, held.id),
        relay.court.order(OrderKind.DELETE_PART, deleted),
    ]
    for order in orders:
        assert relay.order(order).json() == {"ok": True}
    relay.kill()
    lose_index(relay)
    relay.start()
    with relay.socket() as connection:
        connection.send(encode_text(Publish(revoked.ticket(), Lane.LIVE)).decode())
        assert next_message(connection).problem.code == "device.revoked"  # type: ignore[union-attr]
    relay.order(relay.court.order(OrderKind.DELETE_PART, kept))
    relay.order(orders[0])
    outcomes = [item.outcome for item in relay.feed() if isinstance(item, OrderApplied)]
    assert outcomes == ["done", "done", "done", "recording.held"]
    assert relay.play(held.id, "1/0-4.m4s").ok
    assert relay.audit()["ok"]


def test_a_changed_order_is_not_taken_back(relay: RunningRelay) -> None:
    device = relay.device()
    relay.order(relay.court.order(OrderKind.REVOKE_DEVICE, device.id))
    relay.kill()
    lose_index(relay)
    (path,) = (relay.data / "orders").iterdir()
    path.write_bytes(path.read_bytes().replace(b'"payload":"', b'"payload":"AA'))
    relay.start()
    with device.lane(Lane.LIVE):
        pass
    assert "order.not_restored" in relay.log.read_text()


def test_a_part_that_was_to_be_deleted_goes_at_the_next_start(relay: RunningRelay) -> None:
    """The process died between the book and the removal, and the index was lost."""
    device = relay.device()
    recorder = device.recorder()
    archive(device, recorder)
    deleted = part_of(relay, recorder.id)
    relay.order(relay.court.order(OrderKind.DELETE_PART, deleted))
    path = relay.data / "vault" / "parts" / deleted[:2] / f"{deleted}.mzp"
    assert not path.exists()
    path.write_bytes(b"as if it were still there")
    relay.kill()
    lose_index(relay)
    relay.start()
    assert not path.exists()
    assert relay.audit()["ok"]
