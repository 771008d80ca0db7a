"""The command line: keys, schema, staff, demonstration data, audit, as an operator types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from command_center.access import sign_in
from command_center.platform.opening import open_database
from tests.integration.centre.court import write_settings
from tests.integration.centre.running import ROOT


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "command_center.cli", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> str:
    return str(write_settings(tmp_path))


def test_a_court_is_set_up_staffed_and_audited(settings: str) -> None:
    assert "keys.missing" in _run("audit", "--settings", settings).stderr
    root = _run("init", "--settings", settings).stdout
    assert _run("init", "--settings", settings).stdout == root
    assert _run("root", "--settings", settings).stdout == root
    assert "database.not_migrated" in _run("audit", "--settings", settings).stderr
    for _ in range(2):
        assert _run("migrate", "--settings", settings).returncode == 0
    staff = ("staff", "add", "--settings", settings, "--name", "邓立新", "--number", "9001")
    added = _run(*staff, "--role", "ADMIN")
    assert added.returncode == 0, added.stderr
    password = added.stdout.split("one-time password: ")[1].strip()
    database = open_database(Path(settings))
    opened = sign_in.sign_in(database, "9001", password, "here")
    assert opened.session.must_change
    database.close()
    again = _run(*staff, "--role", "ADMIN")
    assert (again.returncode, "staff.number_taken" in again.stderr) == (1, True)
    assert _run(*staff, "--role", "EMPEROR").returncode == 2
    audit = _run("audit", "--json", "--settings", settings)
    assert audit.returncode == 0
    assert json.loads(audit.stdout)["ok"] is True


def test_the_demonstration_is_seeded_once_and_signs_in_anew(settings: str) -> None:
    for verb in ("init", "migrate"):
        assert _run(verb, "--settings", settings).returncode == 0
    first, second = (
        json.loads(_run("seed", "--demo", "--settings", settings).stdout) for _ in range(2)
    )
    for key in ("cases", "operation", "officer", "root"):
        assert first[key] == second[key]
    assert [len(case["parties"]) for case in first["cases"]] == [2, 2]
    assert len({one["role"] for one in first["staff"]}) == 16
    assert first["staff"][0]["password"] != second["staff"][0]["password"]
    database = open_database(Path(settings))
    one = second["staff"][0]
    assert sign_in.sign_in(database, one["number"], one["password"], "here").token
    database.close()


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    refused = _run("audit", "--settings", str(tmp_path / "nowhere.toml"))
    assert (refused.returncode, "settings.not_found" in refused.stderr) == (1, True)
