"""The committed locks and the door itself: nothing machine-bound, nothing beyond the library."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOOR = sorted(path for path in (ROOT / "door").glob("*.py") if path.stem in {
    "__init__", "check", "debian", "doctor", "env", "front", "places", "progress", "refusal",
    "stamp", "testrun", "venv", "verbs", "web",
})  # fmt: skip
LOCKS = ["requirements.lock", "requirements-node.lock"]
PINNED = re.compile(r"^[A-Za-z0-9._-]+==[^ +]+ (?:; .+ )?\\$")


@pytest.mark.parametrize("path", [ROOT / "mz", *DOOR], ids=lambda path: path.name)
def test_the_door_imports_the_standard_library_only(path: Path) -> None:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).split(".")[0])
    assert names <= sys.stdlib_module_names | {"door"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    for line in lines:
        if not line.startswith((" ", "#")):
            assert PINNED.match(line), f"not a plain pin: {line}"
    text = "\n".join(lines)
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)


def test_every_direct_requirement_is_locked() -> None:
    asked = re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    locked = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / LOCKS[0]).read_text(), re.MULTILINE)
    assert {_normal(name) for name in asked} <= {_normal(name) for name in locked}


def test_the_npm_lock_names_no_registry_and_is_whole() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert len(packages) > 10
    for path, one in packages.items():
        assert "resolved" not in one, path
        if path:
            assert one["version"], path
            assert one["integrity"].startswith("sha512-"), path
        for name in one.get("optionalDependencies", {}):
            assert f"node_modules/{name}" in packages, f"npm ci would refuse: {name} is not locked"


@pytest.mark.parametrize(
    "name", ["mz", ".ci/run", ".npmrc", "setup.cfg", "pyproject.toml", "package.json", ".gitignore"]
)
def test_no_address_of_a_machine_or_registry(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"registry=|index-url|/root/|/work/|/opt/|https?://", text)


def test_ci_runs_the_readmes_test_command() -> None:
    text = (ROOT / ".ci/run").read_text("utf-8")
    assert text.rstrip().endswith("./mz test")


def test_made_things_are_ignored_by_git() -> None:
    made = [
        ".venv/x", ".mz/lock", "node_modules/x", "command_center/web/dist/manifest.json",
        "field_app/theme/fonts/NotoSansSC-Regular.ttf", "test-output/desk.png",
    ]  # fmt: skip
    answer = subprocess.run(
        ["git", "check-ignore", *made], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stdout.split() == made


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
