"""What a scanner reads: codes typed by a keyboard wedge, or found in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from field_app.window.frames import Frame
from field_app.window.items import ItemDraft
from schemas.measures.lots import MOST_ROWS, read_marks

_GOODS_CODES = (8, 12, 13, 14)
"""Lengths of codes that name a kind of goods (EAN, UPC, GTIN): the same again is one more."""


@dataclass(frozen=True)
class Scanned:
    """What became of a code: `added`, `counted`, `repeated`, `full`, or a lot's `mark`; at which
    row of the list, from 0."""

    what: str
    at: int = -1


def take_code(items: list[ItemDraft], code: str) -> Scanned:
    """Put a code on the list. A new thing is named as the one before it; the officer mends it."""
    code = code.strip()
    if read_marks(code):
        return Scanned("mark")
    known = next((at for at, item in enumerate(items) if item.serial == code), None)
    if known is not None:
        if code.isdigit() and len(code) in _GOODS_CODES:
            items[known].quantity += 1
            return Scanned("counted", known)
        return Scanned("repeated", known)
    if len(items) >= MOST_ROWS:
        return Scanned("full")
    before = items[-1] if items else ItemDraft()
    items.append(
        ItemDraft(name=before.name, unit=before.unit, brand_model=before.brand_model, serial=code)
    )
    return Scanned("added", len(items) - 1)


def can_read_pictures() -> bool:
    """Return whether this device finds codes in pictures."""
    return find_spec("zxingcpp") is not None


def code_in(frame: Frame) -> str:
    """Return the first barcode or QR code of a picture, nothing where none is found. Only where
    `can_read_pictures`."""
    import zxingcpp
    from PIL import Image

    picture = Image.frombytes("L", (frame.width, frame.height), bytes(frame.plane(0)))
    found = zxingcpp.read_barcodes(picture)
    return str(found[0].text) if found else ""
