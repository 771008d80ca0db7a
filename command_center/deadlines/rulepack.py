"""Rule packs: the law of deadlines as reviewed, dated data files (`packs/*.toml`).

A profile holds what changed with it; the rule of a day is the newest version that was in force
then. Each rule names its sources by the name of an article, whose number and version move on
their own (民诉法 was renumbered in 2021 and 2023), and says whether its primary text was read.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from schemas.problems import Kind, MzError

FOLDER = Path(__file__).parent / "packs"
T = TypeVar("T")


class LawRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule stands: instrument, article, version (year). `since`: if not its profile's;
    `verified`: False where the text was read in no primary source."""

    instrument: str
    article: str
    version: str
    since: dt.date | None = None
    verified: bool = True

    def text(self) -> str:
        """Return the reference as papers write it."""
        version = f"（{self.version}）" if self.version else ""
        article = f"第{self.article}条" if self.article else ""
        return f"《{self.instrument}》{version}{article}"


class Unit(StrEnum):
    """What a length is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class Duty(StrEnum):
    """What the end of a period means: the court must have acted, a party may no longer act,
    nothing may be done before it, or an effect comes with it."""

    COURT = "court"
    PARTY = "party"
    WAIT = "wait"
    EFFECT = "effect"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a rule. `excluded`: grounds whose days do not count; `extension`: by how
    many units and how often it may be extended, and by whom; `rolls`: a last day on a holiday
    moves to the next working day (民诉法 85); `backward`: counted back from the start event;
    `cautious`: days earlier in a court that keeps full days between (`[court] full_days`);
    `again_years`: for so many years from its first start it begins anew on the day it is done."""

    key: str
    zh: str
    en: str
    starts_zh: str
    starts_en: str
    count: int
    unit: Unit
    duty: Duty
    sources: tuple[str, ...]
    verified: bool
    verified_by: str
    since: dt.date | None = None
    until: dt.date | None = None
    excluded: tuple[str, ...] = ()
    extension_count: int = 0
    extension_times: int = 0
    approver: str = ""
    rolls: bool = True
    backward: bool = False
    again_years: int = 0
    cautious: int = 0


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a bound on an amount: at least `least` and at most `most` percent of another
    one (`of`); `most` 0: no upper bound."""

    key: str
    zh: str
    en: str
    of_zh: str
    of_en: str
    sources: tuple[str, ...]
    verified: bool
    verified_by: str
    least: int
    most: int = 0
    since: dt.date | None = None


class PropertyClass(StrEnum):
    """Classes of property that share a ceiling of the control period."""

    DEPOSIT = "DEPOSIT"
    MOVABLE = "MOVABLE"
    OTHER_RIGHT = "OTHER_RIGHT"  # real property and other rights


class Ceilings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The longest control periods in months, and where they stand. `renewal`: the longest
    renewals; empty: as long as the first period."""

    months: dict[PropertyClass, int]
    source: str
    verified: bool
    verified_by: str
    renewal: dict[PropertyClass, int] = {}


