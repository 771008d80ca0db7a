"""The virtual environment: made from the hashed lock, noticed and repaired when half made."""

from __future__ import annotations

import csv
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from door import debian, stamp
from door.places import Places
from door.progress import Progress, run_logged
from door.refusal import Refusal

OLDEST, NEWEST = (3, 11), (3, 13)
_PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==", re.MULTILINE)
_COLLECTED = re.compile(r"^\s*(?:Collecting |Requirement already satisfied: )", re.MULTILINE)


class VenvPart:
    """`.venv/` with everything in requirements.lock."""

    label = "Python 库 · Python libraries"

    def __init__(self, places: Places) -> None:
        self._places = places

    @property
    def _stamp_path(self) -> Path:
        return self._places.venv / ".mz-stamp"

    def ready(self) -> bool:
        """Tell, in milliseconds, whether the environment is whole and of this lock."""
        made = stamp.read(self._stamp_path)
        if made is None or made.get("lock") != self._lock_digest():
            return False
        site = site_packages(self._places.venv)
        holds = made.get("holds")
        if site is None or not isinstance(holds, list):
            return False
        return all((site / name).exists() for name in holds) and python_runs(self._places.python)

    def make(self, progress: Progress) -> str:
        """Make or repair the environment. Raises `Refusal` when it cannot."""
        self._stamp_path.unlink(missing_ok=True)
        if not self._interpreter_sound():
            self._create(progress)
        site = site_packages(self._places.venv)
        for broken in broken_distributions(site) if site else []:
            # pip believes a dist-info folder; without it the package is installed again.
            shutil.rmtree(broken, ignore_errors=True)
        pip_install(self._places, self._places.lock, progress, self.label)
        site = site_packages(self._places.venv)
        holds = sorted(top_levels(site)) if site else []
        stamp.write(self._stamp_path, {"lock": self._lock_digest(), "holds": holds})
        return f"{len(_PINNED.findall(self._places.lock.read_text('utf-8')))}"

    def _lock_digest(self) -> str:
        return stamp.digest([self._places.lock], self._places.root)

    def _interpreter_sound(self) -> bool:
        python = self._places.python
        return python_runs(python) and _succeeds([str(python), "-I", "-m", "pip", "--version"])

    def _create(self, progress: Progress) -> None:
        if not (OLDEST <= sys.version_info[:2] <= NEWEST):
            raise Refusal(
                "python.unsupported",
                f"需要 Python 3.11 至 3.13，现为 {sys.version.split()[0]}。",
                f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}.",
            )
        run_logged(
            [sys.executable, "-m", "venv", "--clear", str(self._places.venv)],
            self._places.log("venv"), progress, what=".venv", cwd=self._places.root,
        )  # fmt: skip


def pip_install(places: Places, lock: Path, progress: Progress, what: str) -> None:
    """Install a hashed lock into the environment. Raises `Refusal`."""
    pinned = len(_PINNED.findall(lock.read_text("utf-8")))

    def measure(text: str) -> str:
        seen = len(_COLLECTED.findall(text))
        return "安装 · installing" if "\nInstalling " in text else f"{min(seen, pinned)}/{pinned}"

    run_logged(
        [
            str(places.python), "-I", "-m", "pip", "install", "--disable-pip-version-check",
            "--no-input", "--no-deps", "--progress-bar", "off", "--retries", "3",
            "--require-hashes", "-r", str(lock),
        ],
        places.log(lock.stem), progress, what=what, cwd=places.root, measure=measure,
    )  # fmt: skip


def debian_packages(places: Places, occasions: frozenset[str]) -> tuple[debian.Package, ...]:
    """Return the Debian package without which this interpreter can make no environment."""
    whole = all(map(_has_module, ("venv", "ensurepip", "ssl")))
    if whole or python_runs(places.python):
        return ()
    zh, en = "制作 Python 环境", "makes the Python environment"
    return (debian.Package(_venv_package(), zh, en, occasions),)


def _venv_package() -> str:
    default = Path("/usr/bin/python3")
    if default.exists() and default.resolve() == Path(sys.executable).resolve():
        return "python3-venv"
    return f"python3.{sys.version_info[1]}-venv"


def python_runs(python: Path) -> bool:
    """Tell whether the environment's interpreter starts and is of a supported version."""
    probe = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    return _succeeds([str(python), "-I", "-S", "-c", probe])


def site_packages(venv: Path) -> Path | None:
    """Return the environment's package folder."""
    return next(iter(sorted(venv.glob("lib/python3.*/site-packages"))), None)


def top_levels(site: Path) -> set[str]:
    """Return what must be there for the environment to be whole, relative to `site`."""
    names: set[str] = set()
    for info in site.glob("*.dist-info"):
        names.add(f"{info.name}/RECORD")
        names.update(path.split("/")[0] for path in _recorded(info) if not path.startswith(".."))
    return names - {"__pycache__"}


def broken_distributions(site: Path) -> list[Path]:
    """Return the dist-info folders of packages of which a file is missing or cut short.

    pip writes RECORD last, so a killed installation has none.
    """
    return [info for info in sorted(site.glob("*.dist-info")) if not _whole(info, site)]


def _whole(info: Path, site: Path) -> bool:
    if not (info / "RECORD").is_file():
        return False
    for path, size in _recorded(info).items():
        if path.endswith(".pyc"):
            continue
        try:
            found = (site / path).stat().st_size
        except OSError:
            return False
        if size is not None and found != size:
            return False
    return True


def _recorded(info: Path) -> dict[str, int | None]:
    try:
        with (info / "RECORD").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if len(row) == 3]
    except OSError:
        return {}
    return {path: int(size) if size.isdigit() else None for path, _, size in rows}


def _has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
