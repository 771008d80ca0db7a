"""Seal tags (封条): registered with the measure that first names them; what anyone may read of one.

Whoever stands before a tag reads its number and check code from it and is told nothing that does
not stand on it, but for what became of the measure since.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.models import Case
from command_center.cases.number import full_width
from command_center.measures import law
from command_center.measures.models import ControlPeriodRow, MeasureRow, SealTagRow
from command_center.measures.rules import defect
from command_center.measures.states import MeasureState
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.kinds import MeasureKind
from schemas.measures.tags import Tag, read_tags
from schemas.problems import Kind, MzError
from schemas.records import FieldAct, FieldRecord

_STANDS = (MeasureState.EXECUTED, MeasureState.IN_FORCE, MeasureState.RENEWED)


@dataclass(frozen=True)
class CheckedTag:
    """What a tag's QR code shows. stands: whether the measure is in force; until: the last day
    (ISO) of its control period, empty where none runs or its paper names none."""

    tag: Tag
    case_number: str
    kind: MeasureKind
    state: MeasureState
    executed_ms: int
    read_ms: int
    until: str
    stands: bool


@dataclass(frozen=True)
class FoundTag:
    """The measure under which a number is registered. genuine: the check code is the one that was
    registered with it."""

    tag: Tag
    measure: str
    genuine: bool


def find_tag(uow: UnitOfWork, principal: Principal, tag: Tag) -> FoundTag | None:
    """Return what is registered under a tag's number, for staff."""
    principal.require("measure:read")
    row = uow.session.get(SealTagRow, tag.number)
    return FoundTag(tag, row.measure, row.check_code == tag.check) if row is not None else None


def find_defects(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> list[Defect]:
    """Return which tags of an act belong to another measure or carry another case's check code."""
    number = uow.session.get_one(Case, record.case).number
    found = []
    for tag in _tags(body):
        known = uow.session.get(SealTagRow, tag.number)
        if known is not None and known.measure != record.record:
            text = f"封条 {tag.printed} 已经用于另一项措施，须查明。"
            found.append(defect("tag.elsewhere", text, law.SEIZURE_RULES_6))
        elif not tag.belongs_to(number):
            text = f"封条 {tag.printed} 的校验码与本案不符，可能抄错或者属于他案。"
            found.append(defect("tag.check_differs", text, law.SEIZURE_RULES_6))
    return found


def register(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> None:
    """Keep the tags of a measure; one that another measure has stays with that and alarms."""
    number = uow.session.get_one(Case, record.case).number
    for tag in _tags(body):
        known = uow.session.get(SealTagRow, tag.number)
        if known is None and tag.belongs_to(number):
            uow.session.add(
                SealTagRow(
                    number=tag.number, check_code=tag.check, measure=record.record,
                    registered_ms=uow.now_ms,
                )
            )  # fmt: skip
        elif known is not None:
            uow.emit("SealTagFoundElsewhere", f"封条 {tag.printed} 又见于另一项措施",
                     f"The seal tag {tag.printed} was told with another measure too",
                     case=record.case, operation=record.operation, device=record.device,
                     subject=record.record, level="alarm")  # fmt: skip


def check_tag(uow: UnitOfWork, text: str) -> CheckedTag:
    """Return what a tag tells anyone; `tag.unknown` where number or check code is not one that is
    registered."""
    tags = read_tags(text) or []
    row = uow.session.get(SealTagRow, tags[0].number) if len(tags) == 1 else None
    if row is None or row.check_code != tags[0].check:
        raise MzError("tag.unknown", Kind.NOT_FOUND, text[:40])
    measure = uow.session.get_one(MeasureRow, row.measure)
    state = MeasureState(measure.state)
    return CheckedTag(
        tags[0], full_width(uow.session.get_one(Case, measure.case).number),
        MeasureKind(measure.kind), state, measure.executed_ms, uow.now_ms, _until(uow, measure),
        state in _STANDS,
    )  # fmt: skip


def _until(uow: UnitOfWork, measure: MeasureRow) -> str:
    newest = select(ControlPeriodRow.suggested).where(ControlPeriodRow.measure == measure.measure)
    newest = newest.order_by(ControlPeriodRow.number.desc()).limit(1)
    return "" if uow.session.scalar(newest) else measure.control_to or ""


def _tags(body: FieldAct) -> list[Tag]:
    """Return the tags that an act names, each number once."""
    found = read_tags(body.facts.get("seal_tags", "")) or []
    return list({tag.number: tag for tag in found}.values())
