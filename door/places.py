"""Where the door keeps things in a checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_NOT_OURS = frozenset({"PYTHONHOME", "PYTHONDONTWRITEBYTECODE"})


@dataclass(frozen=True)
class Places:
    """Paths of one checkout; tests make one over a temporary folder."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def lock(self) -> Path:
        """The hashed list of Python packages."""
        return self.root / "requirements.lock"

    @property
    def node_lock(self) -> Path:
        """The hashed list that brings Node.js where the system's is missing or too old."""
        return self.root / "requirements-node.lock"

    @property
    def node_modules(self) -> Path:
        """What npm installs."""
        return self.root / "node_modules"

    @property
    def web(self) -> Path:
        """The sources of the faces' scripts and styles."""
        return self.root / "command_center" / "web"

    @property
    def web_dist(self) -> Path:
        """What Vite builds."""
        return self.web / "dist"

    @property
    def paper_fonts(self) -> Path:
        """The fonts of the court's papers."""
        return self.root / "command_center" / "papers" / "fonts"

    @property
    def fonts(self) -> Path:
        """The fonts of the officer's app."""
        return self.root / "field_app" / "theme" / "fonts"

    @property
    def state(self) -> Path:
        """The door's own folder: its lock file and the logs of its steps."""
        return self.root / ".mz"

    def log(self, name: str) -> Path:
        """Return the path of a step's log and make its folder."""
        folder = self.state / "log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def environment(self) -> dict[str, str]:
        """Return the process environment in which the programs run.

        PYTHONPATH names the checkout, so that the caller's own folder stays current and
        relative paths on the command line mean what they say. Byte-code is kept, whatever the
        caller wants of Python: each start would compile its sources anew, half a second.
        """
        env = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        env["VIRTUAL_ENV"] = str(self.venv)
        env["PATH"] = f"{self.venv / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
        env["PYTHONPATH"] = str(self.root)
        env["PYTHONUNBUFFERED"] = "1"
        return env


CHECKOUT = Places(Path(__file__).resolve().parent.parent)
