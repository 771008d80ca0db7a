"""Settings: read once, overridden by the environment, unknown keys refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_center.platform.settings import load
from schemas.problems import MzError

GOOD = '[court]\nname = "南江法院"\ncode = "粤0199"\n[centre]\ndata = "DATA"\n'


def _file(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_is_not_named_has_its_default(tmp_path: Path) -> None:
    settings = load(_file(tmp_path, GOOD), {})
    assert settings.centre.port == 8420
    assert settings.sms.provider == "simulated"
    assert settings.database_url == "sqlite:///DATA/centre.db"
    assert settings.centre.allow_sources == ["camera", "bridge"]


def test_the_environment_overrides_numbers_texts_and_lists(tmp_path: Path) -> None:
    environ = {
        "MZ_CENTRE_PORT": "9001",
        "MZ_COURT_NAME": "别的法院",
        "MZ_CENTRE_ALLOW_SOURCES": "camera,file",
        "MZ_CRASH_AT": "nowhere",
    }
    settings = load(_file(tmp_path, GOOD), environ)
    assert (settings.centre.port, settings.court.name) == (9001, "别的法院")
    assert settings.centre.allow_sources == ["camera", "file"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD + "colour = 1\n", "settings.unknown_key"),
        (GOOD + "[moon]\nphase = 1\n", "settings.unknown_key"),
        (GOOD + 'port = "many"\n', "settings.malformed"),
        ("[court\n", "settings.malformed"),
        ('[court]\nname = "x"\n', "settings.malformed"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(MzError) as refused:
        load(_file(tmp_path, text), {})
    assert refused.value.code == code


def test_a_missing_file_is_named_so(tmp_path: Path) -> None:
    with pytest.raises(MzError, match=r"settings\.not_found"):
        load(tmp_path / "nowhere.toml", {})
