"""A 5 × 7 dot font of the few characters that the generated scene writes."""

from __future__ import annotations

from functools import lru_cache

COLUMNS, ROWS = 5, 7

# One number a row, five bits each, the leftmost dot in the highest bit.
_DOTS: dict[str, tuple[int, ...]] = {
    "0": (14, 17, 19, 21, 25, 17, 14),
    "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 2, 4, 8, 31),
    "3": (31, 2, 4, 2, 1, 17, 14),
    "4": (2, 6, 10, 18, 31, 2, 2),
    "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14),
    "7": (31, 1, 2, 4, 8, 8, 8),
    "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 2, 12),
    ":": (0, 4, 4, 0, 4, 4, 0),
    ".": (0, 0, 0, 0, 0, 12, 12),
    " ": (0, 0, 0, 0, 0, 0, 0),
    "A": (14, 17, 17, 31, 17, 17, 17),
    "D": (28, 18, 17, 17, 17, 18, 28),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "G": (14, 17, 16, 23, 17, 17, 15),
    "N": (17, 17, 25, 21, 19, 17, 17),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "T": (31, 4, 4, 4, 4, 4, 4),
}


@lru_cache(maxsize=256)
def glyph_rows(character: str, scale: int, ink: int, paper: int) -> tuple[bytes, ...]:
    """Return the 7 rows of luminance bytes of a character, each 5 × `scale` wide.

    Each row is to be drawn `scale` times, one below the other.
    """
    dots = _DOTS[character]
    return tuple(
        b"".join(
            bytes([ink if row >> (COLUMNS - 1 - column) & 1 else paper]) * scale
            for column in range(COLUMNS)
        )
        for row in dots
    )
