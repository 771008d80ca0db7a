"""Papers typeset on the device, offline: the same words give the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.saxutils import escape

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.flowables import Flowable

from field_app.papers.written import Written

_FONTS = Path(__file__).parent.parent / "theme" / "fonts"
PLAIN, _BOLD = "NotoSansSC", "NotoSansSC-Bold"
_QUIET, _QR_SIDE = 4, 38 * mm


def typeset(first: Written, *more: Written) -> tuple[bytes, int]:
    """Return the pages as PDF, and how many they are; each of `more` begins a page of its own."""
    register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=first.title, author=first.about[0], invariant=1,
        leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    parts = _parts(first)
    for written in more:
        parts += [PageBreak(), *_parts(written)]
    document.build(parts, onFirstPage=_number, onLaterPages=_number)
    return out.getvalue(), document.page


def register() -> None:
    """Make the fonts known, once."""
    if PLAIN not in pdfmetrics.getRegisteredFontNames():
        for name in (PLAIN, _BOLD):
            path = _FONTS / f"{'NotoSansSC-Regular' if name == PLAIN else name}.ttf"
            pdfmetrics.registerFont(TTFont(name, str(path)))


def _style(font: str, size: int, centred: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        font, fontName=font, fontSize=size, leading=size * 1.6, alignment=1 if centred else 0,
        wordWrap="CJK", spaceAfter=3,
    )  # fmt: skip


def _parts(written: Written) -> list[Flowable]:
    text, title = _style(PLAIN, 11), _style(_BOLD, 18, centred=True)
    parts: list[Flowable] = [_paragraph(written.about[0], _style(PLAIN, 13, centred=True))]
    parts.append(_paragraph(written.title, title))
    parts += [_paragraph(line, text) for line in (*written.about[1:], *written.paragraphs)]
    if written.rows:
        columns = written.columns
        cells = [
            [_paragraph(cell, _style(PLAIN, 9)) for cell in row]
            for row in (columns.heads, *written.rows)
        ]
        parts += [
            Spacer(1, 4 * mm),
            Table(
                cells,
                [width * mm for width in columns.widths_mm],
                repeatRows=1,
                style=[("GRID", (0, 0), (-1, -1), 0.4, "black")],
            ),
        ]
    parts.append(Spacer(1, 6 * mm))
    if written.qr:
        parts.append(_qr_code(written.qr))
    parts += [_paragraph(f"{one}　签名：____________________", text) for one in written.signers]
    return parts


def _qr_code(text: str) -> Drawing:
    """Return a QR code as squares, its quiet zone included."""
    rows = [list(row) for row in segno.make(text, micro=False, error="m").matrix]
    size = _QR_SIDE / (len(rows) + 2 * _QUIET)
    drawn = Drawing(_QR_SIDE, _QR_SIDE)
    for y, row in enumerate(rows, 1 + _QUIET):
        for x, dark in enumerate(row, _QUIET):
            if dark:
                place = x * size, _QR_SIDE - y * size
                drawn.add(Rect(*place, size, size, strokeWidth=0, strokeColor=None))
    return drawn


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """No name is ever read as markup."""
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _number(canvas: object, document: object) -> None:
    canvas.setFont(PLAIN, 9)  # type: ignore[attr-defined]
    canvas.drawCentredString(  # type: ignore[attr-defined]
        A4[0] / 2,
        10 * mm,
        f"第 {document.page} 页",  # type: ignore[attr-defined]
    )
