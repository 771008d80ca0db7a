"""Failure domains: a part counts only where it was read back, and waits while too few hold it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import msgspec
import pytest
import requests
from moto.server import ThreadedMotoServer

from schemas.feed import DomainChanged, FeedItem, PartArchived
from schemas.sign import sha256_hex
from schemas.stream import ArchivedStatement
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import RunningRelay, TestDevice
from tests.patience import PATIENCE_S, eventually
from tests.ports import free_port

Make = Callable[..., RunningRelay]


def two(tmp_path: Path, **more: object) -> dict[str, object]:
    """Return settings of two folders, both required."""
    folders = [str(tmp_path / "court-0" / "relay" / "vault"), str(tmp_path / "second")]
    return {"domains": folders, "required_domains": 2, **more}


def archive(device: TestDevice, recorder: Recorder) -> list[list[str]]:
    """Archive a recording; return the domains of each statement."""
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
        return [said.domains for said in lane.statements()]


def states(items: list[FeedItem]) -> list[tuple[str, bool, str]]:
    return [(i.domain, i.available, i.code) for i in items if isinstance(i, DomainChanged)]


def alarms(relay: RunningRelay) -> list[str]:
    return list(requests.get(f"{relay.url}/v1/health", timeout=PATIENCE_S).json()["alarms"])


def test_s03_archived_names_both_domains_and_both_hold_the_same(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    device = relay.device()
    assert set(map(tuple, archive(device, device.recorder()))) == {("local", "local-2")}
    first = {path.name: path.read_bytes() for path in (relay.data / "vault").rglob("*.mzp")}
    second = {path.name: path.read_bytes() for path in (tmp_path / "second").rglob("*.mzp")}
    assert first
    assert first == second
    assert relay.audit()["ok"]


def test_s03_a_domain_that_is_away_holds_archived_back_and_recovers(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    device = relay.device()
    archive(device, device.recorder())
    (tmp_path / "second").rename(tmp_path / "unplugged")
    (tmp_path / "second").mkdir()  # what is left of a disk that is not mounted
    recorder = device.recorder(counter=2)
    with device.lane() as lane:
        lane.publish(recorder)
        eventually(lambda: states(relay.feed()))
        assert states(relay.feed()) == [("local-2", False, "relay.domain_unavailable")]
        eventually(lambda: alarms(relay) == ["relay.domain_unavailable local-2"])
        lane.listen(1)
        assert not lane.archived() & {(recorder.id, n) for n in range(20)}
        assert list((tmp_path / "second").iterdir()) == []
        assert relay.play(recorder.id, "1/0-4.m4s").ok
        (tmp_path / "second").rmdir()
        (tmp_path / "unplugged").rename(tmp_path / "second")
        lane.wait_archived(recorder)
        assert all(said.domains == ["local", "local-2"] for said in lane.statements())
    eventually(lambda: states(relay.feed())[-1] == ("local-2", True, ""))
    names = [path.name for path in (tmp_path / "second").rglob("*.mzp")]
    assert sorted(names) == sorted(p.name for p in (relay.data / "vault").rglob("*.mzp"))
    eventually(lambda: alarms(relay) == [])
    assert relay.audit()["ok"]


def test_s03_killed_while_a_domain_is_away_the_part_waits_on(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    device = relay.device()
    archive(device, device.recorder())
    shutil.move(tmp_path / "second", tmp_path / "unplugged")
    recorder = device.recorder(counter=2)
    with device.lane() as lane:
        lane.publish(recorder)
        eventually(lambda: states(relay.feed()))
        relay.kill()
    relay.start()
    assert relay.audit()["ok"]
    assert not any(said.recording == recorder.id for said in statements(relay)), (
        "nothing was said of a part that lacks a copy"
    )
    shutil.move(tmp_path / "unplugged", tmp_path / "second")
    with device.lane() as lane:
        lane.begin(recorder)
        lane.wait_archived(recorder)
        assert all(said.domains == ["local", "local-2"] for said in lane.statements())
    parts = [path.name for path in (relay.data / "vault").rglob("*.mzp")]
    assert len(parts) == 2, "the part that waited is the part that was archived"
    assert relay.audit()["ok"]


def statements(relay: RunningRelay) -> list[ArchivedStatement]:
    return [
        msgspec.json.decode(item.statement.payload, type=ArchivedStatement)
        for item in relay.feed()
        if isinstance(item, PartArchived)
    ]


class Store:
    """An S3-compatible store of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self.server.start()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = boto3.client(
            "s3", endpoint_url=self.url, region_name="us-east-1",
            aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip
        for name in ("access", "secret"):
            (folder / name).write_text("test")
        self.settings = {
            "s3_endpoint": self.url,
            "s3_access_key_file": str(folder / "access"),
            "s3_secret_key_file": str(folder / "secret"),
        }

    def parts(self, bucket: str) -> dict[str, bytes]:
        """Return what the bucket holds."""
        listed = self.client.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {
            one["Key"]: self.client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            for one in listed
        }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("store"))
    yield made
    made.server.stop()


def with_store(tmp_path: Path, store: Store, bucket: str, **more: object) -> dict[str, object]:
    folder = str(tmp_path / "court-0" / "relay" / "vault")
    return {
        "domains": [folder, f"s3://{bucket}/court"], "required_domains": 2, **store.settings, **more
    }  # fmt: skip


def test_s03_a_locked_object_counts_as_a_copy(
    make_relay: Make, tmp_path: Path, store: Store
) -> None:
    store.client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    settings = with_store(tmp_path, store, "locked", s3_lock_days=30, s3_legal_hold=True)
    relay = make_relay(**settings)
    device = relay.device()
    assert set(map(tuple, archive(device, device.recorder()))) == {("local", "s3")}
    held = store.parts("locked")
    names = {path.stem for path in (relay.data / "vault").rglob("*.mzp")}
    assert {sha256_hex(data) for data in held.values()} == names
    (key, *_) = held
    at = {"Bucket": "locked", "Key": key}
    said = store.client.head_object(**at)
    assert (said["ObjectLockMode"], said["ObjectLockLegalHoldStatus"]) == ("COMPLIANCE", "ON")


def test_s03_a_store_that_cannot_lock_is_never_counted(
    make_relay: Make, tmp_path: Path, store: Store
) -> None:
    store.client.create_bucket(Bucket="plain")
    relay = make_relay(**with_store(tmp_path, store, "plain", s3_lock_days=30))
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        eventually(lambda: states(relay.feed()))
        lane.listen(0.5)
        assert not lane.archived()


def test_s03_a_bucket_that_is_not_there_is_an_alarm_and_later_a_domain(
    make_relay: Make, tmp_path: Path, store: Store
) -> None:
    relay = make_relay(**with_store(tmp_path, store, "later"))
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        eventually(lambda: states(relay.feed()))
        store.client.create_bucket(Bucket="later")
        lane.wait_archived(recorder)
    eventually(lambda: [state[1] for state in states(relay.feed())] == [False, True])
