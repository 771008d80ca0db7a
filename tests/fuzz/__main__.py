"""One coverage-guided search: `python -m tests.fuzz TARGET --seconds N --found DIR [--keep]`.

It begins at the golden messages and the kept corpus, mutates what reaches new places (atheris), and
writes each input that a target does not refuse by a code to `DIR`. `--keep` makes the corpus anew
of the fewest inputs that reach the same places. The last line of standard output is JSON:
{"executions", "corpus", "found"}.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz import corpus

MAX_BYTES, MEMORY_MB, ONE_INPUT_S = 8_192, 1_024, 5
_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_MOST_KEPT = 40


def main() -> int:
    """Search; 0 nothing found, 1 something that is no coded refusal, 2 cannot search here."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--found", type=Path, required=True)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--again", default="", help=argparse.SUPPRESS)
    given, rest = parser.parse_known_args()
    if given.again:
        return _fuzz(given.target, given.again, rest)
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write("atheris is made for Linux on x86-64 and Python 3.11\n")
        return 2
    given.found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mz-fuzz-") as folder:
        return _search(given, Path(folder))


def _search(given: argparse.Namespace, folder: Path) -> int:
    from tests.fuzz.targets import TARGETS, seeds

    found, begun = folder / "corpus", folder / "seeds"
    for place, inputs in (
        (found, corpus.load(given.target)),
        (begun, seeds(TARGETS[given.target])),
    ):
        place.mkdir()
        for number, data in enumerate(inputs):
            (place / f"{number:04d}").write_bytes(data)
    program = _program(given, folder / "again")
    said = _run(program, f"-max_total_time={given.seconds}", str(found), str(begun))
    if given.keep:
        fewest = folder / "fewest"
        fewest.mkdir()
        _run(program, "-merge=1", str(fewest), str(found), str(begun))
        kept = sorted((path.read_bytes() for path in fewest.iterdir()), key=len)
        corpus.keep(given.target, kept[:_MOST_KEPT] or corpus.load(given.target))
    bad = sorted(path.name for path in given.found.glob(f"{given.target}-*"))
    executions = _EXECUTIONS.search(said)
    if executions is None:
        return 2
    told = {"executions": int(executions[1]), "corpus": len(list(found.iterdir())), "found": bad}
    print(json.dumps(told))
    return 1 if bad else 0


def _program(given: argparse.Namespace, path: Path) -> list[str]:
    """Write the program that libFuzzer is, for it runs itself by its path; return its command."""
    path.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m tests.fuzz {given.target}'
        ' --found . --again "$0" "$@"\n'
    )
    path.chmod(0o700)
    return [str(path), f"-artifact_prefix={given.found.absolute()}/{given.target}-"]


def _run(program: list[str], *words: str) -> str:
    """Run libFuzzer in a process of its own: it ends the process that it finds something in."""
    done = subprocess.run(
        [
            *program, *words, f"-max_len={MAX_BYTES}", f"-rss_limit_mb={MEMORY_MB}",
            f"-timeout={ONE_INPUT_S}", "-print_final_stats=1", "-verbosity=1",
        ],
        capture_output=True, text=True, check=False, errors="replace",
        env={**os.environ, "TMPDIR": str(Path(program[0]).parent)},
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stderr[-4_000:])
    return done.stderr


def _fuzz(name: str, again: str, words: list[str]) -> int:
    """Be the process that libFuzzer runs; a merge runs `again` for each of its attempts."""
    import atheris

    with atheris.instrument_imports(
        include=["schemas", "media_relay", "field_app", "command_center"]
    ):
        from tests.fuzz.targets import TARGETS, refused
    target = TARGETS[name]

    def one_input(data: bytes) -> None:
        refused(target, data)

    atheris.Setup([again, *words], one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
