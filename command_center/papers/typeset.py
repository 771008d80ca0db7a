"""Typesetting: facts to PDF/A-2b by typst. The same facts give the same bytes, always.

Nothing of the machine enters: fonts are ours, the date is the paper's, and templates may read
their own folder only. It takes a tenth of a second: never inside a transaction.
"""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import segno
import typst

from command_center.papers.elements import require_elements
from command_center.papers.facts import Frame, Printed
from schemas.problems import Kind, MzError

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
FONTS = _HERE / "fonts"
_DIGITS = "〇一二三四五六七八九"
_ALONE = threading.Lock()
"""One paper at a time: a thousand at once would take the machine from everybody else."""


@dataclass(frozen=True)
class SealPlace:
    """Where the stamp belongs: page from 1, points from its left and top edges."""

    page: int
    x: float
    y: float


@dataclass(frozen=True)
class Typeset:
    """A typeset paper."""

    pdf: bytes
    place: SealPlace


def typeset(printed: Printed) -> Typeset:
    """Return the PDF of a paper.

    Errors: `paper.glyph_missing` (a character that no font of ours has; the paper would lack it),
    `paper.not_typeset`, `paper.fonts_missing`; of a paper in the court's own words besides
    `paper.wording_unfit` (the record lacks what its text says) and those of `require_elements`.
    """
    frame, worded = printed.frame, printed.worded
    if worded is not None and worded.lacking:
        raise MzError("paper.wording_unfit", Kind.INVALID, "、".join(worded.lacking))
    source = TEMPLATES / f"{frame.file}_{frame.version}.typ"
    if not source.is_file():
        raise MzError("paper.not_typeset", Kind.INVALID, source.name)
    inputs = {
        "facts": msgspec.json.encode(printed.facts).decode(),
        "frame": msgspec.json.encode(_frame(frame)).decode(),
    }
    if worded is not None:
        inputs["worded"] = msgspec.json.encode(worded).decode()
    pdf, places = _compile(source, inputs)
    if worded is not None:
        require_elements(pdf, frame, worded)
    found = msgspec.json.decode(places, type=list[_Place])
    if len(found) != 1:
        raise MzError("paper.not_typeset", Kind.INVALID, f"{source.name}: {len(found)} places")
    return Typeset(pdf, found[0].read())


def typeset_batch(name: str, facts: Mapping[str, object]) -> bytes:
    """Return the PDF of sheets that carry no stamp, by the template of this name; errors as
    `typeset`."""
    inputs = {"facts": msgspec.json.encode(facts).decode()}
    return _compile(TEMPLATES / f"{name}.typ", inputs)[0]


def _compile(source: Path, inputs: dict[str, str]) -> tuple[bytes, str]:
    """Return the PDF, and as JSON where its stamps belong."""
    with _ALONE:
        try:
            compiler = typst.Compiler(root=TEMPLATES, font_paths=fonts(), sys_inputs=inputs)
            pdf = compiler.compile(source, format="pdf", pdf_standards="a-2b", timestamp=0)
            places = compiler.query("<seal>", field="value")
        except typst.TypstError as error:
            missing = "could not be displayed" in error.message
            code = "paper.glyph_missing" if missing else "paper.not_typeset"
            raise MzError(code, Kind.INVALID, error.message[:200]) from error
    if not isinstance(pdf, bytes):
        raise MzError("paper.not_typeset", Kind.INVALID, source.name)
    return pdf, places


class _Place(msgspec.Struct):
    page: int
    x: str
    y: str

    def read(self) -> SealPlace:
        return SealPlace(
            self.page, float(self.x.removesuffix("pt")), float(self.y.removesuffix("pt"))
        )


@cache
def fonts() -> typst.Fonts:
    """Return our fonts, read once a process; `paper.fonts_missing`."""
    if not list(FONTS.glob("*.ttf")):
        raise MzError("paper.fonts_missing", Kind.UNAVAILABLE, "run ./mz setup")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _frame(frame: Frame) -> dict[str, object]:
    day = dt.date.fromisoformat(frame.day)
    picture = io.BytesIO()
    segno.make(frame.url, error="m").save(picture, kind="svg", border=0, xmldecl=False)
    return {
        "court": frame.court, "title": frame.title, "number": frame.number,
        "date": [day.year, day.month, day.day], "day": chinese_day(day),
        "template": frame.template, "version": frame.version, "qr": picture.getvalue().decode(),
        "edition": frame.edition,
    }  # fmt: skip


def chinese_day(day: dt.date) -> str:
    """Return `二〇二六年三月十二日`, as papers are dated."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_count(day.month)}月{chinese_count(day.day)}日"


def chinese_count(number: int) -> str:
    """Return a number from 1 to 99 in Chinese: 十二, 三十一."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")