class RulePack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A profile: what is new from `effective_from` on."""

    name: str
    effective_from: dt.date
    title: str
    title_en: str
    articles: dict[str, LawRef] = {}
    rules: tuple[Rule, ...] = ()
    shares: tuple[Share, ...] = ()
    ceilings: Ceilings | None = None


class RuleInForce(msgspec.Struct, frozen=True):
    """A rule as it stood on a day: its profile, since when, and its sources by number."""

    rule: Rule
    profile: str
    since: dt.date
    sources: tuple[LawRef, ...]


class ShareInForce(msgspec.Struct, frozen=True):
    """A bound as it stood on a day, with its sources by number."""

    share: Share
    sources: tuple[LawRef, ...]

    def bounds(self, fen: int) -> tuple[int, int | None]:
        """Return the least and the most fen that may be set where the other amount is `fen`."""
        least = -(-fen * self.share.least // 100)
        return least, fen * self.share.most // 100 if self.share.most else None


class Law:
    """All profiles, in the order of their dates."""

    def __init__(self, packs: Iterable[RulePack]) -> None:
        self.packs = tuple(sorted(packs, key=lambda pack: pack.effective_from))
        for pack in self.packs:
            self._check(pack)

    def keys(self) -> list[str]:
        """Return the key of every rule that ever was, in the order of the files."""
        return list(dict.fromkeys(rule.key for pack in self.packs for rule in pack.rules))

    def grounds(self) -> list[str]:
        """Return every ground on which some rule leaves days out."""
        found = (ground for pack in self.packs for rule in pack.rules for ground in rule.excluded)
        return list(dict.fromkeys(found))

    def rule(self, key: str, day: dt.date) -> RuleInForce:
        """Return a rule as it stood on a day. Errors: `rule.unknown`, `rule.not_in_force`."""
        found: list[tuple[dt.date, str, Rule]] = [
            (rule.since or pack.effective_from, pack.name, rule)
            for pack in self.packs
            for rule in pack.rules
            if rule.key == key
        ]
        if not found:
            raise MzError("rule.unknown", Kind.NOT_FOUND, key[:40])
        version = _newest(found, day, lambda one: one[0])
        if version is None or (version[2].until is not None and version[2].until < day):
            raise MzError("rule.not_in_force", Kind.INVALID, f"{key} on {day}")
        since, profile, rule = version
        sources = tuple(self.article(name, day) for name in rule.sources)
        return RuleInForce(rule, profile, since, sources)

    def rules(self, day: dt.date) -> list[RuleInForce]:
        """Return every rule in force on a day."""
        found = []
        for key in self.keys():
            try:
                found.append(self.rule(key, day))
            except MzError as error:
                if error.code != "rule.not_in_force":
                    raise
        return found

    def share(self, key: str, day: dt.date) -> ShareInForce:
        """Return a bound as it stood on a day. Errors: `rule.unknown`, `rule.not_in_force`."""
        found = [
            (one.since or pack.effective_from, one)
            for pack in self.packs
            for one in pack.shares
            if one.key == key
        ]
        if not found:
            raise MzError("rule.unknown", Kind.NOT_FOUND, key[:40])
        version = _newest(found, day, lambda one: one[0])
        if version is None:
            raise MzError("rule.not_in_force", Kind.INVALID, f"{key} on {day}")
        sources = tuple(self.article(name, day) for name in version[1].sources)
        return ShareInForce(version[1], sources)

    def shares(self, day: dt.date) -> list[ShareInForce]:
        """Return every bound in force on a day, in the order of the files."""
        since: dict[str, dt.date] = {}
        for pack in self.packs:
            for one in pack.shares:
                since.setdefault(one.key, one.since or pack.effective_from)
        return [self.share(key, day) for key, first in since.items() if first <= day]

    def versions(self, key: str) -> list[tuple[dt.date, RuleInForce]]:
        """Return each day on which a rule or its sources changed, oldest first; `rule.unknown`."""
        days = {pack.effective_from for pack in self.packs}
        days |= {rule.since for pack in self.packs for rule in pack.rules if rule.since}
        days |= {ref.since for pack in self.packs for ref in pack.articles.values() if ref.since}
        found: list[tuple[dt.date, RuleInForce]] = []
        for day in sorted(days):
            try:
                one = self.rule(key, day)
            except MzError as error:
                if error.code != "rule.not_in_force":
                    raise
                continue
            if not found or found[-1][1] != one:
                found.append((day, one))
        return found

    def article(self, name: str, day: dt.date) -> LawRef:
        """Return an article's number and version on a day; before all of them, the first."""
        found = [
            (pack.articles[name].since or pack.effective_from, pack.articles[name])
            for pack in self.packs
            if name in pack.articles
        ]
        return (_newest(found, day, lambda one: one[0]) or found[0])[1]

    def ceilings(self, day: dt.date) -> tuple[RulePack, Ceilings]:
        """Return the ceilings of control periods on a day and their profile; before all of
        them, the first."""
        found = [(pack, pack.ceilings) for pack in self.packs if pack.ceilings is not None]
        return _newest(found, day, lambda one: one[0].effective_from) or found[0]

    def _check(self, pack: RulePack) -> None:
        known = {name for one in self.packs for name in one.articles
                 if one.effective_from <= pack.effective_from}  # fmt: skip
        named = {name for rule in pack.rules for name in rule.sources}
        named |= {name for share in pack.shares for name in share.sources}
        named |= {pack.ceilings.source} if pack.ceilings else set()
        if named - known:
            detail = f"{pack.name}: {sorted(named - known)}"
            raise MzError("rulepack.unknown_article", Kind.INVALID, detail)
        versions = [(rule.key, rule.since) for rule in pack.rules]
        if len(set(versions)) != len(versions):
            raise MzError("rulepack.rule_repeated", Kind.INVALID, pack.name)
        for rule in pack.rules:
            if rule.count < 1 or not rule.sources or not rule.verified_by.strip():
                raise MzError("rulepack.rule_incomplete", Kind.INVALID, rule.key)


def _newest(found: list[T], day: dt.date, since: Callable[[T], dt.date]) -> T | None:
    return max((one for one in found if since(one) <= day), default=None, key=since)


def read_pack(text: str) -> RulePack:
    """Return the profile that a file holds; `rulepack.malformed`."""
    try:
        return msgspec.convert(tomllib.loads(text), RulePack)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MzError("rulepack.malformed", Kind.INVALID, str(error)[:200]) from error


@cache
def law() -> Law:
    """Return the law that this centre ships, read and checked once a process."""
    return Law(read_pack(path.read_text("utf-8")) for path in sorted(FOLDER.glob("2*.toml")))
