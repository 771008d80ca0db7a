"""Seal tags (封条): the number and check code that a tag carries, made where it is needed.

查扣冻规定(2020) 6: what is sealed and left with another bears a tag or another public sign. A
device makes the number by itself, with no network; the check code ties it to the case, so that a
number that was misread or belongs to another case is noticed. Neither is a secret: both stand on
the tag for everyone to read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NamedTuple

_PREFIX = "MZ-SEALTAG-1\0"
_ON_PAGE = re.compile(r"([0-9A-F]{4})[ -]?([0-9A-F]{4})[ -]?([0-9A-F]{4})[ -]([0-9A-F]{6})")
_LINK = re.compile(r"[^\s,;、，；]*/PORTAL/TAGS/")
_BETWEEN = re.compile(r"[\s,;、，；]+")
MOST_TAGS = 40
"""So many tags an act names at most."""


class Tag(NamedTuple):
    """A seal tag: 12 hex digits and a check code of 6, in capitals."""

    number: str
    check: str

    @property
    def text(self) -> str:
        """How records and addresses name it: `9F3A7C21E04B-5D1C02`."""
        return f"{self.number}-{self.check}"

    @property
    def printed(self) -> str:
        """The number as people read it: `9F3A 7C21 E04B`."""
        return " ".join(self.number[at : at + 4] for at in range(0, 12, 4))

    def belongs_to(self, case_number: str) -> bool:
        """Return whether the check code is that of this number in this case."""
        return self.check == _check_code(self.number, case_number)


def new_tag(case_number: str) -> Tag:
    """Return a tag for a case, with a number that nobody has."""
    number = secrets.token_hex(6).upper()
    return Tag(number, _check_code(number, case_number))


def read_tags(text: str) -> list[Tag] | None:
    """Return the tags of a text as it was typed or scanned, in its order, one named twice twice;
    None where anything else stands in it."""
    plain = _LINK.sub("", text.upper())
    found = [Tag("".join(one[:3]), one[3]) for one in _ON_PAGE.findall(plain)]
    rest = _BETWEEN.sub("", _ON_PAGE.sub("", plain))
    return None if rest or len(found) > MOST_TAGS else found


def named_twice(tags: list[Tag]) -> list[Tag]:
    """Return the tags whose number occurs more than once, each once."""
    numbers = [tag.number for tag in tags]
    return [tag for at, tag in enumerate(tags) if numbers.index(tag.number) < at
            and tag.number not in numbers[at + 1 :]]  # fmt: skip


def tag_link(centre_url: str, tag: Tag) -> str:
    """Return what the QR code of a tag says: where anyone reads what the court tells of it."""
    return f"{centre_url.rstrip('/')}/portal/tags/{tag.text}"


def _check_code(number: str, case_number: str) -> str:
    """Brackets and spaces of a case number are written in more than one way; they do not count."""
    plain = "".join(filter(str.isalnum, case_number))
    return hashlib.sha256(f"{_PREFIX}{number}\0{plain}".encode()).hexdigest()[:6].upper()
