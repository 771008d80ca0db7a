"""Key files: made once, kept private, and refused when something is missing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from command_center.platform.keys import init_keys, load_keys
from command_center.platform.settings import CentreSettings, CourtSettings, RelaySettings, Settings
from schemas.keys import KeyRing, Use
from schemas.problems import MzError
from schemas.sign import Ed25519Signer, Envelope, decode
from schemas.time import now_ms


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        CourtSettings("南江法院", "粤0199"),
        CentreSettings(str(tmp_path / "centre")),
        RelaySettings(data=str(tmp_path / "relay")),
    )


def test_keys_are_made_once_and_kept(settings: Settings) -> None:
    root = init_keys(settings, now_ms())
    before = {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()}
    assert init_keys(settings, now_ms()) == root
    assert {path: path.read_bytes() for path in before} == before
    assert load_keys(settings).root == root


def test_secrets_are_for_their_owner_only(settings: Settings) -> None:
    init_keys(settings, now_ms())
    folders = (settings.data, Path(settings.relay.data))
    secrets = [
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".pem", ".key")
    ]
    assert len(secrets) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}


def test_the_relays_folder_holds_what_the_relay_needs(settings: Settings) -> None:
    root = init_keys(settings, now_ms())
    folder = Path(settings.relay.data) / "keys"
    assert (folder / "root.txt").read_text().strip() == root
    ring = KeyRing(root, decode((folder / "certificates.json").read_bytes(), list[Envelope]))
    relay = Ed25519Signer.from_pem((folder / "relay.pem").read_bytes())
    assert ring.public(relay.key, Use.RELAY, now_ms()) == relay.public
    assert len((folder / "ingest.key").read_bytes()) == 32


def test_a_half_made_folder_is_completed(settings: Settings) -> None:
    root = init_keys(settings, now_ms())
    (Path(settings.relay.data) / "keys" / "root.txt").unlink()
    assert init_keys(settings, now_ms()) == root
    assert (Path(settings.relay.data) / "keys" / "root.txt").exists()


def test_without_keys_the_centre_says_so(settings: Settings) -> None:
    with pytest.raises(MzError, match=r"keys\.missing"):
        load_keys(settings)
