"""Integrity values on the party's page: what the paper says, and whether a code is the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from command_center.disclosure.document import ValueShown
from command_center.platform.pages import gettext as _
from command_center.portal.words import minute_of
from schemas.integrity import plain_code, scanned_code


@dataclass(frozen=True)
class ValuePlain:
    """A value in plain words."""

    code: str
    value: str
    time: str
    covers: str


@dataclass(frozen=True)
class Compared:
    """What became of a comparison."""

    same: bool
    text: str


def present_value(one: ValueShown) -> ValuePlain:
    """Return a value in the reader's language."""
    covers = _("%(n)d 条录制、%(m)d 份记录", n=one.chains, m=one.records)
    return ValuePlain(one.code, one.value, minute_of(one.at_ms), covers)


def compare(typed: str, values: Iterable[ValueShown]) -> Compared:
    """Say whether a code, as it was typed or scanned, is that of one of the values."""
    code = scanned_code(typed)
    if code is None:
        return Compared(False, _("校验值是 16 位数字和字母 A 至 F，请再核对一次"))
    for one in values:
        if plain_code(one.code) == code:
            return Compared(True, _("一致：%(time)s 的校验值", time=minute_of(one.at_ms)))
    return Compared(False, _("不一致：这里没有这个校验值。请核对是否抄错，或拨 12368"))
