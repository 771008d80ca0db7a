"""The environment: ready is told apart from half made, and half made is repaired."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

from door import env, stamp
from door.places import Places
from door.progress import Progress, failure
from door.refusal import FAILED, LACKING, Refusal
from door.venv import VenvPart, broken_distributions, site_packages


def make_wheel(folder: Path) -> Path:
    """Write a real wheel `tiny 1.0` by the wheel format's rules; it needs no network."""
    files = {
        "tiny/__init__.py": b"WORD = 'here'\n",
        "tiny/more.py": b"MORE = 1\n",
        "tiny-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files["tiny-1.0.dist-info/RECORD"] = "\n".join([*rows, "tiny-1.0.dist-info/RECORD,,"]).encode()
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A checkout whose lock holds one tiny package from a local folder."""
    wheel = make_wheel(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    root = tmp_path / "checkout"
    root.mkdir()
    lock = f"tiny==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    (root / "requirements.lock").write_text(lock)
    return Places(root)


def make(places: Places) -> bool:
    return env.ensure([VenvPart(places)], places)


def word(places: Places) -> str:
    command = [str(places.python), "-c", "import tiny, tiny.more; print(tiny.WORD)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_made_once_then_ready_then_each_damage_is_noticed_and_repaired(places: Places) -> None:
    assert make(places) is True
    assert word(places) == "here"
    assert make(places) is False

    site = site_packages(places.venv)
    assert site is not None
    damages = {
        "stamp lost in the middle": lambda: (places.venv / ".mz-stamp").unlink(),
        "stamp cut short": lambda: (places.venv / ".mz-stamp").write_text("{"),
        "package gone": lambda: (
            [one.unlink() for one in (site / "tiny").glob("*.py")] + [_remove(site / "tiny")]
        ),
        "installation killed": lambda: (site / "tiny-1.0.dist-info/RECORD").unlink(),
        "interpreter broken": lambda: _replace_link(places.python),
    }
    for name, damage in damages.items():
        damage()
        assert not VenvPart(places).ready(), name
        assert make(places) is True, name
        assert word(places) == "here", name
        assert make(places) is False, name
        site = site_packages(places.venv)
        assert site is not None

    (site / "tiny/more.py").write_text("")  # a file cut short leaves every stamp in place
    assert [one.name for one in broken_distributions(site)] == ["tiny-1.0.dist-info"]
    assert env.ensure([VenvPart(places)], places, distrust=True) is True
    assert (site / "tiny/more.py").read_text() == "MORE = 1\n"

    places.lock.write_text(places.lock.read_text() + "# a new lock\n")
    assert not VenvPart(places).ready()


def test_a_wrong_hash_stops_with_the_logs_words_and_leaves_no_stamp(places: Places) -> None:
    places.lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(Refusal) as caught:
        make(places)
    assert (caught.value.code, caught.value.status) == ("setup.step_failed", FAILED)
    assert "do not match the hashes" in caught.value.text().lower()
    assert not (places.venv / ".mz-stamp").exists()


def test_two_runs_at_once_do_not_collide(places: Places) -> None:
    class Slow:
        label = "slow"
        made = 0

        def ready(self) -> bool:
            return self.made > 0

        def make(self, _: Progress) -> str:
            threading.Event().wait(0.2)
            self.made += 1
            return ""

    slow = Slow()
    runs = [threading.Thread(target=env.ensure, args=([slow], places)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert slow.made == 1


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("Temporary failure in name resolution", "network.unreachable", LACKING),
        ("npm error code EAI_AGAIN", "network.unreachable", LACKING),
        ("error: no space left on device", "setup.step_failed", FAILED),
    ],
)
def test_being_offline_is_told_apart_from_other_failures(
    text: str, code: str, status: int, tmp_path: Path
) -> None:
    refusal = failure("Python libraries", f"first\n{text}\nlast", tmp_path / "pip.log")
    assert (refusal.code, refusal.status) == (code, status)
    assert "Python libraries" in refusal.text()
    assert text in refusal.text()


def test_a_stamp_changes_with_names_and_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"a")
    first = stamp.digest([one, two], tmp_path)
    two.write_bytes(b"")
    second = stamp.digest([one, two], tmp_path)
    one.write_bytes(b"b")
    assert len({first, second, stamp.digest([one, two], tmp_path)}) == 3


def test_the_environment_keeps_the_callers_folder(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    made = places.environment()
    assert "PYTHONDONTWRITEBYTECODE" not in made
    assert made["PYTHONPATH"] == str(places.root)
    assert made["PATH"].startswith(str(places.venv / "bin"))
    assert "PYTHONHOME" not in made


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def _replace_link(python: Path) -> None:
    python.unlink()
    python.symlink_to("/nowhere/python3")
