"""What stands outside the index brings everything back: parts, orders, what was deleted."""

from __future__ import annotations

import msgspec

from schemas.feed import OrderApplied, OrderKind, PartArchived
from schemas.stream import Lane, Publish, encode_text
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import RunningRelay, TestDevice, next_message


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
