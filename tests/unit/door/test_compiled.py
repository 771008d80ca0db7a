"""The relay's compiled modules: really compiled, used only while they fit their sources."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from door.compiled import CompiledPart
from door.places import Places
from door.progress import Progress

HERE = Path(__file__).resolve().parents[3]
LOOK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from media_relay import compiled
print(compiled.use())
from media_relay import adder
print(Path(adder.__file__).suffix, adder.add(2, 3))
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Make a checkout with one module to compile."""
    for package in ("media_relay", "schemas"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    room = tmp_path / "media_relay"
    (room / "compiled.txt").write_text("media_relay/adder.py\n", encoding="utf-8")
    (room / "compiled.py").write_bytes((HERE / "media_relay/compiled.py").read_bytes())
    (room / "adder.py").write_text(
        "def add(a: int, b: int) -> int:\n    return a + b\n", encoding="utf-8"
    )
    (tmp_path / "setup.cfg").write_text("[mypy]\nstrict = True\n", encoding="utf-8")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return Places(tmp_path)


def _make(places: Places) -> str:
    progress = Progress(1, io.StringIO())
    progress.begin(CompiledPart.label)
    return CompiledPart(places).make(progress)


def _look(places: Places) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", LOOK, str(places.root)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_what_is_compiled_is_used_until_its_source_changes(places: Places) -> None:
    part = CompiledPart(places)
    assert not part.fits()
    assert _look(places) == ["False", ".py", "5"]
    assert _make(places) == "1"
    assert part.fits()
    assert part.ready()
    assert _look(places) == ["True", ".so", "5"]
    named = places.root / "media_relay/compiled.txt"
    named.write_text("", encoding="utf-8")
    assert not part.fits()
    assert _look(places) == ["False", ".py", "5"]
    named.write_text("media_relay/adder.py\n", encoding="utf-8")
    (places.root / "media_relay/adder.py").write_text(
        "def add(a: int, b: int) -> int:\n    return a - b\n", encoding="utf-8"
    )
    assert not part.fits()
    assert _look(places) == ["False", ".py", "-1"]


def test_what_cannot_be_compiled_is_noted_and_not_tried_each_time(places: Places) -> None:
    (places.root / "media_relay/adder.py").write_text(
        "def add(a: int, b: int) -> int:\n    return str(a + b)\n", encoding="utf-8"
    )
    part = CompiledPart(places)
    assert _make(places) == ""
    assert part.ready()
    assert not part.fits()
    assert _look(places) == ["False", ".py", "5"]
