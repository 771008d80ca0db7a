"""What `kill` breaks, and the simulated disk that goes away under the relay."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from door.bench.kill import deck
from door.bench.store import SimulatedDisk


def test_a_full_run_breaks_three_hundred_programs_and_fifty_links() -> None:
    broken = Counter(deck(350, random.Random(1)))
    assert broken.pop("cut") == 50
    assert broken == {"relay": 75, "web": 75, "worker": 75, "device": 75}


def test_a_disk_that_is_away_leaves_an_empty_place_and_comes_back_as_it_was(tmp_path: Path) -> None:
    disk = SimulatedDisk(tmp_path / "store")
    disk.folder.mkdir()
    (disk.folder / "part").write_text("bytes")
    disk.take_away()
    assert disk.is_away
    assert not list(disk.folder.iterdir())
    (disk.folder / "stray").write_text("written to the wrong disk")
    disk.bring_back()
    assert not disk.is_away
    assert [path.name for path in disk.folder.iterdir()] == ["part"]
    assert disk.strays == ["stray"]
