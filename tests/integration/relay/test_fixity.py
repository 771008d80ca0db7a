"""The sweep of the copies: what is damaged is alarmed and repaired, what is missing is made."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from schemas.feed import OrderKind, PartDamaged
from tests.integration.relay.running import RunningRelay
from tests.patience import eventually

Make = Callable[..., RunningRelay]


def two(tmp_path: Path, **more: object) -> dict[str, object]:
    folders = [str(tmp_path / "court-0" / "relay" / "vault"), str(tmp_path / "second")]
    return {"domains": folders, "required_domains": 2, "fixity_hours": 0.0003, **more}


def archived_part(relay: RunningRelay) -> str:
    """Archive a recording; return the digest of its part."""
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
        (said,) = lane.statements()
    return said.part_sha256


def spoil(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(raw)


def whole(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def damaged(relay: RunningRelay) -> list[tuple[str, str, str | None]]:
    return [
        (item.domain, item.code, item.repaired_from)
        for item in relay.feed()
        if isinstance(item, PartDamaged)
    ]


def test_s04_a_damaged_copy_is_alarmed_and_repaired_from_the_other_domain(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    sha256 = archived_part(relay)
    first, second = (
        folder / "parts" / sha256[:2] / f"{sha256}.mzp"
        for folder in (relay.data / "vault", tmp_path / "second")
    )
    spoil(first)
    eventually(lambda: damaged(relay))
    eventually(lambda: whole(first, sha256))
    assert damaged(relay) == [("local", "part.wrong_digest", "local-2")]
    second.unlink()
    eventually(lambda: whole(second, sha256))
    eventually(lambda: len(damaged(relay)) == 2)
    assert damaged(relay)[1] == ("local-2", "vault.not_found", "local")
    kept = [path.name for path in (relay.data / "aside").iterdir()]
    assert [name.startswith(f"damaged-{sha256}-") for name in kept] == [True]
    assert relay.audit()["ok"]


def test_s04_a_part_without_a_good_copy_is_alarmed_once_and_kept(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path))
    sha256 = archived_part(relay)
    relay.kill()
    paths = list(tmp_path.rglob(f"{sha256}.mzp"))
    for path in paths:
        spoil(path)
    before = [path.read_bytes() for path in paths]
    relay.start()
    eventually(lambda: len(damaged(relay)) == 2)
    time.sleep(1)
    assert sorted(damaged(relay)) == [
        ("local", "part.wrong_digest", None), ("local-2", "part.wrong_digest", None),
    ]  # fmt: skip
    assert [path.read_bytes() for path in paths] == before


def test_a_new_domain_gets_every_part_and_loses_what_is_deleted(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay()
    sha256 = archived_part(relay)
    relay.kill()
    text = relay.settings_file.read_text()
    folders = [str(relay.data / "vault"), str(tmp_path / "annex")]
    listed = ", ".join(f'"{folder}"' for folder in folders)
    relay.settings_file.write_text(text.replace("[relay]\n", f"[relay]\ndomains = [{listed}]\n"))
    relay.start()
    copy = tmp_path / "annex" / "parts" / sha256[:2] / f"{sha256}.mzp"
    eventually(lambda: whole(copy, sha256))
    assert damaged(relay) == []
    assert relay.order(relay.court.order(OrderKind.DELETE_PART, sha256)).ok
    eventually(lambda: not copy.exists())
    assert relay.audit()["ok"]


def test_an_index_that_was_lost_while_a_domain_was_away_says_more_when_it_is_back(
    make_relay: Make, tmp_path: Path
) -> None:
    relay = make_relay(**two(tmp_path, segment_bytes=20_000))
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
    relay.kill()
    for path in (*relay.data.glob("index.db*"), *(relay.data / "log").iterdir()):
        path.unlink()
    shutil.move(tmp_path / "second", tmp_path / "unplugged")
    relay.start()
    assert relay.play(recorder.id, "1/0-4.m4s").ok
    with device.lane() as lane:
        lane.holdings(recorder.id)
        lane.listen(0.5)
        assert lane.statements() == []
        shutil.move(tmp_path / "unplugged", tmp_path / "second")
        lane.wait_archived(recorder)
        assert all(said.domains == ["local", "local-2"] for said in lane.statements())
