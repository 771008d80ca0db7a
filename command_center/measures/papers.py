"""Papers of a measure: which it may have, and the facts that each prints."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import select

from command_center.cases.number import full_width
from command_center.cases.service import case_view
from command_center.deadlines.clock import day_text
from command_center.deadlines.reckoning import zh_day
from command_center.deadlines.rulepack import law
from command_center.measures import law as law_refs
from command_center.measures import period
from command_center.measures.execution import SECRET
from command_center.measures.grounds import RELEASE_GROUNDS
from command_center.measures.models import MeasureFactRow, MeasureRow
from command_center.measures.property import property_class
from command_center.measures.views import ItemView, MeasureView, measure_views
from command_center.papers.facts import Item, MeasureFacts
from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.parties import addressee, named
from command_center.papers.service import NewPaper, make_paper
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.fields import CONTROLLING
from schemas.measures.kinds import MeasureKind
from schemas.money import capital_text, yuan_text
from schemas.problems import Kind, MzError
from schemas.time import court_time

_LISTED = (MeasureKind.SEAL, MeasureKind.SEIZE)
_RECONSIDERED = (MeasureKind.FINE, MeasureKind.DETAIN)
_TO_THE_UNIT = (PaperKind.ASSIST_NOTICE, PaperKind.ASSIST_RENEW)
TO_A_PARTY = frozenset({PaperKind.MEASURE_NOTICE})
"""Papers of a measure that are made for one party each."""


def offered(uow: UnitOfWork, measure: str) -> list[PaperKind]:
    """Return the kinds of papers that a measure may have."""
    row = _row(uow, measure)
    found = [PaperKind.MEASURE_NOTICE]
    if MeasureKind(row.kind) in _LISTED:
        found.insert(0, PaperKind.SEIZURE_LIST)
    found.append(PaperKind.RECORD)
    if row.control_to is not None and MeasureKind(row.kind) in CONTROLLING:
        found += [PaperKind.RULING_RENEW, PaperKind.RULING_RELEASE]
    if _facts(uow, measure).get("assisting_unit"):
        found.append(PaperKind.ASSIST_NOTICE)
        if PaperKind.RULING_RENEW in found:
            found.append(PaperKind.ASSIST_RENEW)
    return found


def make_measure_paper(
    uow: UnitOfWork,
    principal: Principal,
    paper: str,
    measure: str,
    kind: str,
    party: str = "",
    ground: str = "",
) -> str:
    """Make a paper of a measure from its record; `party`: whom a written notice is for;
    `ground`: of a ruling on release.

    Errors: `measure.unknown`, `paper.not_offered`, `party.unknown`,
    `release.unknown_ground`, and of `make_paper`.
    """
    principal.require("paper:make")
    row = _row(uow, measure)
    if kind not in PaperKind.__members__ or PaperKind(kind) not in offered(uow, measure):
        raise MzError("paper.not_offered", Kind.INVALID, kind[:40])
    wanted = PaperKind(kind)
    case = case_view(uow, row.case)
    for_one = party if wanted in TO_A_PARTY else None
    to = addressee(case, party) if for_one is not None else ""
    if wanted is PaperKind.RULING_RELEASE and ground not in RELEASE_GROUNDS:
        raise MzError("release.unknown_ground", Kind.INVALID, ground[:40])
    facts = measure_facts(uow, row, wanted, to)
    if wanted is PaperKind.RULING_RELEASE:
        source = law_refs.SEIZURE_RULES_28.text()
        facts = msgspec.structs.replace(facts, ground=RELEASE_GROUNDS[ground][0], law=source)
    title = f"{facts.kind}财产清单" if wanted is PaperKind.SEIZURE_LIST else TEMPLATES[wanted].zh
    return make_paper(
        uow, principal, NewPaper(paper, wanted, row.case, measure, for_one, facts, title)
    )


def measure_facts(
    uow: UnitOfWork, row: MeasureRow, wanted: PaperKind, to: str = ""
) -> MeasureFacts:
    """Return what a paper of a measure prints; the account in full for the assisting unit only."""
    view, facts = measure_views(uow, [row])[0], _facts(uow, row.measure)
    case = case_view(uow, row.case)
    return MeasureFacts(
        parties=named(case.parties), basis=full_width(case.basis), kind=view.kind.zh,
        what=view.subject, when=_when(view.executed_ms), place=view.place,
        officers="、".join(filter(None, (view.officer_name, view.second_officer_name))),
        ruling=full_width(facts.get("paper", "")),
        period_from=zh_day(view.control_from) if view.control_from else "",
        period_to=zh_day(view.control_to) if view.control_to else "",
        amount=_amount(view.value_fen), custodian=view.custodian,
        storage_place=view.storage_place, items=[_item(one) for one in view.items],
        unit=facts.get("assisting_unit", ""),
        account=_account(uow, row.measure) if wanted in _TO_THE_UNIT else "",
        asked=_amount(int(facts["asked_fen"])) if "asked_fen" in facts else "",
        days=facts.get("days", ""), hours=facts.get("hours", ""),
        fine=_amount(int(facts["fine_fen"])) if "fine_fen" in facts else "",
        remedy=_remedy(view), to=to, started=_when(view.started_ms), note=view.note,
        **_ruling(view, row),
    )  # fmt: skip


def _remedy(view: MeasureView) -> str:
    day = court_time(view.executed_ms).date()
    if view.kind in _RECONSIDERED:
        source = law().article("cp_coercion", day).text()
        return f"不服本决定的，可以向上一级人民法院申请复议一次，复议期间不停止执行（{source}）。"
    source = law().article("cp_objection", day).text()
    return f"认为执行行为违反法律规定的，可以向本院提出书面异议（{source}）。"


def _ruling(view: MeasureView, row: MeasureRow) -> dict[str, str]:
    """What a ruling on renewal or release says besides; the next dates are a suggestion."""
    if row.control_to is None or view.kind not in CONTROLLING:
        return {}
    start = dt.date.fromisoformat(row.control_to) + dt.timedelta(days=1)
    term = period.suggest(start, property_class(row.property_kind), renewal=True)
    return {"law": period.source(start), "next_from": day_text(term.start),
            "next_to": day_text(term.end)}  # fmt: skip


def _when(ms: int) -> str:
    at: dt.datetime = court_time(ms)
    return f"{day_text(at.date())}{at.hour}时{at.minute:02d}分"


def _amount(fen: int | None) -> str:
    return "" if fen is None else f"{yuan_text(fen)}（{capital_text(fen)}）"


def _item(one: ItemView) -> Item:
    about = " · ".join(text for text in (one.brand_model, one.serial, one.condition) if text)
    value = yuan_text(one.value_fen) if one.value_fen is not None else "—"
    return Item(str(one.number), one.name, f"{one.quantity} {one.unit}", about, value)


def _facts(uow: UnitOfWork, measure: str) -> dict[str, str]:
    query = select(MeasureFactRow).where(MeasureFactRow.measure == measure)
    return {one.name: one.value for one in uow.session.scalars(query)}


def _account(uow: UnitOfWork, measure: str) -> str:
    row = uow.session.get(MeasureFactRow, (measure, "account"))
    return uow.keys.cipher.decrypt(row.secret, SECRET) if row and row.secret else ""


def _row(uow: UnitOfWork, measure: str) -> MeasureRow:
    row = uow.session.get(MeasureRow, measure)
    if row is None:
        raise MzError("measure.unknown", Kind.NOT_FOUND, measure[:40])
    return row
