"""Papers typeset on the device, offline: the same words give the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.flowables import Flowable

from field_app.papers.written import Written

_FONTS = Path(__file__).parent.parent / "theme" / "fonts"
_PLAIN, _BOLD = "NotoSansSC", "NotoSansSC-Bold"
_WIDTHS = (12 * mm, 45 * mm, 22 * mm, 58 * mm, 30 * mm)
_HEADS = ("序号", "名称", "数量", "特征", "估值")


def typeset(written: Written) -> bytes:
    """Return the pages as PDF."""
    _register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=written.title, author=written.about[0], invariant=1,
        leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    document.build(_parts(written), onFirstPage=_number, onLaterPages=_number)
    return out.getvalue()


def _register() -> None:
    if _PLAIN not in pdfmetrics.getRegisteredFontNames():
        for name in (_PLAIN, _BOLD):
            path = _FONTS / f"{'NotoSansSC-Regular' if name == _PLAIN else name}.ttf"
            pdfmetrics.registerFont(TTFont(name, str(path)))


def _style(font: str, size: int, centred: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        font, fontName=font, fontSize=size, leading=size * 1.6, alignment=1 if centred else 0,
        wordWrap="CJK", spaceAfter=3,
    )  # fmt: skip


def _parts(written: Written) -> list[Flowable]:
    text, title = _style(_PLAIN, 11), _style(_BOLD, 18, centred=True)
    parts: list[Flowable] = [_paragraph(written.about[0], _style(_PLAIN, 13, centred=True))]
    parts.append(_paragraph(written.title, title))
    parts += [_paragraph(line, text) for line in (*written.about[1:], *written.paragraphs)]
    if written.rows:
        cells = [
            [_paragraph(cell, _style(_PLAIN, 9)) for cell in row] for row in (_HEADS, *written.rows)
        ]
        parts += [
            Spacer(1, 4 * mm),
            Table(cells, _WIDTHS, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.4, "black")]),
        ]
    parts.append(Spacer(1, 6 * mm))
    parts += [_paragraph(f"{one}　签名：____________________", text) for one in written.signers]
    return parts


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """No name is ever read as markup."""
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _number(canvas: object, document: object) -> None:
    canvas.setFont(_PLAIN, 9)  # type: ignore[attr-defined]
    canvas.drawCentredString(  # type: ignore[attr-defined]
        A4[0] / 2,
        10 * mm,
        f"第 {document.page} 页",  # type: ignore[attr-defined]
    )
