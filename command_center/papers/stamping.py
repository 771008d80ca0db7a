"""The e-stamp (签章) adapter: a court's stamp service gets approved bytes and gives stamped ones.

A real service signs inside its own machine. The simulated one draws a seal that says what it is,
as an addition to the file: the approved bytes stay its beginning, unchanged.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Protocol

import typst
from pypdf import PdfReader, PdfWriter

from command_center.papers.typeset import SealPlace, Typeset, fonts
from command_center.platform.settings import StampSettings
from schemas.problems import Kind, MzError

_RADIUS_PT = 58.0
_SEAL = """
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)
#set text(font: "Noto Serif SC", fill: rgb("#c8321f"), cjk-latin-spacing: none)
#place(dx: {x}pt, dy: {y}pt, circle(radius: {radius}pt, stroke: 2.2pt + rgb("#c8321f"), inset: 6pt)[
  #set align(center + horizon)
  #set par(leading: 0.45em)
  #text(7.5pt)[#sys.inputs.court] \\
  #text(15pt, weight: "bold")[模拟签章] \\
  #text(8.5pt)[无法律效力] \\
  #text(6.5pt)[#sys.inputs.serial]
])
"""


@dataclass(frozen=True)
class StampOrder:
    """What is stamped: whose seal, the paper's id as the order's key, and the approved bytes."""

    paper: str
    court: str
    typeset: Typeset


@dataclass(frozen=True)
class Stamped:
    """Stamped bytes, and the stamp's own name for them."""

    pdf: bytes
    serial: str


class Stamper(Protocol):
    """A stamp service. The same order again gives an equal stamp."""

    name: str

    def stamp(self, order: StampOrder) -> Stamped:
        """Stamp a paper. Raises `MzError`: UNAVAILABLE is tried again, another kind is final."""


class SimulatedStamper:
    """Draws a red ring with the words 模拟签章 无法律效力; it signs nothing."""

    name = "simulated"

    def stamp(self, order: StampOrder) -> Stamped:
        """Add the ring over the date of the paper."""
        serial = f"SIM-{order.paper[-12:].upper()}"
        place = order.typeset.place
        writer = PdfWriter(io.BytesIO(order.typeset.pdf), incremental=True)
        page = writer.pages[place.page - 1]
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        ring = self._ring(width, height, place, {"court": order.court, "serial": serial})
        page.merge_page(PdfReader(io.BytesIO(ring)).pages[0])
        stamped = io.BytesIO()
        writer.write(stamped)
        return Stamped(stamped.getvalue(), serial)

    def _ring(self, width: float, height: float, place: SealPlace, words: dict[str, str]) -> bytes:
        source = _SEAL.format(
            width=width, height=height, radius=_RADIUS_PT, x=place.x - _RADIUS_PT,
            y=min(place.y - _RADIUS_PT, height - 2 * _RADIUS_PT),
        )  # fmt: skip
        compiler = typst.Compiler(source.encode(), font_paths=fonts(), sys_inputs=words)
        pdf = compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=0)
        if not isinstance(pdf, bytes):
            raise MzError("paper.not_typeset", Kind.INVALID, "the seal")
        return pdf


def make_stamper(settings: StampSettings) -> Stamper:
    """Return the stamp service of the settings; `stamp.unknown_provider`."""
    if settings.provider != SimulatedStamper.name:
        raise MzError("stamp.unknown_provider", Kind.INVALID, settings.provider[:40])
    return SimulatedStamper()
