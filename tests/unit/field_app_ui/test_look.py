"""Tokens keep their contrast, icons are those of the font, rules name only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import field_app
from field_app.theme.icons import ICONS, glyph
from field_app.theme.tokens import DARK, LIGHT, RECORD_DP, TABLE, TOUCH_DP, Palette, rgba

ROOT = Path(field_app.__file__).parent
CSS = ROOT.parent / "node_modules" / "@tabler" / "icons-webfont" / "dist" / "tabler-icons.css"
TEXTS = ("t1", "t2", "t3", "brand", "ok", "warn", "bad", "talk")


def _light(colour: str) -> float:
    parts = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in rgba(colour)[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_reads_on_every_surface_it_stands_on(palette: Palette) -> None:
    for token in TEXTS:
        assert _contrast(getattr(palette, token), palette.s1) >= 4.5, token
    for hue in ("brand", "ok", "warn", "bad", "talk"):
        assert _contrast(getattr(palette, hue), getattr(palette, f"{hue}_s")) >= 4.5, hue
    for fill in (palette.fill_brand, palette.fill_red):
        assert _contrast(palette.on_fill, fill) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_strip_stands_out_from_its_track(palette: Palette) -> None:
    for token in ("strip_ok", "strip_back", "strip_gap"):
        assert _contrast(getattr(palette, token), palette.s3) >= 3, token


def test_hands_in_gloves_can_touch() -> None:
    assert TOUCH_DP >= 54
    assert RECORD_DP == 92


def test_icons_are_those_of_the_font() -> None:
    if not CSS.is_file():
        pytest.skip("the npm packages are not installed")
    shapes = dict(
        re.findall(r'\.ti-([a-z0-9-]+):before \{\s*content: "\\([0-9a-f]+)"', CSS.read_text())
    )
    assert {name: int(shapes[name], 16) for name in ICONS} == ICONS
    assert glyph("") == ""


def test_rules_and_screens_name_only_known_icons_and_tokens() -> None:
    tokens = set(TABLE["light"])
    for path in [*ROOT.glob("screens/*.kv"), *ROOT.glob("theme/*.kv")]:
        for line in path.read_text("utf-8").splitlines():
            key, _, value = line.strip().partition(": ")
            named = set(re.findall(r"'([a-z0-9_-]+)'", value))
            if key == "icon" or (key == "name" and "root" not in value and "'" in value):
                assert named <= set(ICONS), f"{path.name}: {line}"
            if key in ("tone", "tint", "ink", "fill", "border"):
                assert {one for one in named if one not in ("_s",)} <= tokens, (
                    f"{path.name}: {line}"
                )
