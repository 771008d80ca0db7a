"""`fuzz`: what reads bytes of the outside is given bytes that reach further and further into it.

Coverage-guided (atheris): each search begins at the golden messages and the kept corpus. A target
may refuse with a code; anything else is found, and its input is kept for a test.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from door.bench.result import Result
from door.refusal import FAILED, Refusal

DEFAULT_SECONDS = 10.0
_ROOT = Path(__file__).parents[2]
FOUND = _ROOT / "test-output" / "fuzz"
TARGETS = (
    "first", "from_device", "from_desk", "to_device", "to_viewer", "to_desk", "fragment", "head",
    "init", "ticket", "envelope", "requests", "part", "fmp4", "talk", "talk_pages",
    "talk_stream", "encrypted", "package", "segment",
)  # fmt: skip
"""The names of `tests/fuzz/targets.py`, which a test compares."""


class _Search(msgspec.Struct, forbid_unknown_fields=True):
    """What one search says: inputs tried, inputs that reach different places, defects."""

    executions: int
    corpus: int
    found: list[str]


def run(result: Result, seconds: float) -> None:
    """Search each target for so many seconds; what was found stays in `test-output/fuzz`."""
    searches = {name: _search(name, seconds, FOUND) for name in TARGETS}
    found = [one for each in searches.values() for one in each.found]
    result.add("fuzz.found", [len(found)], "inputs", goal="<= 0")
    result.add("fuzz.executions", [sum(each.executions for each in searches.values())], "inputs")
    result.add("fuzz.corpus", [sum(each.corpus for each in searches.values())], "inputs")
    result.notes += [f"{name}: {each.executions} inputs" for name, each in searches.items()]
    result.notes += [f"found: {one}" for one in found]


def _search(name: str, seconds: float, found: Path) -> _Search:
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.fuzz", name,
            "--seconds", str(round(seconds)), "--found", str(found),
        ],
        cwd=_ROOT, capture_output=True, text=True, check=False, timeout=seconds + 300,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    if done.returncode not in (0, 1) or not lines:
        tail = done.stderr[-400:]
        raise Refusal(
            "fuzz.not_run", f"{name} 未能运行:{tail}", f"{name} did not run: {tail}", status=FAILED
        )
    return msgspec.json.decode(lines[-1], type=_Search)
