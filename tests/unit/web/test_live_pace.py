"""How near the live picture is played: the shipped script, driven over simulated arrivals."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
DRIVER = """
import { Pace } from "%s";
const pace = new Pace();
const out = [];
for (const [at, start, dry] of JSON.parse(process.argv[2])) {
  pace.arrived(at, start);
  if (dry) pace.starved();
  out.push(at - pace.aim(at));
}
console.log(JSON.stringify(out));
"""


def lags(tmp_path: Path, arrivals: list[tuple[float, float, bool]]) -> list[float]:
    """Return after each (arrived at, begins at, ran dry?) how far behind the arrival is played."""
    driver, made = tmp_path / "driver.ts", tmp_path / "driver.mjs"
    driver.write_text(DRIVER % (ROOT / "command_center/web/ts/live_pace.ts"), "utf-8")
    esbuild = ROOT / "node_modules/.bin/esbuild"
    bundle = [str(esbuild), str(driver), "--bundle", "--format=esm", f"--outfile={made}"]
    subprocess.run(bundle, check=True, capture_output=True)
    run = ["node", str(made), json.dumps(arrivals)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout)
    return found


def regular(late_s: float, first: int, count: int) -> list[tuple[float, float, bool]]:
    """Return arrivals of fragments of 200 ms that are all equally late."""
    return [(i * 0.2 + late_s, i * 0.2, False) for i in range(first, first + count)]


def test_regular_arrivals_are_followed_closely(tmp_path: Path) -> None:
    found = lags(tmp_path, regular(0.21, 0, 100))
    assert 0.28 < found[-1] < 0.30


def test_the_burst_of_a_join_does_not_hold_the_picture_back(tmp_path: Path) -> None:
    burst = [(1.0 + i * 0.001, i * 0.2, False) for i in range(5)]
    found = lags(tmp_path, [*burst, *regular(0.21, 5, 20)])
    assert found[4] < 0.31  # 1.004 − 0.8 s late, and the guard
    assert found[-1] < 0.30


def test_a_link_that_grows_late_is_followed_from_farther_behind(tmp_path: Path) -> None:
    found = lags(tmp_path, [*regular(0.21, 0, 80), *regular(0.51, 80, 80)])
    assert found[79] < 0.30
    assert found[-1] > 0.58


def test_v02_what_a_lossy_link_brings_very_late_does_not_make_all_of_it_old(tmp_path: Path) -> None:
    lossy = [(i * 0.2 + (0.9 if i % 5 == 4 else 0.4), i * 0.2, False) for i in range(100)]
    assert lags(tmp_path, lossy)[-1] < 0.52


def test_a_stall_keeps_more_distance_and_is_forgotten_in_a_minute(tmp_path: Path) -> None:
    before, dry, after = regular(0.21, 0, 50), regular(0.21, 50, 1), regular(0.21, 51, 300)
    found = lags(tmp_path, [*before, (*dry[0][:2], True), *after])
    assert found[50] - found[49] > 0.04
    assert abs(found[-1] - found[49]) < 0.002


def test_s04_after_a_bad_link_the_picture_is_followed_closely_again(tmp_path: Path) -> None:
    """Twenty seconds of losses with three stalls, then a good link: near again, and stays so."""
    bad = [(i * 0.2 + (1.4 if i % 3 == 2 else 0.5), i * 0.2, i in (20, 50, 80)) for i in range(100)]
    found = lags(tmp_path, [*bad, *regular(0.21, 100, 400)])
    assert found[99] > 0.3
    assert found[99 + 75] < 0.37, "a window later only what the stalls left is kept"
    assert found[-1] < 0.30
