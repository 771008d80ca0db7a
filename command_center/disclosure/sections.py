"""The nine classes of information that a party gets by password (S-30), in their order.

What the centre holds no record of is said to be without record; a section is never left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from command_center.closing.rules import CLOSE_KINDS
from command_center.closing.views import StateChangeView
from command_center.disclosure.document import CaseCard, Line, MeasureShown, Section, Text
from schemas.money import yuan_text
from schemas.time import court_time

TITLES: dict[str, Text] = {
    "filing": Text("执行立案", "Filing"),
    "officers": Text("执行人员", "Officers"),
    "procedure": Text("程序变更", "Changes of procedure"),
    "measures": Text("执行措施", "Measures"),
    "disposal": Text("财产处置", "Disposal of property"),
    "rulings": Text("裁决文书", "Rulings"),
    "closing": Text("结案", "Closing"),
    "distribution": Text("款项分配", "Distribution of money"),
    "suspension": Text("暂缓、中止、终结", "Deferral, stay, termination"),
}

_NO_RECORD = Text(
    "截至本页数据时间，没有这类信息的记录。",
    "There is no record of this kind as of the time of this page.",
)
_PROCEDURE = frozenset({"DELEGATED", "LIFTED", "DESIGNATED", "SETTLED", "RESUMED", "REVERSAL"})
_SUSPENSION = frozenset({"SUSPENDED", "DEFERRED"})
_TERMINATIONS = frozenset({"TERMINATED", "TERMINATED_THIS_ROUND"})


@dataclass(frozen=True)
class Known:
    """What the sections are made from."""

    card: CaseCard
    state: str
    measures: list[MeasureShown]
    time_limits: list[Line] = field(default_factory=list)
    changes: list[StateChangeView] = field(default_factory=list)
    objections: list[Line] = field(default_factory=list)


def nine_sections(known: Known) -> list[Section]:
    """Return exactly the nine sections of S-30."""
    lines: dict[str, list[Line]] = {
        "filing": _filing(known.card),
        "officers": _officers(known.card),
        "procedure": _state_lines(known, _PROCEDURE) + known.objections + known.time_limits,
        "measures": [_measure(measure) for measure in known.measures],
        "suspension": _state_lines(known, _SUSPENSION) + _ends(known, _TERMINATIONS),
        "closing": _closing(known),
    }
    return [Section(key, title, lines.get(key, []), _NO_RECORD) for key, title in TITLES.items()]


def _filing(card: CaseCard) -> list[Line]:
    day = court_time(card.filed_ms)
    lines = [
        Line(
            Text(f"{day.year}年{day.month}月{day.day}日立案", f"Filed on {day:%Y-%m-%d}"),
            card.filed_ms,
        ),
        *(
            [Line(Text(f"执行依据：{card.basis}", f"Enforcement title: {card.basis}"))]
            if card.basis
            else []
        ),
        Line(Text(f"案由：{card.cause}", f"Cause: {card.cause}")),
        Line(
            Text(
                f"执行标的：{yuan_text(card.amount_fen)}",
                f"Amount to enforce: {yuan_text(card.amount_fen)}",
            )
        ),
    ]
    if card.basis_body:
        made = Text(f"作出机关：{card.basis_body}", f"Made by: {card.basis_body}")
        lines.insert(2, Line(made))
    if card.claim:
        lines.append(Line(Text(f"申请执行事项：{card.claim}", f"Claim: {card.claim}")))
    lines += _left(card)
    for party in card.parties:
        lines.append(Line(Text(f"{party.role.zh}：{party.name}", f"{party.role.en}: {party.name}")))
    return lines


def _left(card: CaseCard) -> list[Line]:
    """What is left of the claim, as of the document's day (S-21)."""
    if card.remaining_fen is None:
        return []
    sums = (
        ("迟延履行利息", "Delay interest", card.interest_fen),
        ("执行费", "Enforcement fee", card.fee_fen), ("已到位", "Received", card.received_fen),
        ("尚未履行", "Still owed", card.remaining_fen),
    )  # fmt: skip
    return [
        Line(Text(f"{zh}：{yuan_text(fen)}", f"{en}: {yuan_text(fen)}"))
        for zh, en, fen in sums
        if fen is not None
    ]


def _officers(card: CaseCard) -> list[Line]:
    lines = []
    for officer in card.officers:
        phone_zh = f"，办公电话{officer.phone}" if officer.phone else ""
        phone_en = f", office telephone {officer.phone}" if officer.phone else ""
        lines.append(
            Line(
                Text(
                    f"{officer.role.zh}：{officer.name}{phone_zh}",
                    f"{officer.role.en}: {officer.name}{phone_en}",
                )
            )
        )
    return lines


def _measure(measure: MeasureShown) -> Line:
    period_zh = f"，期限{measure.control_from}至{measure.control_to}" if measure.control_to else ""
    period_en = f", {measure.control_from} to {measure.control_to}" if measure.control_to else ""
    return Line(
        Text(
            f"{measure.kind.zh}：{measure.summary}（{measure.state.zh}）{period_zh}",
            f"{measure.kind.en}: {measure.summary} ({measure.state.en}){period_en}",
        ),
        measure.executed_ms,
    )


def _state_lines(known: Known, states: frozenset[str]) -> list[Line]:
    """Each change into or out of these states with its reason (S-18); of a case that came with its
    state, the state alone."""
    told = [
        _change(one)
        for one in known.changes
        if one.after in states or (one.before in states and one.after == "IN_PROGRESS")
    ]
    if told:
        return told
    return [Line(known.card.state)] if known.state in states else []


def _ends(known: Known, kinds: frozenset[str]) -> list[Line]:
    return [_change(one) for one in known.changes if one.close_kind in kinds]


def _change(one: StateChangeView) -> Line:
    ground = f"{one.ground[0]}：" if one.ground[0] else ""
    zh = f"{one.day.year}年{one.day.month}月{one.day.day}日{one.word[0]}：{ground}{one.reason}"
    by_law = f" ({one.ground[1]})" if one.ground[1] else ""
    en = f"{one.day}: {one.word[1]}{by_law}: {one.reason}"
    return Line(Text(f"{zh}，文书：{one.paper}", f"{en}, {one.paper}"))


def _closing(known: Known) -> list[Line]:
    if known.state == "CLOSED":
        return _ends(known, frozenset(CLOSE_KINDS)) or [Line(known.card.state)]
    return [Line(Text("尚未结案。", "The case is not closed."))]
