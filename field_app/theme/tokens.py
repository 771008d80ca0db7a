"""Colours and sizes of the officer's app, one place; contrasts are those of the design language.

Lists and forms are light (they are read outdoors), the recording screen is always dark; the
officer may choose dark for all. Sizes are dp.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

STOP_HOLD_S = 2
"""So many seconds button and hardware key are held until a recording stops."""
TOUCH_DP = 54
RECORD_DP = 92
QUICK_KEY_DP = 74
GAP_DP = 10
EDGE_DP = 16
CARD_RADIUS_DP = 12
CONTROL_RADIUS_DP = 10


@dataclass(frozen=True)
class Palette:
    """One scheme; each name means the same in both. `*_s` are tints that carry own-hue text."""

    bg: str
    s1: str
    s2: str
    s3: str
    line: str
    ctl: str
    t1: str
    t2: str
    t3: str
    brand: str
    brand_s: str
    ok: str
    ok_s: str
    warn: str
    warn_s: str
    bad: str
    bad_s: str
    talk: str
    talk_s: str
    strip_ok: str
    strip_back: str
    strip_ex: str
    strip_gap: str
    fill_brand: str
    fill_red: str = "#C8321F"
    on_fill: str = "#FFFFFF"
    clear: str = "#00000000"


LIGHT = Palette(
    bg="#F4F5F2", s1="#FFFFFF", s2="#EDEFEB", s3="#E2E6E0", line="#D8DCD7", ctl="#7C8780",
    t1="#17212B", t2="#44515D", t3="#5E6B76",
    brand="#1D4A8C", brand_s="#E4ECF7", ok="#0B6A52", ok_s="#DFF1EA",
    warn="#8A5200", warn_s="#FBEFD5", bad="#B3261E", bad_s="#FBE6E2",
    talk="#5B3FA8", talk_s="#ECE7F8",
    strip_ok="#1C8F6E", strip_back="#5F7BA0", strip_ex="#A86E0B", strip_gap="#C8321F",
    fill_brand="#1D4A8C",
)  # fmt: skip

DARK = Palette(
    bg="#0A0F14", s1="#111920", s2="#18222C", s3="#22303C", line="#2A3946", ctl="#6B7F92",
    t1="#EDF2F5", t2="#B4C1CC", t3="#8B9BA9",
    brand="#8AB4F8", brand_s="#17283F", ok="#5FD3A5", ok_s="#10291F",
    warn="#F4B740", warn_s="#2E240E", bad="#FF7A66", bad_s="#34160F",
    talk="#C3A6FF", talk_s="#241C3A",
    strip_ok="#3DB58A", strip_back="#7F9BBA", strip_ex="#D69A2C", strip_gap="#FF5A43",
    fill_brand="#2F5FA8",
)  # fmt: skip

Rgba = tuple[float, float, float, float]
SCHEMES: dict[str, Palette] = {"light": LIGHT, "dark": DARK}


def rgba(colour: str) -> Rgba:
    """Return `#RRGGBB` or `#RRGGBBAA` as floats 0..1."""
    digits = colour.removeprefix("#").ljust(8, "F")
    red, green, blue, alpha = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4, 6))
    return red, green, blue, alpha


TABLE: dict[str, dict[str, Rgba]] = {
    scheme: {name: rgba(colour) for name, colour in asdict(palette).items()}
    for scheme, palette in SCHEMES.items()
}
