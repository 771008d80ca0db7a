"""Exhibits of an act's record as the desk lists them: photos, papers, signatures, voices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from command_center.desk import show
from command_center.measures.views import ExhibitView
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class ExhibitShown:
    """Bytes that the record names by their digest: `stored` once a relay holds them."""

    sha256: str
    word: str
    media_type: str
    fingerprint: str
    stored: bool


def present_exhibits(exhibits: Iterable[ExhibitView]) -> list[ExhibitShown]:
    """Return exhibits in the reader's language, photos first."""
    words = {
        "photo": _("照片"), "paper": _("文书"), "page": _("签名页"), "signature": _("签名"),
        "memo": _("语音"),
    }  # fmt: skip
    order = {kind: place for place, kind in enumerate(words)}
    ordered = sorted(exhibits, key=lambda one: order.get(one.kind, len(order)))
    return [
        ExhibitShown(one.sha256, words.get(one.kind, _("其他")),
                     one.media_type or ("image/jpeg" if one.kind in ("photo", "page") else ""),
                     show.fingerprint_text(one.sha256), one.stored_ms is not None)
        for one in ordered
    ]  # fmt: skip
