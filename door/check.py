"""`./mz check`: format, lint, types, imports, unit and house tests, side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from door.places import CHECKOUT
from door.refusal import FAILED
from door.web import node_here

# Its script's first line would break in a checkout whose path has a space.
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"
PROGRAMS = ("schemas", "media_relay", "field_app", "command_center", "door")


@dataclass(frozen=True)
class Job:
    """One tool and its command line."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a tool said."""

    job: Job
    status: int
    seconds: float
    text: str


def jobs() -> list[Job]:
    """Return what is checked, the slowest first, so that two cores finish together."""
    root = CHECKOUT.root
    programs = [name for name in PROGRAMS if (root / name / "__init__.py").is_file()]
    tests = [name for name in ("tests/unit", "tests/house") if (root / name).is_dir()]
    python = sys.executable
    return [
        Job("tests", (python, "-m", "pytest", "-q", "--durations=3", *tests)),
        Job("types", (python, "-m", "mypy", *programs)),
        Job("types (web)", (node_here(CHECKOUT), "node_modules/typescript/bin/tsc", "--noEmit")),
        Job("imports", (python, "-c", _LINT_IMPORTS, "--no-cache")),
        Job("lint", (python, "-m", "ruff", "check", "--quiet", ".", "mz")),
        Job("format", (python, "-m", "ruff", "format", "--check", "--quiet", ".", "mz")),
    ]


def run(job: Job) -> Outcome:
    """Run one tool to its end."""
    begun = time.monotonic()
    done = subprocess.run(
        job.command, cwd=CHECKOUT.root, env={**os.environ, "NO_COLOR": "1"}, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return Outcome(job, done.returncode, time.monotonic() - begun, done.stdout)


def main(listed: Sequence[Job]) -> int:
    """Run all, print each as it ends, the failed ones in full. Return 0 or 1."""
    begun = time.monotonic()
    outcomes = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for future in as_completed([pool.submit(run, job) for job in listed]):
            outcome = future.result()
            outcomes.append(outcome)
            if outcome.status:
                print(outcome.text.rstrip())
            state = "ok" if outcome.status == 0 else "FAILED"
            print(f"{state:<7}{outcome.job.name:<12}{outcome.seconds:6.1f} s", flush=True)
    failed = [one.job.name for one in outcomes if one.status]
    whole = f"{time.monotonic() - begun:.1f} s"
    print(
        f"\n失败 · failed: {', '.join(failed)} ({whole})"
        if failed
        else f"\n全部通过 · all ok ({whole})"
    )
    return FAILED if failed else 0


if __name__ == "__main__":
    sys.exit(main(jobs()))
