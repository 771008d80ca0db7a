"""Pages of a PDF as pictures, so that staff see the very bytes without a viewer."""

from __future__ import annotations

import io
import threading

import pypdfium2
from PIL import Image

from schemas.problems import Kind, MzError

_SCALE = 1.6
_GAP, _GREY = 12, "#d6dbe0"
ONE_AT_A_TIME = threading.Lock()
"""PDFium may be used by one thread at a time."""


def count_pages(pdf: bytes) -> int:
    """Return how many pages a PDF has; `paper.unreadable`."""
    with ONE_AT_A_TIME, opened(pdf) as document:
        return len(document)


def picture(pdf: bytes, page: int) -> bytes:
    """Return a page, from 1, as PNG. Errors: `paper.no_page`, `paper.unreadable`."""
    with ONE_AT_A_TIME, opened(pdf) as document:
        if not 1 <= page <= len(document):
            raise MzError("paper.no_page", Kind.NOT_FOUND, str(page))
        out = io.BytesIO()
        document[page - 1].render(scale=_SCALE).to_pil().save(out, "PNG")
        return out.getvalue()


def whole_picture(pdf: bytes) -> bytes:
    """Return all pages as one PNG, one below the other."""
    with ONE_AT_A_TIME, opened(pdf) as document:
        pages = [page.render(scale=_SCALE).to_pil() for page in document]
    width = max(page.width for page in pages)
    whole = Image.new("RGB", (width, sum(page.height + _GAP for page in pages) - _GAP), _GREY)
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height + _GAP
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def page_sizes(pdf: bytes, most: int) -> list[float]:
    """Return the longer side of every page in points, of `most` pages at the most; an empty list
    for more. Errors: `paper.unreadable`."""
    with ONE_AT_A_TIME, opened(pdf) as document:
        if len(document) > most:
            return []
        try:
            return [max(document.get_page_size(at)) for at in range(len(document))]
        except pypdfium2.PdfiumError as error:
            raise MzError("paper.unreadable", Kind.INVALID, "a broken page") from error


def opened(pdf: bytes) -> pypdfium2.PdfDocument:
    """Return a PDF to read while `ONE_AT_A_TIME` is held; `paper.unreadable`."""
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise MzError("paper.unreadable", Kind.INVALID, "no PDF") from error
