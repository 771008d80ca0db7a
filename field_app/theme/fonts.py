"""The fonts: Noto Sans SC whole (names need rare characters) and the Tabler icons."""

from __future__ import annotations

from pathlib import Path

from schemas.problems import Kind, MzError

FOLDER = Path(__file__).with_name("fonts")
REGULAR, BOLD, ICON_FONT = (
    FOLDER / name for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "tabler-icons.ttf")
)


def require_fonts() -> None:
    """Raise `window.fonts_missing` unless every font file is there."""
    missing = [path.name for path in (REGULAR, BOLD, ICON_FONT) if not path.is_file()]
    if missing:
        raise MzError("window.fonts_missing", Kind.UNAVAILABLE, ", ".join(missing))


def register_fonts() -> None:
    """Make Noto Sans SC the app's only text font and `Icons` its icon font."""
    from kivy.core.text import DEFAULT_FONT, LabelBase

    require_fonts()
    LabelBase.register(DEFAULT_FONT, str(REGULAR), fn_bold=str(BOLD))
    LabelBase.register("Icons", str(ICON_FONT))
