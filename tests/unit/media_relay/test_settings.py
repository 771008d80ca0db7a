"""Settings of the relay: strict in its own section, overridden by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_relay.settings import load_settings
from schemas.problems import MzError

GOOD = """
[court]
name = "court"
[centre]
host = "127.0.0.1"
allow_sources = ["camera", "generated"]
[relay]
data = "d"
[limits]
min_free_bytes = 7
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD), {})
    assert (settings.stream_port, settings.http_port, settings.part_seconds) == (8421, 8422, 60)
    assert settings.allow_sources == {"camera", "generated"}
    assert settings.min_free_bytes == 7


def test_domains_have_names_and_places(tmp_path: Path) -> None:
    assert [(p.name, p.where) for p in load_settings(write(tmp_path, GOOD), {}).domains] == [
        ("local", "d/vault")
    ]
    environment = {"MZ_RELAY_DOMAINS": "d/vault,e,annex=f,s3://bucket/court/parts,s3://other"}
    places = load_settings(write(tmp_path, GOOD), environment).domains
    assert [place.name for place in places] == ["local", "local-2", "annex", "s3", "s3-2"]
    assert [(place.bucket, place.prefix) for place in places[2:]] == [
        (None, ""), ("bucket", "court/parts"), ("other", ""),
    ]  # fmt: skip


def test_the_environment_goes_first(tmp_path: Path) -> None:
    environment = {
        "MZ_RELAY_STREAM_PORT": "9001",
        "MZ_RELAY_PART_SECONDS": "2.5",
        "MZ_CENTRE_ALLOW_SOURCES": "camera,file",
        "MZ_LIMITS_MIN_FREE_BYTES": "1",
    }
    settings = load_settings(write(tmp_path, GOOD), environment)
    assert (settings.stream_port, settings.part_seconds) == (9001, 2.5)
    assert settings.allow_sources == {"camera", "file"}
    assert settings.min_free_bytes == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[relay", "settings.malformed"),
        ("[relay]\n", "settings.malformed"),
        ('[relay]\ndata = "d"\nstream_prot = 1\n', "settings.unknown_key"),
        ('[relay]\ndata = "d"\nstream_port = "many"\n', "settings.malformed"),
        ('[relay]\ndata = "d"\nrequired_domains = 2\n', "settings.invalid"),
        ('[relay]\ndata = "d"\npart_seconds = 0\n', "settings.invalid"),
        ('[relay]\ndata = "d"\ndomains = ["s3://b/p"]\n', "settings.invalid"),
        ('[relay]\ndata = "d"\ndomains = ["a", "s3://"]\n', "settings.invalid"),
        ('[relay]\ndata = "d"\ndomains = ["a", "a"]\n', "settings.invalid"),
        ('[relay]\ndata = "d"\ndomains = ["x=a", "x=b"]\n', "settings.invalid"),
        ('[relay]\ndata = "d"\ndomains = ["A B=a"]\n', "settings.invalid"),
        ('[relay]\ndata = "d"\nfixity_hours = -1\n', "settings.invalid"),
    ],
)
def test_bad_settings_are_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(MzError) as caught:
        load_settings(write(tmp_path, text), {})
    assert caught.value.code == code


def test_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MzError, match=r"settings\.not_found"):
        load_settings(tmp_path / "none.toml", {})
