"""The relay's memory: what a bad moment took goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

PROBE = """
from pathlib import Path
from media_relay.memory import Allocator

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

allocator = Allocator()
frames = [bytes(25_000) for _ in range(4_000)]
kept = frames[::10]
del frames
held = resident()
allocator.give_back()
print(held - resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not glibc")
def test_free_memory_between_what_is_kept_goes_back() -> None:
    said = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert int(said.stdout) > 60_000_000
