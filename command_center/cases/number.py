"""Case numbers (案号) of both generations, parsed leniently and written in one form.

Source: 案号若干规定 2, 3, 9, 10 for `(2024)粤0103执123号`; court practice before 2016 for
`(2014)穗荔法执字第123号`. Parentheses are normalised to half width.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.problems import Kind, MzError

_NEW = re.compile(
    r"^\((?P<year>\d{4})\)(?P<court>最高法|[\u4e00-\u9fa5]\d{0,4})"
    r"(?P<type>执(?:恢|异|复|监|协|他|保)?|司惩|司救执)(?P<no>[1-9]\d*)号"
    r"(?:之(?P<sub>[一二三四五六七八九十]+))?$"
)
_OLD = re.compile(
    r"^\((?P<year>\d{4})\)(?P<court>[\u4e00-\u9fa5]{1,6}?)"
    r"(?P<type>执(?:民|异|复|恢|监|保|行|他)?)字第(?P<no>[1-9]\d*)(?:-(?P<alt>\d+))?号"
    r"(?:之(?P<sub>[一二三四五六七八九十\d-]+))?$"
)

KINDS = {
    "执": "ENF_FIRST",
    "执民": "ENF_FIRST",
    "执行": "ENF_FIRST",
    "执恢": "ENF_RESUMED",
    "执保": "ENF_PRESERVATION",
    "执异": "ENF_OBJECTION",
    "执复": "ENF_RECONSIDERATION",
    "执监": "ENF_SUPERVISION",
    "执协": "ENF_COORDINATION",
    "执他": "ENF_OTHER",
    "司惩": "SANCTION",
    "司救执": "ENF_OTHER",
}
"""Type word of a number → case kind (DOMAIN §5.1)."""


@dataclass(frozen=True)
class CaseNumber:
    """A parsed number; `text` is its normal form, `old` tells the generation before 2016."""

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


def parse_number(text: str) -> CaseNumber:
    """Return the parsed number; `case.number_malformed` if it is of neither generation."""
    normal = re.sub(r"\s+", "", text.translate(str.maketrans("（）〔〕", "()()")))
    for pattern, old in ((_NEW, False), (_OLD, True)):
        match = pattern.match(normal)
        if match:
            parts = match.groupdict()
            return CaseNumber(
                normal, int(parts["year"]), parts["court"], parts["type"], int(parts["no"]), old,
                parts["sub"] or "",
            )  # fmt: skip
    raise MzError("case.number_malformed", Kind.INVALID, text[:60])


def full_width(text: str) -> str:
    """Return a number as papers and parties see it, with full-width parentheses."""
    return text.translate(str.maketrans("()", "（）"))
