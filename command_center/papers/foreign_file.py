"""A PDF from elsewhere: what staff and parties could not safely open is refused."""

from __future__ import annotations

import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from command_center.papers.pictures import page_sizes
from command_center.platform.confined import confine, run_confined
from schemas.problems import Kind, MzError

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_PAGES = 500
_LONGEST_PT = 3400.0
"""A0 fits; a larger page would be a picture that fills the memory."""
_MAX_OBJECTS = 100_000
_DEEPEST = 40
_ACTIVE_KEYS = ("/JS", "/EmbeddedFiles", "/EF")
_ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/GoToE", "/ImportData", "/SubmitForm")
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
           OverflowError, AssertionError)  # fmt: skip
"""What pypdf raises for files that are broken on purpose."""


def check_file(pdf: bytes) -> None:
    """Refuse a file that is no plain PDF; it is looked at in a process with limits of its own.

    Errors: `paper.unreadable` (no PDF, or locked by a password), `paper.too_large` (bytes, pages,
    page, objects), `paper.active_content` (scripts, programs, files inside), `paper.too_complex`
    (it took too long or too much memory to look at).
    """
    if len(pdf) > MAX_FILE_BYTES:
        raise MzError("paper.too_large", Kind.TOO_LARGE, f"{len(pdf)} bytes")
    if not run_confined(__spec__.name, pdf):
        raise MzError("paper.too_complex", Kind.INVALID, f"{len(pdf)} bytes")


def _look_at(pdf: bytes) -> None:
    sizes = page_sizes(pdf, MAX_PAGES)
    if not sizes or max(sizes) > _LONGEST_PT:
        raise MzError("paper.too_large", Kind.TOO_LARGE, f"{len(sizes)} pages")
    try:
        active = any(_is_active(one) for one in _objects(PdfReader(io.BytesIO(pdf))))
    except _BROKEN as error:
        raise MzError("paper.unreadable", Kind.INVALID, type(error).__name__) from error
    if active:
        raise MzError("paper.active_content", Kind.INVALID)


def _objects(reader: PdfReader) -> Iterator[PdfObject | None]:
    ids = {(number, generation) for generation, found in reader.xref.items() for number in found}
    ids |= {(number, 0) for number in reader.xref_objStm}
    if len(ids) > _MAX_OBJECTS:
        raise MzError("paper.too_large", Kind.TOO_LARGE, f"{len(ids)} objects")
    yield reader.trailer
    for number, generation in sorted(ids):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _is_active(one: PdfObject | None, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        raise MzError("paper.unreadable", Kind.INVALID, "too deep")
    if isinstance(one, DictionaryObject):
        acts = one.raw_get("/S") if "/S" in one else ""
        if acts in _ACTIVE_ACTIONS or any(key in one for key in _ACTIVE_KEYS):
            return True
        inner = [one.raw_get(key) for key in one]
    elif isinstance(one, ArrayObject):
        inner = list(list.__iter__(one))
    else:
        return False
    return any(_is_active(each, depth + 1) for each in inner)


if __name__ == "__main__":
    confine(_look_at)
