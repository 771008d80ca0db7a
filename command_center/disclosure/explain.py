"""Measures in plain words (U18): what it means, what you may do, how it is lifted.

The words are dated data (`explanations/N.toml`): a version is never edited, a better text is the
next one. They are read by people without a lawyer: short sentences, no threat. Articles and times
stand in them by name and are those of the rule packs on the reader's day. Who reads for a unit
(单位) is told of the unit and of its people: a unit has no family, and nobody can detain it.
"""

from __future__ import annotations

import datetime as dt
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TypeVar

import msgspec

from command_center.deadlines.clock import length_of
from command_center.deadlines.rulepack import LawRef, law
from command_center.disclosure.document import LawCited, Text
from command_center.measures.register import ENDED
from command_center.measures.states import MeasureState
from schemas.measures.kinds import MeasureKind

FOLDER = Path(__file__).parent / "explanations"
T = TypeVar("T")
_UNIT = "_UNIT"
"""The end of the names of words that go before others where the debtor is a unit."""
_NOTHING = Text("", "")
_YOU, _YOU_UNIT = Text("您", "you"), Text("你单位", "you")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a kind for a side, with `$law_…`, `$time_…`, `$say_…`, `$word` and `$you`."""

    meaning: Text
    may_do: Text
    lift: Text = _NOTHING


class _Version(msgspec.Struct, frozen=True):
    """A file of words. instruments: short names by the name in the rule packs; common: sentences
    that several texts share, by the name after `$say_`."""

    number: int
    instruments: dict[str, Text]
    common: dict[str, Text]
    kinds: dict[MeasureKind, Mapping[str, _Words]]


@dataclass(frozen=True)
class Explanation:
    """Three plain texts of a measure for one side; name: kind, side and version of the words;
    law: what they cite."""

    meaning: Text
    may_do: Text
    lift: Text
    name: str = ""
    law: tuple[LawCited, ...] = ()


@cache
def _newest() -> _Version:
    path = max(FOLDER.glob("*.toml"), key=lambda one: int(one.stem))
    read = tomllib.loads(path.read_text("utf-8"))
    parts = {name: read.pop(name) for name in ("instruments", "common")}
    return msgspec.convert({"number": int(path.stem), **parts, "kinds": read}, _Version)


def _of(words: Mapping[str, T], name: str, *, of_unit: bool) -> T:
    """Return the words of a name, of a unit's where there are such."""
    return words.get(f"{name}{_UNIT}", words[name]) if of_unit else words[name]


class _Filling:
    """The words of a kind on a day, by reader and debtor; `cited` gathers what they cite."""

    def __init__(self, kind: MeasureKind, day: dt.date, *, to_unit: bool, of_unit: bool) -> None:
        self.kind, self.day, self.cited = kind, day, dict[LawRef, None]()
        self.you, self.of_unit = _YOU_UNIT if to_unit else _YOU, of_unit

    def fill(self, text: Text) -> Text:
        """Return a text with its fields filled in, in both languages."""
        template = string.Template(f"{text.zh} {text.en}")
        values = {name: self._value(name) for name in template.get_identifiers()}
        return Text(
            string.Template(text.zh).substitute({name: one.zh for name, one in values.items()}),
            string.Template(text.en).substitute({name: one.en for name, one in values.items()}),
        )

    def _value(self, name: str) -> Text:
        if name == "word":
            return Text(self.kind.zh, self.kind.en)
        if name == "you":
            return self.you
        what, _, key = name.partition("_")
        match what:
            case "say":
                return self.fill(_of(_newest().common, key, of_unit=self.of_unit))
            case "time":
                return Text(*length_of(law().rule(key, self.day).rule))
            case _:
                return self._cite(law().article(key, self.day))

    def _cite(self, ref: LawRef) -> Text:
        self.cited[ref] = None
        short = _newest().instruments[ref.instrument]
        zh = f"第{ref.article}条" if ref.article else ""
        en = f", art. {ref.article}" if ref.article else ""
        unread = ("", "") if ref.verified else ("，条文待核", ", text not yet checked")
        return Text(f"{short.zh}（{ref.version}）{zh}{unread[0]}",
                    f"{short.en} ({ref.version}){en}{unread[1]}")  # fmt: skip


