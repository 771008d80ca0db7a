"""Facts of the machine: which boot, how much battery, how warm, how much room."""

from __future__ import annotations

import shutil
import uuid
from functools import lru_cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_POWER = Path("/sys/class/power_supply")
_THERMAL = Path("/sys/class/thermal")


@lru_cache(maxsize=1)
def boot() -> str:
    """Return the id of this boot: monotonic clocks compare within it only."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return str(uuid.uuid4())


def battery_percent() -> int | None:
    """Return the charge of the first battery, or None without one."""
    for path in sorted(_POWER.glob("BAT*/capacity")):
        try:
            return int(path.read_text())
        except (OSError, ValueError):
            continue
    return None


def temperature_c() -> float | None:
    """Return the temperature of the first thermal zone in degrees Celsius, or None without one."""
    for path in sorted(_THERMAL.glob("thermal_zone*/temp")):
        try:
            return int(path.read_text()) / 1000
        except (OSError, ValueError):
            continue
    return None


def free_bytes(folder: Path) -> int:
    """Return the bytes free for us where `folder` lies."""
    return shutil.disk_usage(folder).free
