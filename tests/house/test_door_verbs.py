"""`./mz` as a person meets it: help without an environment, wrong usage, and who takes over."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from door import verbs
from door.bench.names import NAMES as NAMES_OF_BENCHES

ROOT = Path(__file__).resolve().parents[2]
NAMES = [one.name for one in verbs.VERBS]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone in which nothing was made: the door alone."""
    shutil.copy2(ROOT / "mz", tmp_path / "mz")
    shutil.copytree(ROOT / "door", tmp_path / "door")
    return tmp_path


def mz(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [sys.executable, str(checkout / "mz"), *words],
        cwd=checkout.parent, env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_verbs_are_those_of_the_readme() -> None:
    asked = {"demo", "test", "check", "up", "field", "staff", "audit", "doctor", "bench", "setup"}
    assert set(NAMES) == asked


@pytest.mark.parametrize("name", NAMES)
def test_help_of_each_verb_needs_no_environment(checkout: Path, name: str) -> None:
    answer = mz(checkout, name, "--help")
    assert answer.returncode == 0, answer.stderr
    assert verbs.verb(name).zh in answer.stdout.replace("\n", "")
    assert not (checkout / ".venv").exists()


def test_help_of_the_demo_lists_the_contract(checkout: Path) -> None:
    said = mz(checkout, "demo", "--help").stdout
    for option in ("--once", "--seconds", "--json", "--video", "--data", "--window"):
        assert option in said


def test_without_a_verb_everything_is_listed(checkout: Path) -> None:
    answer = mz(checkout)
    assert answer.returncode == 2
    assert all(f"  {name} " in answer.stdout for name in NAMES)
    assert mz(checkout, "--help").returncode == 0


@pytest.mark.parametrize(
    "words", [("dance",), ("demo", "--seconds", "x"), ("demo", "--seconds", "0"), ("bench", "no")]
)
def test_wrong_usage_is_2_and_makes_nothing(checkout: Path, words: tuple[str, ...]) -> None:
    assert mz(checkout, *words).returncode == 2
    assert not (checkout / ".venv").exists()


def test_bench_without_a_name_lists_them(checkout: Path) -> None:
    answer = mz(checkout, "bench")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [line.split()[0] for line in answer.stdout.splitlines()] == list(NAMES_OF_BENCHES)


def test_an_unfit_python_is_told_which_one_is_needed(checkout: Path) -> None:
    """The first lines of `mz` run on any Python 3, so they stay in its oldest words."""
    tree = ast.parse((checkout / "mz").read_text("utf-8"), feature_version=(3, 4))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


@pytest.mark.parametrize("one", [v for v in verbs.VERBS if v.module], ids=lambda one: one.name)
def test_the_module_that_takes_over_exists(one: verbs.Verb) -> None:
    path = ROOT / Path(*one.module.split("."))
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
