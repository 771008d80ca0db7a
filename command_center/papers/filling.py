"""A court's text filled in from the facts of a record, when a paper is made; frozen with it.

Each fact is put in once and never read again as text of the template: a name may hold any sign.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from command_center.papers.facts import (
    Block,
    Facts,
    Frame,
    MeasureFacts,
    Person,
    Printed,
    ServedPaper,
    ServiceFacts,
    Worded,
)
from command_center.papers.kinds import PaperKind
from command_center.papers.models import WordingRow
from command_center.papers.wording import ROOM, Line, Piece, read_pieces, read_wording
from command_center.papers.wording_forms import FORMS, OF_EVERY_PAPER, WordingForm
from schemas.problems import MzError
from schemas.sign import sha256_hex

_SORTS = {"抬头": "to", "标题": "heading", "靠右": "right", "小字": "small"}
_ITEM_HEAD = ["序号", "财产名称", "数量", "品牌型号、编号、状况"]
_VALUE_HEAD = ["序号", "名称", "数量", "品牌型号、编号、状况", "估值"]
_PAPER_HEAD = ["序号", "送达文书名称和文号", "件数"]


def fill(kind: PaperKind, body: str, frame: Frame, facts: Facts) -> Worded:
    """Return a text with the facts of a record; `lacking` names what the record does not say
    though the text or the law wants it. Errors: of `read_wording`."""
    form = FORMS[kind]
    filling = _Filling(kind, form, frame, facts)
    for line in read_wording(kind, body):
        filling.add(line)
    return filling.worded()


def in_own_words(own: WordingRow, frame: Frame, facts: Facts) -> Printed:
    """Return what a paper is typeset from with a court's text; everything is frozen in it.

    A text that a later version of this program no longer reads fits no record: it is named.
    """
    worded_frame = msgspec.structs.replace(
        frame, file="worded", version=1, edition=own.edition,
        wording=sha256_hex(own.body.encode()),
    )  # fmt: skip
    try:
        worded = fill(PaperKind(own.kind), own.body, worded_frame, facts)
    except MzError as error:
        worded = Worded([], lacking=[error.code])
    return Printed(worded_frame, facts, worded)


class _Filling:
    def __init__(self, kind: PaperKind, form: WordingForm, frame: Frame, facts: Facts) -> None:
        self._kind, self._form, self._frame, self._facts = kind, form, frame, facts
        self._blocks: list[Block] = []
        self._foot = ""
        self._printed: set[str] = set()
        self._lacking: set[str] = set()

    def worded(self) -> Worded:
        """Return what was filled in; what the law wants is there, or named as lacking."""
        facts = self._form.obliged & self._form.facts.keys()
        said = {name: self._value(name) for name in sorted(facts)}
        lost = {name for name, value in said.items() if value and name not in self._printed}
        people = _people(self._facts) if "当事人" in self._printed else []
        shown = [("当事人", one.name) for one in people] + [one for one in said.items() if one[1]]
        return Worded(self._blocks, self._foot, shown, sorted(self._lacking or lost))

    def add(self, line: Line) -> None:
        """Add what a line says of this record."""
        if line.part:
            self._printed.add(line.part)
            self._add_part(line)
        elif line.label is not None:
            self._add_row(line.label, line.pieces)
        elif text := self._text(line.pieces, strict=True):
            self._blocks.append(Block("text", text))

    def _add_row(self, label: str, pieces: Sequence[Piece]) -> None:
        room = bool(pieces) and pieces[-1].text.endswith(ROOM) and not pieces[-1].named
        if room:
            pieces = [*pieces[:-1], Piece(pieces[-1].text.removesuffix(ROOM), False, 0)]
        text = self._text(pieces)
        if text:
            self._add_rows([[label, text]])
        elif room:
            self._add_rows([[label, ROOM]])

    def _add_rows(self, rows: list[list[str]]) -> None:
        if self._blocks and self._blocks[-1].sort == "rows":
            rows = [*self._blocks.pop().rows, *rows]
        if rows:
            self._blocks.append(Block("rows", rows=rows))

    def _add_part(self, line: Line) -> None:
        if line.part in self._form.clauses:
            pieces = read_pieces(line.number, self._form.clauses[line.part])
            self._blocks.append(Block("text", self._text(pieces, strict=True) or ""))
            return
        facts = self._facts
        match line.part:
            case "当事人":
                self._blocks += [Block("text", _introduced(one)) for one in _people(facts)]
            case "财产表" if isinstance(facts, MeasureFacts):
                self._add_items(facts)
            case "文书表" if isinstance(facts, ServiceFacts):
                self._blocks.append(_papers(facts))
            case "送达记载" if isinstance(facts, ServiceFacts):
                self._add_rows([list(one) for one in facts.lines])
            case "院长":
                self._blocks.append(Block("president"))
            case "落款":
                self._blocks.append(Block("closing"))
            case _:
                self._add_words(line)

    def _add_words(self, line: Line) -> None:
        text = self._text(line.pieces)
        if line.part == "签收栏":
            if isinstance(self._facts, ServiceFacts) and _is_blank(self._facts):
                self._blocks.append(Block("sign_for", text or ""))
        elif text and line.part == "签名":
            self._blocks.append(Block("signature", head=text.split("、")))
        elif text and line.part == "页脚":
            self._foot = text
        elif text:
            self._blocks.append(Block(_SORTS[line.part], text))

    def _add_items(self, facts: MeasureFacts) -> None:
        if not facts.items:
            self._add_rows([["财产", facts.what]])
            return
        valued = self._kind is PaperKind.SEIZURE_LIST
        cells = [[one.number, one.name, one.quantity, one.about, one.value] for one in facts.items]
        self._blocks.append(Block(
            "items", head=_VALUE_HEAD if valued else _ITEM_HEAD,
            rows=[row if valued else row[:4] for row in cells],
        ))  # fmt: skip

    def _text(self, pieces: Sequence[Piece], *, strict: bool = False) -> str | None:
        """Return the words, without each `[…]` that lacks a fact. Outside of them a lacking fact
        is noted if `strict`, else there are no words."""
        values = [self._value(one.text) if one.named else one.text for one in pieces]
        empty = {
            one.group for one, value in zip(pieces, values, strict=True) if one.named and not value
        }
        if 0 in empty:
            if strict:
                self._lacking |= {
                    one.text for one in pieces
                    if one.named and not one.group and not self._value(one.text)
                }  # fmt: skip
            return None
        kept = [(one, value) for one, value in zip(pieces, values, strict=True)
                if one.group not in empty]  # fmt: skip
        self._printed |= {one.text for one, _value in kept if one.named}
        return "".join(value for _one, value in kept)

    def _value(self, name: str) -> str:
        if name in OF_EVERY_PAPER:
            return str(getattr(self._frame, OF_EVERY_PAPER[name]))
        for of in self._form.facts[name].split():
            if value := getattr(self._facts, of):
                return value if isinstance(value, str) else _named_papers(value)
        return ""


def _people(facts: Facts) -> list[Person]:
    return getattr(facts, "parties", [])


def _introduced(one: Person) -> str:
    masked = f"（{one.id_masked}）" if one.id_masked else ""
    return f"{one.role}：{one.name}{masked}。"


def _is_blank(facts: ServiceFacts) -> bool:
    return all(not one.result for one in facts.papers)


def _named_papers(papers: list[ServedPaper]) -> str:
    return "\n".join(f"《{one.title}》{one.number}" for one in papers)


def _papers(facts: ServiceFacts) -> Block:
    blank = _is_blank(facts)
    head = [*_PAPER_HEAD, *(["收、拒", "签名、日期"] if blank else ["送达结果"])]
    rows = [
        [str(number), f"《{one.title}》\n{one.number}", f"{one.copies}份",
         *(["□签收\n□拒收", ROOM] if blank else [one.result])]
        for number, one in enumerate(facts.papers, 1)
    ]  # fmt: skip
    return Block("papers", head=head, rows=rows)
