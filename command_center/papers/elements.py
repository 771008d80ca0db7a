"""What every paper in a court's own words must show, read back from its print.

The frame is ours, so that it is there by construction; this finds what a text may still hide: a
fact that is not readable, or writing beyond the edge of the sheet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pypdfium2

from command_center.papers.facts import Frame, Worded
from command_center.papers.pictures import ONE_AT_A_TIME, opened
from schemas.problems import Kind, MzError

_FOOT_PT = 80.0
"""The foot of a page is below this, its body above."""


def require_elements(pdf: bytes, frame: Frame, worded: Worded) -> None:
    """Check a print.

    Errors: `paper.element_missing` (court, title, number, or a fact that this kind must say; on any
    page the foot with number, version and the words beside the QR code), `paper.off_page`.
    """
    with ONE_AT_A_TIME, opened(pdf) as document:
        pages = [_read(page) for page in document]
    foot = [frame.number, "扫码核验本文书", f"本院第{frame.edition}版"]
    for number, (_body, found) in enumerate(pages, 1):
        if any(_signs(one) not in found for one in foot):
            raise MzError("paper.element_missing", Kind.INVALID, f"foot of page {number}")
    whole = "".join(body for body, _found in pages)
    framed = [("法院", frame.court), ("文书名称", frame.title), ("文号", frame.number)]
    for name, wanted in framed + worded.said:
        if any(_signs(line) not in whole for line in wanted.split("\n")):
            raise MzError("paper.element_missing", Kind.INVALID, name)


def _read(page: pypdfium2.PdfPage) -> tuple[str, str]:
    """Return the signs of a page's body and of its foot; `paper.off_page`."""
    width, height = page.get_size()
    text = page.get_textpage()
    for left, bottom, right, top in _boxes(text):
        if left < 0 or bottom < 0 or right > width or top > height:
            raise MzError("paper.off_page", Kind.INVALID, f"{right:.0f} of {width:.0f}")
    body = text.get_text_bounded(bottom=_FOOT_PT)
    foot = text.get_text_bounded(top=_FOOT_PT)
    return _signs(body), _signs(foot)


def _boxes(text: pypdfium2.PdfTextPage) -> Iterator[tuple[float, float, float, float]]:
    for at in range(text.count_chars()):
        yield text.get_charbox(at)


def _signs(text: str) -> str:
    """Return letters, figures and characters alone: lines break anywhere, hyphens are lost."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
