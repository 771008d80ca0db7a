"""A seal tag that is typed or scanned into a register's search box leads to its measure."""

from __future__ import annotations

import unicodedata

from flask import request

from command_center.access.guard import database, principal
from command_center.desk.turning import asked_text
from command_center.measures.tags import FoundTag, find_tag
from command_center.platform.pages import gettext as _
from schemas.measures.tags import Tag, read_tags


def asked_tag() -> Tag | None:
    """Return the one tag that `?q=` is, as it was typed or as its QR code says it."""
    return _read(asked_text())


def found_tag(tag: Tag) -> FoundTag | None:
    """Return what is registered under a tag's number."""
    found: FoundTag | None = database().read(find_tag, principal(), tag)
    return found


def proven_tag(measure: str) -> str:
    """Return the tag by which somebody came to this measure, `?tag=`, if it is its own."""
    tag = _read(request.args.get("tag", "")[:100])
    found = found_tag(tag) if tag else None
    return found.tag.printed if found and found.genuine and found.measure == measure else ""


def doubt(tag: Tag, found: FoundTag | None) -> str:
    """Return why a tag leads nowhere."""
    if found is None:
        return _("没有登记封条 %(tag)s。刚贴上的可能尚未送达。", tag=tag.text)
    return _(
        "封条 %(number)s 已登记，但校验码 %(check)s 不符：可能抄错，也可能是仿制的，请核对实物。",
        number=tag.printed, check=tag.check,
    )  # fmt: skip


def _read(text: str) -> Tag | None:
    tags = read_tags(unicodedata.normalize("NFKC", text)) or []
    return tags[0] if len(tags) == 1 else None
