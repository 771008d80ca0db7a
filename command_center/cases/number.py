"""Case numbers (案号) of both generations, parsed leniently and written in one form.

Source: 案号若干规定 2, 3, 9, 10 for `(2024)粤0103执123号`; court practice before 2016 for
`(2014)穗荔法执字第123号`. Brackets of every shape become `()`, full-width digits and letters half
width, `之2` becomes `之二`, so that one number is one text however it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from schemas.problems import Kind, MzError

_SUB = r"(?:之(?P<sub>[一二三四五六七八九十]+|[1-9][0-9]?))?$"
_NEW = re.compile(
    r"^\((?P<year>(?:19|20|21)[0-9]{2})\)(?P<court>最高法知?|[\u4e00-\u9fa5][0-9]{0,4})"
    r"(?P<type>执(?:恢|异|复|监|协|他|保)?|司惩|司救执)(?P<no>[1-9][0-9]{0,8})号" + _SUB
)
_OLD = re.compile(
    r"^\((?P<year>(?:19|20|21)[0-9]{2})\)(?P<court>[\u4e00-\u9fa5]{0,6}?)"
    r"(?P<type>恢执|执(?:民|异议?|复议?|恢|监|保|行|他)?)字第0*(?P<no>[1-9][0-9]{0,8})"
    r"(?:-(?P<alt>[0-9]{1,3}))?号(?:之(?P<sub>[一二三四五六七八九十]+|[0-9-]{1,9}))?$"
)
_BRACKETS = str.maketrans("〔〕【】[]", "()()()")
_LONGEST = 100
_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")

KINDS = {
    "执": "ENF_FIRST",
    "执民": "ENF_FIRST",
    "执行": "ENF_FIRST",
    "执恢": "ENF_RESUMED",
    "恢执": "ENF_RESUMED",
    "执保": "ENF_PRESERVATION",
    "执异": "ENF_OBJECTION",
    "执异议": "ENF_OBJECTION",
    "执复": "ENF_RECONSIDERATION",
    "执复议": "ENF_RECONSIDERATION",
    "执监": "ENF_SUPERVISION",
    "执协": "ENF_COORDINATION",
    "执他": "ENF_OTHER",
    "司惩": "SANCTION",
    "司救执": "ENF_OTHER",
}
"""Type word of a number → case kind (DOMAIN §5.1)."""


@dataclass(frozen=True)
class CaseNumber:
    """A parsed number; `text` is its normal form, `old` tells the generation before 2016; `sub`:
    what derives it (之一, 之二) from `base`, the number of the case itself."""

    text: str
    year: int
    court: str
    type: str
    number: int
    old: bool
    sub: str = ""

    @property
    def kind(self) -> str:
        """Return the case kind that the type word names."""
        return KINDS[self.type]

    @property
    def base(self) -> str:
        """Return the number that it derives from; its own where it derives from none."""
        return self.text.rpartition("之")[0] if self.sub else self.text


def parse_number(text: str) -> CaseNumber:
    """Return the parsed number; `case.number_malformed` if it is of neither generation."""
    plain = unicodedata.normalize("NFKC", text if len(text) <= _LONGEST else "")
    plain = plain.translate(_BRACKETS)
    normal = re.sub(r"\s+", "", plain)
    for pattern, old in ((_NEW, False), (_OLD, True)):
        match = pattern.match(normal)
        if match:
            parts = match.groupdict()
            sub = _counted(parts["sub"] or "")
            own = normal.rpartition("之")[0] + f"之{sub}" if sub else normal
            return CaseNumber(
                re.sub(r"第0+", "第", own), int(parts["year"]), parts["court"], parts["type"],
                int(parts["no"]), old, sub,
            )  # fmt: skip
    raise MzError("case.number_malformed", Kind.INVALID, text[:60])


def _counted(sub: str) -> str:
    """Return 2 as 二 and 12 as 十二; what is written otherwise as it is."""
    if not re.fullmatch(r"[1-9][0-9]?", sub):
        return sub
    tens, ones = divmod(int(sub), 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + _DIGITS[ones]


def full_width(text: str) -> str:
    """Return a number as papers and parties see it, with full-width parentheses."""
    return text.translate(str.maketrans("()", "（）"))
