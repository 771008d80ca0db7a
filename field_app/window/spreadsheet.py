"""A table from a file, XLSX or CSV, as rows of text; what is too large is refused before it is
read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from schemas.problems import Kind, MzError

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 128 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 40
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_table(path: Path) -> list[list[str]]:
    """Return the rows of the first sheet, cells as text.

    Errors: `table.absent`, `table.too_large`, `table.unreadable`.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise MzError("table.too_large", Kind.TOO_LARGE, f"{size} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise MzError("table.absent", Kind.NOT_FOUND, type(error).__name__) from error
    found = _sheet(data) if data[:2] == b"PK" else _lines(data)
    rows = [[_cell(cell) for cell in row[:MOST_COLUMNS]] for row in islice(found, MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        raise MzError("table.too_large", Kind.TOO_LARGE, f"> {MOST_ROWS} rows")
    return rows


def _lines(data: bytes) -> Iterator[list[object]]:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            yield from csv.reader(io.StringIO(text), strict=True)
        except csv.Error as error:
            raise MzError("table.unreadable", Kind.INVALID, "csv") from error
        return
    raise MzError("table.unreadable", Kind.INVALID, "neither UTF-8 nor GB 18030")


def _sheet(data: bytes) -> Iterator[list[object]]:
    # loaded here: it takes a sixth of the window's whole start, and few sheets are ever read
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise MzError("table.too_large", Kind.TOO_LARGE, "unpacked")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows: Iterable[tuple[object, ...]] = book.worksheets[0].iter_rows(values_only=True)
        for row in rows:
            yield list(row)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError,
            TypeError, EOFError, SyntaxError) as error:  # fmt: skip
        raise MzError("table.unreadable", Kind.INVALID, type(error).__name__) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
