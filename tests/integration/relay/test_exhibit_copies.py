"""Exhibits stand in every failure domain: copied, counted once read back, healed, fetched back."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from schemas.feed import ExhibitDamaged, ExhibitStored
from tests.integration.relay.running import ROOT, RunningRelay
from tests.patience import PATIENCE_S, eventually
from tests.ports import free_port

Make = Callable[..., RunningRelay]
PHOTO = b"a signature" * 2000
NAME = hashlib.sha256(PHOTO).hexdigest()


def two(tmp_path: Path, **more: object) -> dict[str, object]:
    folders = [str(tmp_path / "court-0" / "relay" / "vault"), str(tmp_path / "second")]
    return {"domains": folders, **more}


def at(folder: Path) -> Path:
    return folder / "exhibits" / NAME[:2] / NAME


def whole(path: Path) -> bool:
    return path.is_file() and path.read_bytes() == PHOTO


def send(relay: RunningRelay) -> int:
    """Send the exhibit; return the status."""
    token = relay.device().ticket()
    return relay.request("PUT", f"/v1/exhibits/{NAME}", token, data=PHOTO).status_code


def counted(relay: RunningRelay, copies: int) -> bool:
    """Return whether the audit finds nothing and so many copies outside the first domain."""
    report = relay.audit()
    return bool(report["ok"]) and report["counts"]["copies"] == copies  # type: ignore[index]


def damaged(relay: RunningRelay) -> list[tuple[str, str, str | None]]:
    return [
        (item.domain, item.code, item.repaired_from)
        for item in relay.feed()
        if isinstance(item, ExhibitDamaged) and item.sha256 == NAME
    ]


def alarms(relay: RunningRelay) -> list[str]:
    return list(requests.get(f"{relay.url}/v1/health", timeout=PATIENCE_S).json()["alarms"])


def test_s03_an_exhibit_is_copied_and_every_damage_is_healed(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path, fixity_hours=0.0003))
    first, second = at(relay.data / "vault"), at(tmp_path / "second")
    assert send(relay) == 201
    eventually(lambda: whole(second))
    eventually(lambda: counted(relay, 1))
    first.chmod(0o600)
    first.write_bytes(PHOTO[:-1] + b"?")
    eventually(lambda: whole(first))
    eventually(lambda: damaged(relay) == [("local", "exhibit.wrong_digest", "local-2")])
    second.unlink()
    eventually(lambda: whole(second))
    eventually(lambda: damaged(relay)[1:] == [("local-2", "vault.not_found", "local")])
    first.unlink()
    eventually(lambda: whole(first))
    assert relay.audit()["ok"]


def test_s03_killed_between_copy_and_index_the_copy_is_counted_at_the_next_start(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path), crash_at="relay.after_copy_written")
    assert send(relay) == 201
    assert relay.wait_dead() == -9
    assert whole(at(tmp_path / "second"))
    assert counted(relay, 0)
    relay.start()
    eventually(lambda: counted(relay, 1))
    assert damaged(relay) == []
    assert [item.sha256 for item in relay.feed() if isinstance(item, ExhibitStored)] == [NAME]


def test_s03_a_domain_that_was_away_or_is_new_gets_the_exhibit(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    first = hashlib.sha256(b"first").hexdigest()
    relay.request("PUT", f"/v1/exhibits/{first}", relay.device().ticket(), data=b"first")
    eventually(lambda: counted(relay, 1))
    shutil.move(tmp_path / "second", tmp_path / "unplugged")
    assert send(relay) == 201
    eventually(lambda: alarms(relay) == ["relay.domain_unavailable local-2"])
    assert not (tmp_path / "second").exists()
    relay.kill()
    shutil.move(tmp_path / "unplugged", tmp_path / "second")
    text = relay.settings_file.read_text().replace('second"', f'second", "{tmp_path / "third"}"')
    relay.settings_file.write_text(text)
    relay.start()
    eventually(lambda: whole(at(tmp_path / "second")) and whole(at(tmp_path / "third")))
    eventually(lambda: counted(relay, 4))
    assert alarms(relay) == []
    assert damaged(relay) == []


def test_s03_the_rebuild_fetches_an_exhibit_back_and_the_audit_misses_a_copy(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    assert send(relay) == 201
    eventually(lambda: counted(relay, 1))
    relay.kill()
    kept = tmp_path / "kept"
    shutil.move(at(tmp_path / "second"), kept)
    report = relay.audit()
    assert [(one["code"], one["subject"]) for one in report["findings"]] == [  # type: ignore[attr-defined]
        ("copy.missing", f"local-2 exhibits {NAME}")
    ]
    shutil.move(kept, at(tmp_path / "second"))
    at(relay.data / "vault").unlink()
    done = subprocess.run(
        relay.command("media_relay.rebuild"), cwd=ROOT, capture_output=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    assert b'"exhibits":1,"fetched":1,"refused":[]' in done.stdout
    assert whole(at(relay.data / "vault"))
    relay.start()
    eventually(lambda: counted(relay, 1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[tuple[dict[str, object], object]]:
    """Return the settings of an S3-compatible store of the test's own, and its client."""
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    word = tmp_path / "word"
    word.write_text("test")
    url = f"http://127.0.0.1:{port}"
    keys = {"s3_access_key_file": str(word), "s3_secret_key_file": str(word)}
    yield (
        {"s3_endpoint": url, **keys},
        boto3.client(
            "s3", endpoint_url=url, region_name="us-east-1",
            aws_access_key_id="test", aws_secret_access_key="test",
        ),
    )  # fmt: skip
    server.stop()


@pytest.mark.parametrize("locks", [True, False])
def test_s03_in_a_store_an_exhibit_counts_only_when_its_lock_is_kept(
    make_relay: Make, tmp_path: Path, store: tuple[dict[str, object], object], locks: bool
) -> None:
    settings, client = store
    bucket = f"court-{locks}".lower()
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=locks)  # type: ignore[attr-defined]
    vault = str(tmp_path / "court-0" / "relay" / "vault")
    relay = make_relay(domains=[vault, f"s3://{bucket}/x"], s3_lock_days=30, **settings)
    assert send(relay) == 201
    if not locks:
        eventually(lambda: [one.endswith(" s3") for one in alarms(relay)] == [True])
        time.sleep(12)  # asked again meanwhile: what stands there without a lock is not counted
        assert alarms(relay)
        assert counted(relay, 0)
        return
    eventually(lambda: counted(relay, 1))
    key = {"Bucket": bucket, "Key": f"x/exhibits/{NAME[:2]}/{NAME}"}
    assert client.get_object(**key)["Body"].read() == PHOTO  # type: ignore[attr-defined]
    assert client.head_object(**key)["ObjectLockMode"] == "COMPLIANCE"  # type: ignore[attr-defined]
