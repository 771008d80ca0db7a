"""A simulated scene as I420: a room with a desk and boxes, and a bar that moves with time."""

from __future__ import annotations

WIDTH, HEIGHT = 640, 360

_RECTANGLES = [
    ((0, 0, 640, 230), (150, 122, 132)),
    ((0, 230, 640, 360), (92, 116, 140)),
    ((60, 60, 180, 270), (78, 108, 152)),
    ((74, 76, 166, 268), (96, 106, 154)),
    ((250, 60, 400, 150), (196, 138, 118)),
    ((320, 60, 326, 150), (80, 126, 130)),
    ((420, 170, 600, 260), (60, 118, 140)),
    ((440, 120, 540, 172), (30, 130, 126)),
    ((446, 126, 534, 166), (120, 146, 110)),
    ((300, 250, 380, 330), (120, 96, 152)),
    ((336, 250, 346, 330), (168, 104, 144)),
    ((350, 280, 440, 350), (112, 98, 152)),
]


def still(moment: int) -> bytes:
    """Return the three planes of one picture; `moment` moves the bar at its foot."""
    luminance = bytearray(WIDTH * HEIGHT)
    blue, red = bytearray(WIDTH * HEIGHT // 4), bytearray(WIDTH * HEIGHT // 4)
    bar = ((moment * 8) % (WIDTH - 40) & ~1, 344, (moment * 8) % (WIDTH - 40) + 40 & ~1, 352)
    for box, (y, u, v) in [*_RECTANGLES, (bar, (220, 128, 128))]:
        left, top, right, low = box
        for row in range(top, low):
            start = row * WIDTH
            luminance[start + left : start + right] = bytes([y]) * (right - left)
        for row in range(top // 2, low // 2):
            start, width = row * WIDTH // 2, (right - left) // 2
            for plane, value in ((blue, u), (red, v)):
                plane[start + left // 2 : start + left // 2 + width] = bytes([value]) * width
    return bytes(luminance + blue + red)
