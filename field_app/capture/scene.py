"""The drawn scene of the generated camera: clock, frame number, and a bar that programs read.

The picture is 960 × 540, I420. A program reads the frame number from the top-left corner: 24
squares of 24 × 24 pixels side by side, the highest bit first, white for 1 and black for 0; the
row of 24 squares below (y 24…47) is the inverse. So bit i is read at (24·i + 12, 12) and checked
at (24·i + 12, 36), in pixels of the 960 × 540 picture. Numbers count modulo 2**24.
"""

from __future__ import annotations

import os

from field_app.capture.glyphs import COLUMNS, glyph_rows
from schemas.time import clock_text

WIDTH, HEIGHT = 960, 540
BAR_BITS, BAR_SQUARE = 24, 24
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
_INK, _PAPER, _WHITE, _BLACK = 225, 52, 235, 16
_CLOCK = (48, 130, 12)  # x, y, scale
_NUMBER = (48, 270, 14)
_NAME = (48, 420, 6)
_RUNNER_Y, _RUNNER_SIZE = 492, 32
_NOISE = (800, 130, 48, 40)  # x, y, width, height
# Luminance and colour of five vertical bands, so that a wrong colour plane is seen at once.
_BANDS = ((120, 120, 118), (110, 100, 150), (96, 140, 110), (120, 90, 140), (104, 128, 128))


def bar_rows(number: int) -> tuple[bytes, bytes]:
    """Return one row of luminance bytes of the bar and one of its inverse (576 bytes each)."""
    white, black = bytes([_WHITE]) * BAR_SQUARE, bytes([_BLACK]) * BAR_SQUARE
    bits = [number >> (BAR_BITS - 1 - i) & 1 for i in range(BAR_BITS)]
    return (
        b"".join(white if bit else black for bit in bits),
        b"".join(black if bit else white for bit in bits),
    )


def read_bar(luminance: bytes | memoryview, stride: int = WIDTH) -> int | None:
    """Return the frame number in a luminance plane, or None where bar and inverse disagree."""
    number = 0
    for i in range(BAR_BITS):
        x = BAR_SQUARE * i + BAR_SQUARE // 2
        upper = luminance[BAR_SQUARE // 2 * stride + x] > 127
        lower = luminance[(BAR_SQUARE + BAR_SQUARE // 2) * stride + x] > 127
        if upper == lower:
            return None
        number = number << 1 | upper
    return number


class Scene:
    """One picture, redrawn in place: only what changed since the last frame is written."""

    def __init__(self, *, busy: bool = False) -> None:
        """Draw what never changes: five bands and the word GENERATED. busy: also a patch in which
        no picture is like the one before."""
        self._busy = busy
        self.picture = bytearray(FRAME_BYTES)
        self._drawn: dict[tuple[int, int], str] = {}
        self._runner = 0
        self._paint_bands()
        self._write(_NAME, "GENERATED")

    def draw(self, number: int, wall_ms: int) -> bytearray:
        """Redraw clock, frame number, bar and runner; return the whole I420 picture."""
        self._write(_CLOCK, clock_text(wall_ms, millis=True)[11:])
        self._write(_NUMBER, f"{number:08d}")
        self._draw_bar(number)
        self._move_runner(number)
        if self._busy:
            self._shake()
        return self.picture

    def _paint_bands(self) -> None:
        for y in range(HEIGHT):
            self.picture[y * WIDTH : (y + 1) * WIDTH] = bytes([_PAPER]) * WIDTH
        band = WIDTH // len(_BANDS)
        luminance = b"".join(bytes([y]) * band for y, _, _ in _BANDS)
        for y in range(60, 112):
            self.picture[y * WIDTH : (y + 1) * WIDTH] = luminance
        for plane in (1, 2):
            colours = b"".join(bytes([colour[plane]]) * (band // 2) for colour in _BANDS)
            start = WIDTH * HEIGHT + (plane - 1) * WIDTH * HEIGHT // 4
            self.picture[start : start + WIDTH * HEIGHT // 4] = colours * (HEIGHT // 2)

    def _write(self, where: tuple[int, int, int], text: str) -> None:
        x, y, scale = where
        for character in text:
            if self._drawn.get((x, y)) != character:
                self._drawn[x, y] = character
                self._stamp(x, y, scale, character)
            x += (COLUMNS + 1) * scale

    def _stamp(self, x: int, y: int, scale: int, character: str) -> None:
        picture, width = self.picture, COLUMNS * scale
        at = y * WIDTH + x
        for row in glyph_rows(character, scale, _INK, _PAPER):
            for _ in range(scale):
                picture[at : at + width] = row
                at += WIDTH

    def _draw_bar(self, number: int) -> None:
        upper, lower = bar_rows(number)
        picture, width = self.picture, BAR_BITS * BAR_SQUARE
        for y in range(BAR_SQUARE):
            at = y * WIDTH
            picture[at : at + width] = upper
            at += BAR_SQUARE * WIDTH
            picture[at : at + width] = lower

    def _shake(self) -> None:
        x, y, width, height = _NOISE
        noise = os.urandom(width * height)
        for row in range(height):
            at = (y + row) * WIDTH + x
            self.picture[at : at + width] = noise[row * width : (row + 1) * width]

    def _move_runner(self, number: int) -> None:
        paper, ink = bytes([_PAPER]) * _RUNNER_SIZE, bytes([_WHITE]) * _RUNNER_SIZE
        to = number * 6 % (WIDTH - _RUNNER_SIZE)
        for y in range(_RUNNER_Y, _RUNNER_Y + _RUNNER_SIZE):
            row = y * WIDTH
            self.picture[row + self._runner : row + self._runner + _RUNNER_SIZE] = paper
            self.picture[row + to : row + to + _RUNNER_SIZE] = ink
        self._runner = to
