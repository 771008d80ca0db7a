"""What a bench found: figures beside their baselines, and on which machine."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from door.places import CHECKOUT


class Baseline(msgspec.Struct, forbid_unknown_fields=True):
    """What a figure is compared with, measured in the same run."""

    name: str
    value: float
    unit: str


class Figure(msgspec.Struct, forbid_unknown_fields=True):
    """One figure: the median of its rounds; `spread` is the lowest and the highest round.

    `goal` is written as "<= 20" or ">= 0.5"; `ratio` is the figure over its baseline.
    """

    value: float
    unit: str
    goal: str | None = None
    baseline: Baseline | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None

    def met(self) -> bool | None:
        """Say whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        sign, bound = self.goal.split()
        return self.value <= float(bound) if sign == "<=" else self.value >= float(bound)


class Machine(msgspec.Struct, forbid_unknown_fields=True):
    """Where it was measured. `load_before` is the load average of the minute before."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    python: str
    load_before: float


class Result(msgspec.Struct, forbid_unknown_fields=True):
    """The file that `./mz bench NAME --json FILE` writes."""

    bench: str
    commit: str
    machine: Machine
    figures: dict[str, Figure] = {}
    notes: list[str] = []

    def add(
        self, key: str, rounds: Sequence[float], unit: str, *, goal: str | None = None,
        baseline: Baseline | None = None,
    ) -> None:  # fmt: skip
        """Add a figure by the values of its rounds; a figure without rounds is left out."""
        if not rounds:
            return
        value = statistics.median(rounds)
        ratio = None
        if baseline is not None and baseline.unit == unit and baseline.value:
            ratio = _short(value / baseline.value)
        spread = (_short(min(rounds)), _short(max(rounds)))
        self.figures[key] = Figure(_short(value), unit, goal, baseline, ratio, spread)

    def write(self, path: Path) -> None:
        """Write the result as indented JSON, whole or not at all."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=2)
        half = path.with_name(path.name + ".half")
        half.write_bytes(text + b"\n")
        half.replace(path)

    def table(self) -> str:
        """Return the figures for a terminal."""
        rows = []
        for key, figure in self.figures.items():
            mark = {True: "✓", False: "✗", None: "·"}[figure.met()]
            spread = "" if figure.spread is None else f"[{figure.spread[0]:g}…{figure.spread[1]:g}]"
            beside = figure.baseline
            named = "" if beside is None else f"{beside.name}: {beside.value:g} {beside.unit}"
            goal = f"({figure.goal})" if figure.goal else ""
            value = f"{figure.value:>10g} {figure.unit:<9}"
            rows.append(f"  {mark} {key:<34}{value}{spread:<18}{goal:<11}{named}")
        return "\n".join([*rows, *(f"  · {note}" for note in self.notes)])


def begin(bench: str) -> Result:
    """Return an empty result for this machine and this state of the code."""
    return Result(bench, _commit(), _machine())


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile; `ValueError` of nothing."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def _short(value: float) -> float:
    """Round to four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def _commit() -> str:
    """Return the commit, with `+` after it where the working tree differs; empty without git."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=CHECKOUT.root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _machine() -> Machine:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cpu=_cpu_name(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(pages * size / 1e9, 1),
        kernel=platform.release(),
        python=platform.python_version(),
        load_before=round(os.getloadavg()[0], 2),
    )


def _cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
