"""What is wrong with a screen as it shows: targets too small, words cut, spilt, overlapping, or
in the other language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kivy.metrics import dp
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.textinput import TextInput

from field_app.theme.parts import OneLine
from field_app.theme.tokens import TOUCH_DP

_HAN = re.compile(r"[\u3400-\u9fff]+")
_SLACK = 1.5
_AIR = 0.2
"""A line is so much higher, above and below, than what is drawn of it; a share of its size."""


def faults(root: Any, known: str | None = None) -> list[str]:
    """Return what is wrong, each a line. `known`: what may stand in Chinese, when the window speaks
    English: what people, courts and records are called."""
    found = []
    for part in _shown(root):
        found += [f"{what}: {_named(part)}" for what in _faults(part, known)]
    return sorted(set(found))


def _faults(part: Any, known: str | None) -> Iterator[str]:
    touched = isinstance(part, ButtonBehavior | TextInput) and not part.disabled
    if touched and min(part.size) < dp(TOUCH_DP) - _SLACK:
        yield f"small {part.width:.0f}x{part.height:.0f}"
    if not isinstance(part, Label) or not part.text or getattr(part, "name", ""):
        return
    if isinstance(part, OneLine):
        if part.is_shortened and "ListRow" not in _named(part):  # its thing opens whole
            yield "cut"
    elif _spills(part):
        yield "spills"
    if known is not None:
        for run in _HAN.findall(part.text):
            if run not in known:
                yield f"Chinese {run}"


def _spills(part: Any) -> bool:
    """Whether words stand outside of what holds them, or over their neighbour."""
    holder = part.parent
    if holder is None or part.texture_size[0] > part.width + _SLACK:
        return True
    if part.x < holder.x - _SLACK or part.right > holder.right + _SLACK:
        return True
    air = _SLACK + part.font_size * _AIR
    return bool(
        hasattr(holder, "orientation") and (part.y < holder.y - air or part.top > holder.top + air)
    )


def _named(part: Any) -> str:
    chain, words = [], _words(part)
    up = part
    while up is not None and up.parent is not up and len(chain) < 4:
        chain.append(type(up).__name__)
        up = up.parent
    return f"{words[:60]!r} in {' < '.join(chain)}"


def _words(part: Any) -> str:
    if getattr(part, "text", ""):
        return str(part.text)
    return " ".join(filter(None, (_words(one) for one in getattr(part, "children", [])[::-1])))


def _shown(part: Any) -> Iterator[Any]:
    if part.opacity == 0 or (part.disabled and part.height == 0):
        return
    yield part
    for child in part.children:
        yield from _shown(child)
