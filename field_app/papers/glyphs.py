"""Which characters of a paper the font cannot print: they are told before anybody signs."""

from __future__ import annotations

from collections.abc import Iterable

from reportlab.pdfbase import pdfmetrics

from field_app.papers.typeset import PLAIN, register

_BLANK = frozenset("\n\r\t ")


def missing(lines: Iterable[str]) -> list[str]:
    """Return the characters that the font lacks, each once, in the order they are met."""
    register()
    known = pdfmetrics.getFont(PLAIN).face.charToGlyph
    wanted = dict.fromkeys(letter for line in lines for letter in line)
    return [one for one in wanted if one not in _BLANK and ord(one) not in known]