@lru_cache(maxsize=512)
def _written(
    kind: MeasureKind, role: str, day: dt.date, *, to_unit: bool, of_unit: bool
) -> Explanation:
    words = _of(_newest().kinds[kind], role, of_unit=of_unit)
    filling = _Filling(kind, day, to_unit=to_unit, of_unit=of_unit)
    meaning, may_do, lift = (filling.fill(one) for one in (words.meaning, words.may_do, words.lift))
    cited = tuple(
        LawCited(ref.instrument, ref.article, ref.version, ref.verified) for ref in filling.cited
    )
    side = f"{role}{_UNIT if of_unit else ''}"
    return Explanation(meaning, may_do, lift, f"{kind}.{side}/{_newest().number}", cited)


_ASK = Text(
    "本项措施的说明请致电承办人或者拨打12368询问。",
    "Please call the officer in charge or 12368 for an explanation of this measure.",
)
_ENDED = Explanation(
    Text("这项措施已经结束，不再有约束力。", "This measure has ended and binds nobody any more."),
    _NOTHING, _NOTHING,
)  # fmt: skip
_OF_ANOTHER = Explanation(
    Text("这项措施针对本案的另一名被执行人，不是针对$you。",
         "This measure is against another debtor in this case, not against you."),
    _NOTHING, _NOTHING,
)  # fmt: skip

_UNNAMED = Explanation(
    Text("本案被执行人不止一名，这项措施针对哪一名，法院正在核定，核定后告知$you。",
         "This case has several debtors. The court is finding out which of them this measure is"
         " against and will tell you."),
    Text("$you可以：把这项财产是谁的告诉承办人；认为违反法律规定的，向本院提出书面异议。",
         "You may: tell the officer whose property it is; object to this court in writing if you"
         " think it breaks the law."),
    _NOTHING,
)  # fmt: skip


def _addressed(
    words: Explanation, kind: MeasureKind, day: dt.date, *, to_unit: bool
) -> Explanation:
    filling = _Filling(kind, day, to_unit=to_unit, of_unit=False)
    return Explanation(
        filling.fill(words.meaning), filling.fill(words.may_do), filling.fill(words.lift)
    )


def explain(
    kind: MeasureKind,
    role: str,
    day: dt.date,
    *,
    state: MeasureState = MeasureState.EXECUTED,
    ours: bool | None = True,
    to_unit: bool = False,
    of_unit: bool = False,
) -> Explanation:
    """Return the words for a side by the law of a day; who is neither side reads whom to ask.

    A released measure says what is left to do, another that has ended asks for nothing, as does
    one against another debtor (`ours` false); None: nobody knows yet whom it is against.
    to_unit, of_unit: the reader, the debtor whom it is against is a unit.
    """
    if role not in ("DEBTOR", "APPLICANT"):
        return Explanation(_ASK, _ASK, _ASK)
    if state in ENDED and state is not MeasureState.RELEASED:
        return _ENDED
    if role == "DEBTOR" and not ours:
        of_another = _UNNAMED if ours is None else _OF_ANOTHER
        return _ENDED if state in ENDED else _addressed(of_another, kind, day, to_unit=to_unit)
    written = partial(_written, role=role, day=day, to_unit=to_unit, of_unit=of_unit)
    if state is MeasureState.RELEASED:
        return written(MeasureKind.RELEASE)
    found = written(kind)
    if state is not MeasureState.RENEWED:
        return found
    more = written(MeasureKind.RENEW).meaning
    meaning = Text(found.meaning.zh + more.zh, f"{found.meaning.en} {more.en}")
    return Explanation(meaning, found.may_do, found.lift, found.name, found.law)
