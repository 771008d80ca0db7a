"""The benches run: very small, with the shipped relay and, where installed, nginx-rtmp."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NGINX = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")


def bench(tmp_path: Path, *words: str) -> dict[str, object]:
    """Run a bench in a process of its own; return its figures."""
    target = tmp_path / "result.json"
    done = subprocess.run(
        [sys.executable, "-m", "door.bench", *words, "--rounds", "1", "--json", str(target)],
        cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(target.read_text("utf-8"))["figures"])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("taskset") is None, reason="taskset pins the programs")
def test_archive_measures_the_relay_and_a_bare_append(tmp_path: Path) -> None:
    figures = bench(tmp_path, "archive", "--seconds", "1", "--data", str(tmp_path / "data"))
    assert figures["archive.ratio_bare_append"]["value"] > 0  # type: ignore[index]
    assert figures["archive.archived_rate"]["value"] > 0  # type: ignore[index]
    assert not (tmp_path / "data" / "bare.log").exists()


@pytest.mark.slow
@pytest.mark.skipif(not NGINX.exists(), reason="libnginx-mod-rtmp is the baseline")
def test_relay_measures_beside_nginx_rtmp(tmp_path: Path) -> None:
    figures = bench(tmp_path, "relay", "--seconds", "1", "--publishers", "3")
    for key in ("cpu_ratio_nginx", "fanout_cpu_ratio_nginx", "p95_ms", "received_p95_ms"):
        assert f"relay.{key}" in figures
    assert figures["relay.p95_ms"]["baseline"]["value"] > 0  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("taskset") is None, reason="taskset pins the programs")
def test_soak_measures_memory_and_audits(tmp_path: Path) -> None:
    figures = bench(tmp_path, "soak", "--minutes", "0.1", "--publishers", "3")
    assert figures["soak.memory_mb"]["value"] > 0  # type: ignore[index]
    assert figures["soak.skipped"]["value"] == 0  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_deadlines_sweep_a_register_on_both_databases(tmp_path: Path) -> None:
    found = bench(tmp_path, "deadlines", "--count", "2000")
    for database in ("", "sqlite."):
        assert found[f"deadlines.{database}sweep_s_2000"]["value"] > 0  # type: ignore[index]
        assert found[f"deadlines.{database}horizon_p95_ms_2000"]["value"] > 0  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_notices_are_planned_sent_and_survive_a_kill_of_each_program(tmp_path: Path) -> None:
    found = bench(tmp_path, "notices", "--count", "4", "--kills", "2")
    for database in ("", "sqlite."):
        assert found[f"notices.{database}plan_ratio_bare_insert"]["value"] > 0  # type: ignore[index]
        assert found[f"notices.{database}sent_per_s"]["value"] > 0  # type: ignore[index]
        for figure, wanted in (("kills", 2), ("lost", 0), ("repeated", 0)):
            assert found[f"notices.{database}{figure}"]["value"] == wanted  # type: ignore[index]
    assert "14 rows" in found["notices.sqlite.plan_ms"]["baseline"]["name"]  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_cases_are_found_in_a_register_on_both_databases(tmp_path: Path) -> None:
    found = bench(tmp_path, "register", "--count", "500")
    for database in ("", "sqlite."):
        assert found[f"register.{database}search_p95_ms_500"]["value"] > 0  # type: ignore[index]


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    target = str(tmp_path / "no" / "r.json")
    done = subprocess.run(
        [sys.executable, "-m", "door.bench", "archive", "--json", target],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 2
    assert "no such folder" in done.stderr
