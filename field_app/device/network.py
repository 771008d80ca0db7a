"""Which kind of link the device has to the outside: does each byte cost?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schemas.problems import Kind, MzError

Metered = Callable[[], bool]
"""Says whether the link of now is a metered one."""

_ROUTES = Path("/proc/net/route")
_DEVICES = Path("/sys/class/net")
_ANYWHERE = "00000000"
_MOBILE = ("DEVTYPE=wwan", "DEVTYPE=ppp")
_SIMULATED = {"simulated:mobile": True, "simulated:wifi": False}


def make_network(text: str) -> Metered:
    """Return who knows the link: `auto`, or `simulated:mobile`, `simulated:wifi`.

    Raises `network.unknown`.
    """
    if text == "auto":
        return is_metered
    if text in _SIMULATED:
        metered = _SIMULATED[text]
        return lambda: metered
    raise MzError("network.unknown", Kind.INVALID, text[:40])


def is_metered(routes: Path = _ROUTES, devices: Path = _DEVICES) -> bool:
    """Return whether the default route leaves by a mobile modem; False where nobody can say."""
    try:
        lines = routes.read_text().splitlines()[1:]
        fields = [line.split() for line in lines]
        ways = [(int(way[6]), way[0]) for way in fields if way[1] == _ANYWHERE]
        if not ways:
            return False
        about = (devices / min(ways)[1] / "uevent").read_text()
    except (OSError, ValueError, IndexError):
        return False
    return any(word in about for word in _MOBILE)
