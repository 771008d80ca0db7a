"""The court's own text of a paper, read line by line: never markup, never code.

A line is a paragraph, a row of a table (`名称｜内容`) or a part (`【落款】`,
`【抬头：{受文人}】`).
`{措施}` stands for a fact of the record; `[和{裁定文号}]` is left out whole where the record lacks
a fact in it, and so is a row or a part. A `＿` at the end of a row keeps room to write by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from command_center.papers.kinds import PaperKind
from command_center.papers.wording_forms import (
    CLOSING,
    FORMS,
    MAY_HAVE_TEXT,
    REPEATED,
    WITH_TEXT,
    WordingForm,
)
from schemas.problems import Kind, MzError

MOST_CHARACTERS, MOST_LINES, LONGEST_LINE = 4000, 80, 600
_LONGEST_PART = {"抬头": 60, "标题": 40, "靠右": 60, "签名": 60, "页脚": 60}
_MOST_SIGNATURES = 4
ROOM = "＿"
BAR = "｜"
_WIDE = str.maketrans({"｛": "{", "｝": "}", "［": "[", "］": "]", "|": BAR, "\t": "　"})
_PIECES = re.compile(r"\{([^{}]*)\}|([\[\]])|([{}【】｜])")
_PART = re.compile(r"【([^：【】]+)(?:：([^【】]*))?】")
_UNBROKEN = re.compile(r"[!-~]{41}")
"""A word that no line can break would run off the page."""


@dataclass(frozen=True)
class Piece:
    """Literal text, or the name of a fact; `group`: the number of the `[…]` that it is in, or 0."""

    text: str
    named: bool
    group: int


@dataclass(frozen=True)
class Line:
    """One line: `number` from 1; `part` is its name, `label` of a row; `pieces` are the rest."""

    number: int
    pieces: tuple[Piece, ...]
    part: str = ""
    label: str | None = None

    @property
    def names(self) -> set[str]:
        """The facts that it names."""
        return {one.text for one in self.pieces if one.named}


def plain_text(body: str) -> str:
    """Return a text as it is kept: wide forms of the signs are one sign, no blanks at the ends.

    Errors: `wording.too_long`, `wording.character` (one that nobody sees or that turns writing).
    """
    lines = [line.strip(" \t\u3000") for line in body.translate(_WIDE).splitlines()]
    text = "\n".join(lines).rstrip("\n")
    if len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES:
        raise MzError("wording.too_long", Kind.INVALID, f"{len(text)}")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise MzError("wording.too_long", Kind.INVALID, _at(number, f"{len(line)}"))
        for char in line:
            if not char.isprintable() and char != "\u3000":
                raise MzError("wording.character", Kind.INVALID, _at(number, f"U+{ord(char):04X}"))
        if found := _UNBROKEN.search(line):
            raise MzError("wording.unbroken", Kind.INVALID, _at(number, found[0][:20]))
    return text


def read_wording(kind: PaperKind, body: str) -> list[Line]:
    """Return the lines of a text (as `plain_text` gives it) that a paper of this kind may have.

    Errors, their detail begins with `line N`: `wording.malformed` (a bracket without its other),
    `wording.unknown_fact`, `wording.unknown_part`, `wording.part_text`, `wording.repeated`,
    `wording.may_lack` (a fact that a record may lack, outside `[…]`), `wording.lacking` (what this
    kind must say is not there).
    """
    form, lines = FORMS[kind], list(_lines(body))
    for line in lines:
        _check_line(form, line)
    parts = [line.part for line in lines if line.part]
    for line in lines:
        if line.part and line.part not in REPEATED and parts.count(line.part) > 1:
            raise MzError("wording.repeated", Kind.INVALID, _at(line.number, line.part))
    there = {*parts, *(name for line in lines for name in line.names)}
    if lacking := sorted((form.obliged | {CLOSING}) - there):
        raise MzError("wording.lacking", Kind.INVALID, "、".join(lacking))
    return lines


def _lines(body: str) -> Iterator[Line]:
    for number, text in enumerate(body.split("\n"), 1):
        if not text:
            continue
        if part := _PART.fullmatch(text):
            yield Line(number, read_pieces(number, part[2] or ""), part=part[1])
        elif BAR in text:
            label, content = text.split(BAR, 1)
            if not label or set("{}[]【】") & set(label):
                raise MzError("wording.malformed", Kind.INVALID, _at(number, BAR))
            yield Line(number, read_pieces(number, content), label=label)
        else:
            yield Line(number, read_pieces(number, text))


def read_pieces(number: int, text: str) -> tuple[Piece, ...]:
    """Return the pieces of a line's words; `wording.malformed`."""
    pieces, group, groups, at = [], 0, 0, 0
    for sign in _PIECES.finditer(text):
        if sign.start() > at:
            pieces.append(Piece(text[at : sign.start()], False, group))
        at = sign.end()
        if sign[1] is not None:
            pieces.append(Piece(sign[1].strip(), True, group))
        elif sign[2] == "[" and not group:
            groups += 1
            group = groups
        elif sign[2] == "]" and group:
            group = 0
        else:
            raise MzError("wording.malformed", Kind.INVALID, _at(number, sign[0]))
    if group:
        raise MzError("wording.malformed", Kind.INVALID, _at(number, "["))
    if at < len(text):
        pieces.append(Piece(text[at:], False, 0))
    return tuple(pieces)


def _check_line(form: WordingForm, line: Line) -> None:
    if line.part and line.part not in form.all_parts:
        raise MzError("wording.unknown_part", Kind.INVALID, _at(line.number, line.part))
    if line.part and not _fits(line):
        raise MzError("wording.part_text", Kind.INVALID, _at(line.number, line.part))
    for one in line.pieces:
        if one.named and one.text not in form.all_facts:
            raise MzError("wording.unknown_fact", Kind.INVALID, _at(line.number, one.text))
        loose = not line.part and line.label is None and not one.group
        if one.named and loose and one.text in form.sometimes:
            raise MzError("wording.may_lack", Kind.INVALID, _at(line.number, one.text))


def _fits(line: Line) -> bool:
    """Whether a part has the words that it wants, and no others."""
    if line.part in WITH_TEXT:
        text = "".join(one.text for one in line.pieces)
        some = 0 < len(text) <= _LONGEST_PART.get(line.part, LONGEST_LINE)
        return some and (line.part != "签名" or len(text.split("、")) <= _MOST_SIGNATURES)
    return line.part in MAY_HAVE_TEXT or not line.pieces


def _at(number: int, what: str) -> str:
    return f"line {number} {what[:40]}"
