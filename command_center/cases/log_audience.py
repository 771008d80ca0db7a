"""Which lines of the enforcement log an audience sees (S-17). Pure; what is not named is not seen.

The desk sees all. Officers see what was done and found. Parties see acts, procedure, money and
service: no notes by hand, no property that is not held yet, nothing of another's telephone. The
public sees that something was done and on which day, in one word.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from command_center.cases.log import LogLine
from schemas.measures.kinds import MeasureKind


class Audience(StrEnum):
    """Who reads."""

    DESK = "DESK"
    OFFICER = "OFFICER"
    PARTY = "PARTY"
    PUBLIC = "PUBLIC"


CORRECTION = "CORRECTION"
STEP = "STEP_"
ACT_WORDS = {
    **{kind.value: (kind.zh, kind.en) for kind in MeasureKind},
    "DEBTOR_NAMED": ("核定被执行人", "found against whom it is"),
    "RENEWED": ("续行", "renewed"),
    "RELEASED": ("解除", "released"),
    "CONVERTED": ("财产已处分", "the property was disposed of"),
    "TURN_CAME": ("轮候生效", "its turn came"),
    "TURN_LOST": ("轮候未生效", "its turn never came"),
    "LAPSE": ("期限届满", "lapsed"),
    "CLOSED": ("办结", "closed"),
    "BECAME_ENFORCEMENT": ("转为执行措施", "became an enforcement measure"),
    "STATE": ("程序变更", "change of procedure"),
    "OBJECTION": ("异议与复议", "objection"),
    "SERVICE": ("送达", "service"),
    "SERVE": ("送达", "service"),
    "RECEIPT": ("执行到位", "money received"),
    "PERFORM": ("履行、和解", "performance or settlement"),
    "REASON": ("说明原因", "reason given"),
    "PARTY": ("当事人变更", "change of a party"),
    "OFFICER": ("承办人变更", "change of who is in charge"),
    "INTERVAL": ("不计入期间", "days that do not count"),
    "DEADLINE": ("期限", "time limit"),
    f"{STEP}ON_SCENE": ("到达现场", "arrived at the scene"),
    f"{STEP}ACTING": ("开始实施", "began to act"),
    f"{STEP}WITHDRAWN": ("撤离现场", "withdrew from the scene"),
    CORRECTION: ("更正", "correction"),
}
"""Acts that a party may see, in words: Chinese, English."""

_PUBLIC = frozenset({kind.value for kind in MeasureKind} | {"RELEASED", "STATE", "RENEWED"}) - {
    "SEARCH", "SUMMON_BY_FORCE", "DETAIN", "FINE", "INQUIRY",
}  # fmt: skip
"""Acts that the public may know of: not those against a person, nor what is looked for."""
_ADMINISTRATION = frozenset(
    {"HOLD", "CONTACT", "CARD", "LINK", "PAPER", "DEADLINE", "INTERVAL", "REPLY"}
)
"""Acts of the desk's administration, which an officer's reading leaves out."""


def seen_by(audience: Audience, lines: Sequence[LogLine]) -> list[LogLine]:
    """Return the lines that an audience sees. A correction is seen where what it sets right is."""
    if audience is Audience.DESK:
        return list(lines)
    seen = {line.seq for line in lines if _is_seen(audience, line)}
    by_seq = {line.seq: line for line in lines}
    return [line for line in lines if _root(line, by_seq) in seen]


def public_word(line: LogLine) -> tuple[str, str]:
    """Return all that the public learns of a line beside its day."""
    return ACT_WORDS[line.act]


def _is_seen(audience: Audience, line: LogLine) -> bool:
    if line.act == CORRECTION:
        return False
    match audience:
        case Audience.OFFICER:
            return line.act not in _ADMINISTRATION
        case Audience.PARTY:
            return line.act in ACT_WORDS
        case _:
            return line.act in _PUBLIC


def _root(line: LogLine, by_seq: dict[int, LogLine]) -> int:
    """Return the line that a chain of corrections sets right; corrections name earlier lines."""
    while line.corrects is not None and line.corrects < line.seq and line.corrects in by_seq:
        line = by_seq[line.corrects]
    return line.seq
