"""Every kept input of the coverage-guided search is read, or refused with a code; quickly."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from door.bench.fuzz import TARGETS as SEARCHED
from tests.fuzz import corpus
from tests.fuzz.targets import TARGETS, refused, seeds

ROOT = Path(__file__).resolve().parents[2]


def test_the_bench_searches_every_target() -> None:
    assert set(SEARCHED) == set(TARGETS)
    assert {path.stem for path in corpus.FOLDER.glob("*.txt")} <= set(TARGETS)


@pytest.mark.parametrize("name", sorted(TARGETS))
@pytest.mark.timeout(20)
def test_kept_inputs_are_read_or_refused_with_a_code(name: str) -> None:
    kept = corpus.load(name)
    assert kept
    for data in [*kept, *seeds(TARGETS[name])]:
        assert refused(TARGETS[name], data) is not None


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="made for Linux on x86-64")
def test_a_search_tries_inputs_and_says_what_it_found(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "talk", "--seconds", "1", "--found", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, said["found"]) == (0, []), done.stderr
    assert said["executions"] > 1_000
