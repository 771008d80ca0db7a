"""Where lines of text end: none begins with what closes, none ends with what opens (禁则处理).

Kivy breaks a run of Chinese at any character. Here a text is cut into pieces that stay whole, and
lines are filled with pieces, so that Kivy draws each as it is. Whole are: an item of a row of items
(`10:20 · 陈志远`), two to four characters that stand between marks as names do, a run of Latin
letters and digits, and any other character, each with the punctuation that belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

CLOSING = "，。、；：！？）》〉」』】〕〗｝］”’…—～·％‰℃々ー.,;:!?)]}%»"
"""What no line begins with."""
OPENING = "（《〈「『【〔〖｛［“‘￥([{«"
"""What no line ends with."""
_CLOSE, _OPEN = re.escape(CLOSING), re.escape(OPENING)
_LEAD, _TAIL = rf"(?:[{_OPEN}]\s*)*", rf"(?:\s*[{_CLOSE}])*\s*"
_RUN = rf"[^\s{_OPEN}\u2E80-\U0010FFFF]+"
_HAN = r"\u3400-\u9FFF"
_NAME = rf"(?<![^\s、·，；：（])[{_HAN}]{{2,4}}(?![^\s、·，；。）])"
_PIECE = re.compile(rf"{_LEAD}(?:{_NAME}|{_RUN}|\S){_TAIL}|\s+")
_ITEM = re.compile(r".+? · |.+")
_ITEM_SHARE = 0.6
"""A longer item would leave most of the line before it empty."""
_LETTER = re.compile(rf"{_LEAD}\S{_TAIL}|\s+")
_WIDE = re.compile(r"[\u3001-\u3029\u3400-\u9FFF\uFF01-\uFF60]+")
_EM = "国"


class Font:
    """How wide text is in one font, in pixels; it remembers the pieces that it measured."""

    MOST = 4_000

    def __init__(self, measure: Callable[[str], int]) -> None:
        self.measure = measure
        self._em = measure(_EM)
        self._widths: dict[str, int] = {}

    def width(self, piece: str) -> int:
        """Return the width of a piece; Chinese characters and their punctuation are all alike."""
        known = self._widths.get(piece)
        if known is None:
            if len(self._widths) >= self.MOST:
                self._widths.clear()
            wide = _WIDE.fullmatch(piece)
            known = self._widths[piece] = len(piece) * self._em if wide else self.measure(piece)
        return known

    def fits(self, text: str, room: float) -> bool:
        """Tell whether a text fits in one line; a short one surely does."""
        return len(text) * self._em <= room or self.measure(text) <= room


def broken(text: str, room: float, font: Font) -> str:
    """Return the text with the end of each line as a line feed; spaces there fall away."""
    return "\n".join(line for one in text.split("\n") for line in _lines(one, room, font))


def _lines(paragraph: str, room: float, font: Font) -> Iterator[str]:
    """Fill lines by the sum of their pieces, and as long as the whole line fits."""
    if font.fits(paragraph, room):
        yield paragraph
        return
    pieces = list(_pieces(paragraph, room, font))
    start = 0
    while start < len(pieces):
        end, filled = start, 0
        while end < len(pieces) and filled + font.width(pieces[end].rstrip()) <= room:
            filled += font.width(pieces[end])
            end += 1
        end = max(end, start + 1)
        line = "".join(pieces[start:end]).rstrip()
        while end > start + 1 and not font.fits(line, room):
            end -= 1
            line = "".join(pieces[start:end]).rstrip()
        yield line
        start = end


def _pieces(paragraph: str, room: float, font: Font) -> Iterator[str]:
    """Cut a paragraph; an item of most of a line is cut too, and a piece that no line holds."""
    for item in _ITEM.findall(paragraph):
        if item != paragraph and font.width(item.rstrip()) <= room * _ITEM_SHARE:
            yield item
            continue
        for piece in _PIECE.findall(item):
            if font.width(piece.rstrip()) > room:
                yield from _LETTER.findall(piece)
            else:
                yield piece
