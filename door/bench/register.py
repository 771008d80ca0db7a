"""`deadlines`, `notices` and `register`: the centre's own verbs, timed on both databases."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from door import commands
from door.bench.postgres import PostgresServer, cluster
from door.bench.result import Baseline, Result, percentile
from door.bench.sending import DEFAULT_NOTICES, measure_sending
from door.bench.untold import FEWEST_KILLS, measure_untold
from door.ports import free_triple
from door.site import load_site, write_settings

SIZES = (10_000, 100_000, 1_000_000)
PLANS = 40
_SQLITE_PART = 4
_SWEEP_S, _PAGE_MS, _PLAN_RATIO, _SEARCH_MS = 10, 100, 2, 100
_P95 = 95


def run_deadlines(result: Result, folder: Path, count: int | None) -> None:
    """Sweep registers of growing size; `count` measures nothing larger than that."""
    sizes = [size for size in SIZES if count is None or size <= count] or [count or SIZES[0]]
    with cluster(durable=True) as server:
        for found in _measure(folder, server, "deadlines", sizes):
            _tell_deadlines(result, "deadlines", found, largest=found["measures"] == sizes[-1])
    for found in _measure(folder, None, "deadlines", sizes):
        _tell_deadlines(result, "deadlines.sqlite", found, largest=found["measures"] == sizes[-1])


def run_notices(result: Result, folder: Path, count: int | None, kills: int) -> None:
    """Plan the notices of acts beside the bare insert of the same rows; send them to an SMSC;
    kill web and worker so many times meanwhile, a quarter as often on SQLite."""
    plans, sent = count or PLANS, count or DEFAULT_NOTICES
    with cluster(durable=True) as server:
        _tell_planning(result, "notices", _measure(folder, server, "notices", [plans]))
        measure_sending(result, "notices", folder / "sending-postgres", server, sent)
        measure_untold(result, "notices", folder / "untold-postgres", server, kills)
    _tell_planning(result, "notices.sqlite", _measure(folder, None, "notices", [plans]))
    measure_sending(result, "notices.sqlite", folder / "sending-sqlite", None, sent)
    fewer = max(FEWEST_KILLS, kills // _SQLITE_PART)
    measure_untold(result, "notices.sqlite", folder / "untold-sqlite", None, fewer)


def run_register(result: Result, folder: Path, count: int | None) -> None:
    """Search registers of growing size; `count` is the largest."""
    sizes = [size for size in SIZES if count is None or size <= count] or [count or SIZES[0]]
    with cluster(durable=True) as server:
        for found in _measure(folder, server, "register", sizes):
            _tell_search(result, "register", found, largest=found["cases"] == sizes[-1])
    for found in _measure(folder, None, "register", sizes):
        _tell_search(result, "register.sqlite", found, largest=False)


def _measure(folder: Path, server: PostgresServer | None, what: str, sizes: list[int]) -> Any:
    """Run the centre's own measuring on an empty database; return what it found."""
    place = folder / (f"{what}-postgres" if server else f"{what}-sqlite")
    place.mkdir(parents=True, exist_ok=True)
    site = load_site(write_settings(place, free_triple(), ("camera",)), place)
    environment = []
    if server is not None:
        server.execute(f"CREATE DATABASE {what}")
        environment = ["env", f"MZ_CENTRE_DATABASE={server.url(what)}"]
    for verb in ("init", "migrate"):
        commands.run([*environment, *commands.centre(site.settings, verb)], verb)
    asked = commands.centre(site.settings, "measure", what, "--sizes", *map(str, sizes))
    return json.loads(commands.run([*environment, *asked], f"测量 {what}").splitlines()[-1])


def _tell_deadlines(result: Result, key: str, found: Any, *, largest: bool) -> None:
    size = found["measures"]
    judged = largest and key == "deadlines" and size == SIZES[-1]
    result.add(f"{key}.sweep_s_{size}", [found["sweep_s"]], "s",
               goal=f"<= {_SWEEP_S}" if judged else None)  # fmt: skip
    result.add(f"{key}.sweep_again_s_{size}", [found["again_s"]], "s")
    result.add(f"{key}.horizon_p95_ms_{size}", [percentile(found["pages_ms"], _P95)], "ms",
               goal=f"<= {_PAGE_MS}" if judged else None)  # fmt: skip
    if largest:
        result.notes.append(f"{key}: {found['alarms']} alarms raised over {size} measures")


def _tell_search(result: Result, key: str, found: Any, *, largest: bool) -> None:
    """Give the whole mix its figure, and each kind of query its own at the largest size."""
    size, kinds = found["cases"], found["searched_ms"]
    every = [one for times in kinds.values() for one in times]
    result.add(f"{key}.search_p95_ms_{size}", [percentile(every, _P95)], "ms")
    if largest:
        goal = f"<= {_SEARCH_MS}" if size == SIZES[-1] else None
        result.add(f"{key}.search_p95_ms", [percentile(every, _P95)], "ms", goal=goal)
        for kind, times in kinds.items():
            result.add(f"{key}.search_p95_ms_{kind}", [percentile(times, _P95)], "ms")


def _tell_planning(result: Result, key: str, found: Any) -> None:
    bare = statistics.median(found["bare_ms"])
    baseline = Baseline(f"the same {found['rows']} rows, one commit", round(bare, 2), "ms")
    result.add(f"{key}.plan_ms", found["planned_ms"], "ms", baseline=baseline)
    ratio = statistics.median(found["planned_ms"]) / bare
    goal = f"<= {_PLAN_RATIO}" if key == "notices" else None
    result.add(f"{key}.plan_ratio_bare_insert", [ratio], "x", goal=goal)


RUNS = {"deadlines": run_deadlines, "register": run_register}
