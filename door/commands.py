"""The command line of every program, in one place: `up`, `demo`, `field` and tests use these."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from door.places import CHECKOUT
from door.refusal import FAILED, Refusal

_TAIL_LINES = 15


def commands(settings: Path) -> dict[str, list[str]]:
    """Return the programs of the centre's side by name, in the order in which they start."""
    return {
        name: _module(module, "--settings", str(settings))
        for name, module in (
            ("relay", "media_relay.main"),
            ("web", "command_center.app"),
            ("worker", "command_center.worker"),
        )
    }


def centre(settings: Path, *words: str) -> list[str]:
    """Return a command of the centre's command line."""
    return _module("command_center.cli", *words, "--settings", str(settings))


def relay_audit(settings: Path) -> list[str]:
    """Return the command that reconciles the relay's log, parts and index."""
    return _module("media_relay.audit", "--settings", str(settings), "--json")


def field_audit(data: Path) -> list[str]:
    """Return the command that reconciles a device's spool and outbox."""
    return _module("field_app.audit", "--data", str(data), "--json")


def verifier(bundle: Path, root: str) -> list[str]:
    """Return the command by which anyone verifies a package."""
    return _module("schemas.verify", str(bundle), "--root", root, "--json")


def window(data: Path, *words: str) -> list[str]:
    """Return the command of the officer's window."""
    return _module("field_app.main", "--data", str(data), *words)


def _module(module: str, *words: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, *words]


def run(command: Sequence[str], what: str, *, allowed: tuple[int, ...] = (0,)) -> str:
    """Run a command to its end and return what it printed; `program.failed` with its last lines."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=CHECKOUT.environment(),
    )
    if done.returncode not in allowed:
        tail = "\n".join((done.stderr or done.stdout).splitlines()[-_TAIL_LINES:])
        raise Refusal(
            "program.failed",
            f"这一步失败(退出码 {done.returncode}):{what}",
            f"This step failed (exit status {done.returncode}): {what}",
            status=FAILED,
            tail=tail,
        )
    return done.stdout
