"""What a case is found by: the words of its number and its parties' names, and of a query. Pure.

A word is two neighbouring characters of Chinese, a run of digits, or the beginning of a run of
letters; a name adds its pinyin initials, a unit's also without the place that it begins with.
Words narrow; the whole piece that was typed decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pypinyin import Style, pinyin

from command_center.cases.number import CaseNumber

LETTERS, DIGITS = 6, 12
"""A longer run of letters or digits is known by its beginning."""
_QUERY_WORDS = 12
"""So many words of a query narrow; the rest of it is still compared whole."""
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<digits>\d+)|(?P<letters>(?:(?![{_HAN}])[^\W\d_])+)")
_YEAR = re.compile(r"^(\d{4})(?=\D)")
_DERIVED = re.compile(r"(?<=号)之[一二三四五六七八九十\d]+$")
"""What a paper's number adds to its case's: 之一, 之二."""
_PLACE = re.compile(rf"(?:[{_HAN}]{{2,8}}?(?:自治[区州县旗]|[省市区县州盟旗]))+(?=[{_HAN}]{{2}})")
"""The places that a unit's name begins with: 南江市临江区."""
_RARE = range(0x20000, 0x40000)
"""Planes of rare characters, which are letters however old Python's tables are."""


@dataclass(frozen=True)
class Found:
    """A line of the search text, and the words that lead to it."""

    line: str
    words: frozenset[str]


@dataclass(frozen=True)
class Query:
    """A query: words that narrow (none if too little was typed), and LIKE patterns.

    Nothing in a pattern needs escaping: only letters and digits are left of a piece.
    """

    words: tuple[str, ...]
    patterns: tuple[str, ...]


def of_number(number: CaseNumber) -> Found:
    """Return what a case number is found by: its runs, and each beginning of its own number."""
    line, own = _plain(number.text), str(number.number)
    return Found(line, frozenset(_words(line)) | set(_beginnings(own[:DIGITS])))


def of_name(name: str) -> Found:
    """Return what a party's name is found by, pinyin initials included."""
    line = _plain(name)
    words = set(_words(line))
    for run in _RUN.finditer(line):
        if run["letters"]:
            words.update(_beginnings(run["letters"][:LETTERS]))
    initials, place = _initials(line), _PLACE.match(line)
    for one in initials + (_initials(line[place.end() :]) if place else []):
        words.update(_beginnings(one[:LETTERS]))
    return Found("\n".join((line, *initials)), frozenset(words))


def of_query(text: str) -> Query:
    """Return how a query is looked up; pieces between spaces are wanted all, single characters
    are a name that was spread."""
    parts = text.split()
    parts = ["".join(parts)] if all(len(part) == 1 for part in parts) else parts
    pieces = [_DERIVED.sub("", piece) for piece in map(_plain, parts) if piece]
    words = dict.fromkeys(word for piece in pieces for word in _words(piece))
    # `2026执123` is short for a number whose court stands between.
    return Query(
        tuple(words)[:_QUERY_WORDS], tuple("%" + _YEAR.sub(r"\1%", piece) + "%" for piece in pieces)
    )


def _plain(text: str) -> str:
    """Return letters and digits only, full width folded, in small letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum() or ord(char) in _RARE)


def _words(line: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.finditer(line):
        if run["han"]:
            found += [run["han"][at : at + 2] for at in range(len(run["han"]) - 1)]
        elif run["digits"]:
            found.append(run["digits"][:DIGITS])
        elif len(run["letters"]) > 1:
            found.append(run["letters"][:LETTERS])
    return found


def _beginnings(run: str) -> list[str]:
    return [run[:length] for length in range(min(2, len(run)), len(run) + 1)]


def _initials(line: str) -> list[str]:
    """Return the initials of a name, once for each reading of a surname that has several."""
    if not re.search(f"[{_HAN}]", line):
        return []
    first, *rest = (reading[0] for reading in pinyin(line, style=Style.FIRST_LETTER))
    others = pinyin(line[0], style=Style.FIRST_LETTER, heteronym=True)[0] if len(first) == 1 else []
    return sorted({start + "".join(rest) for start in (first, *others)})
