"""The lots (分册) of a list, filled by several devices, joined with the act they belong to.

Lots and act come in any order. A lot whose number, or one of whose rows, is taken already is kept
as a record like any other and joins nothing: a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.measures import columns, execution, law
from command_center.measures.models import MeasureItemRow, MeasureRow, RecordRow
from command_center.measures.receipts import receipt_of
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect, RecordReceipt
from schemas.measures.former import as_form
from schemas.measures.forms import FORMS
from schemas.measures.lots import LIST_LOT, OWN_LOT, number_of, read_marks, repeated
from schemas.records import FIELD_RECORD, FieldAct, FieldRecord
from schemas.sign import Envelope, decode, decode_payload

REPEATED, ROWS_REPEATED, DIFFERS, UNNUMBERED = (
    "lot.repeated", "lot.rows_repeated", "lot.differs", "lot.unnumbered",
)  # fmt: skip
_APART = {REPEATED, ROWS_REPEATED, UNNUMBERED}
"""A lot with one of these defects joins nothing."""
_CLOCKS_APART_MS = 5 * 60_000
_POSITIONS = 10_000
"""Rows of a lot stand behind its number times this: the list is ordered without counting."""
_NAMED = 5


@dataclass(frozen=True)
class Told:
    """A record of the visit that has to do with a list, with what the centre answered."""

    record: FieldRecord
    body: FieldAct
    apart: bool

    @property
    def pages(self) -> set[str]:
        """The digests of its typeset pages."""
        return {one.sha256 for one in self.record.exhibits if one.kind == "paper"}


def of_act(body: FieldAct) -> str:
    """Return the form of the act whose list a record fills, its own where it is no lot."""
    return body.facts.get("of_act", "") if body.form == LIST_LOT else body.form


def is_apart(receipt: RecordReceipt) -> bool:
    """Return whether a lot joins nothing."""
    return any(one.code in _APART for one in receipt.defects)


def find_defects(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> list[Defect]:
    """Return what of a lot, or of an act with a list, is told by another record already."""
    form = FORMS.get(body.form)
    if form is None or not form.listed:
        return []
    others = _told(uow, record.operation, of_act(body))
    if body.form == LIST_LOT:
        return [*_lot_defects(body, others), *_differing(_marking(others), [(body, record)])]
    lots = [one for one in others if one.body.form == LIST_LOT and not one.apart]
    waiting = [one for one in lots if not _is_joined(uow, one)]
    return [
        *_rows(body, (number for one in waiting for number in _numbers(one.body))),
        *_differing([body], [(one.body, one.record) for one in lots]),
    ]


def _lot_defects(body: FieldAct, others: list[Told]) -> Iterator[Defect]:
    number = number_of(body)
    if number <= OWN_LOT:
        yield _defect(UNNUMBERED, "清单分册没有写明册号，或者与行为本身的清单同号，未并入清单。")
        return
    lots = [one for one in others if one.body.form == LIST_LOT and not one.apart]
    if any(number_of(one.body) == number for one in lots):
        yield _defect(REPEATED, f"清单第{number}册已有登记，本册未并入清单。")
    act = _act_of(body, others)
    taken = [*lots, *([act] if act else [])]
    yield from _rows(body, (row for one in taken for row in _numbers(one.body)))


def _rows(body: FieldAct, taken: Iterable[int]) -> Iterator[Defect]:
    doubled = repeated(body.items, taken)
    if doubled:
        named = "、".join(map(str, doubled[:_NAMED]))
        yield _defect(
            ROWS_REPEATED, f"清单序号{named}等{len(doubled)}项与其他册重复，重复的一册未并入清单。"
        )


def _differing(acts: list[FieldAct], lots: list[tuple[FieldAct, FieldRecord]]) -> Iterator[Defect]:
    """The paper of the act names the pages of each lot: others are another paper."""
    marks = {mark.lot: mark for act in acts for mark in read_marks(act.facts.get("lots", ""))}
    for body, record in lots:
        mark = marks.get(number_of(body))
        pages = {one.sha256 for one in record.exhibits if one.kind == "paper"}
        if mark and pages and mark.paper not in pages:
            yield _defect(DIFFERS, f"清单第{mark.lot}册的页面校验值与笔录所记不符。")


def _defect(code: str, text: str) -> Defect:
    return Defect(code, text, law.CIVIL_PROCEDURE_256.text())


def _numbers(body: FieldAct) -> list[int]:
    return [item.number for item in body.items]


def _marking(others: list[Told]) -> list[FieldAct]:
    return [one.body for one in others if one.body.form != LIST_LOT]


def join(
    uow: UnitOfWork, principal: Principal, record: FieldRecord, body: FieldAct,
    receipt: RecordReceipt,
) -> None:  # fmt: skip
    """Put a lot's rows on the list of its act, if that is here; else it waits."""
    if is_apart(receipt):
        return
    act = _act_of(body, _told(uow, record.operation, of_act(body)))
    if act is not None:
        _put(uow, principal, act.record.record, record, body)


def join_waiting(
    uow: UnitOfWork, principal: Principal, record: FieldRecord, body: FieldAct
) -> None:
    """Put the rows of the lots that waited for an act on its list."""
    told = _told(uow, record.operation, body.form)
    own = set(_numbers(body))
    for one in told:
        if one.body.form != LIST_LOT or one.apart or own & set(_numbers(one.body)):
            continue
        act = _act_of(one.body, told)
        if act and act.record.record == record.record and not _is_joined(uow, one):
            _put(uow, principal, record.record, one.record, one.body)


def _put(
    uow: UnitOfWork, principal: Principal, measure: str, record: FieldRecord, body: FieldAct
) -> None:
    row, lot = uow.session.get(MeasureRow, measure), uow.session.get(RecordRow, record.record)
    if row is None or lot is None:
        return
    number = columns.number(number_of(body))
    uow.session.add_all(
        execution.item_row(uow, measure, number * _POSITIONS + place, item, record.record)
        for place, item in enumerate(body.items)
    )
    uow.session.flush()
    added = execution.total_fen(body.items)
    if added is not None:
        row.value_fen = columns.number((row.value_fen or 0) + added)
    names = uow.session.scalars(
        select(MeasureItemRow.name)
        .where(MeasureItemRow.measure == measure)
        .order_by(MeasureItemRow.position)
    )
    row.subject = execution.summary(list(names), row.subject)
    zh = f"清单第{number}册{len(body.items)}项已并入"
    uow.ledger("case:list:joined", principal.id, measure, lot.payload_sha256,
               {"case": record.case, "record": record.record, "lot": str(number)})  # fmt: skip
    uow.emit("ListLotJoined", zh, f"Lot {number} with {len(body.items)} rows joined the list",
             case=record.case, operation=record.operation, device=record.device,
             subject=measure)  # fmt: skip


def awaited(uow: UnitOfWork, measure: str) -> list[int]:
    """Return the lots that the act's paper names and that have not joined."""
    row = uow.session.get(RecordRow, measure)
    body = _read(row).body if row is not None else None
    if not isinstance(body, FieldAct):
        return []
    query = select(MeasureItemRow.position).where(
        MeasureItemRow.measure == measure, MeasureItemRow.lot.is_not(None)
    )
    here = {position // _POSITIONS for position in uow.session.scalars(query)}
    marks = read_marks(body.facts.get("lots", ""))
    return sorted({mark.lot for mark in marks} - here)


def _told(uow: UnitOfWork, operation: str, form: str) -> list[Told]:
    """Return the acts of a form and the lots of its list, in the order they came."""
    query = (
        select(RecordRow)
        .where(
            RecordRow.operation == columns.ident(operation),
            RecordRow.kind.in_(("field_act", "seize_movables")),
        )
        .order_by(RecordRow.received_ms, RecordRow.record)
    )
    found = []
    for row in uow.session.scalars(query):
        record = _read(row)
        if isinstance(record.body, FieldAct) and of_act(record.body) == form:
            apart = is_apart(receipt_of(uow, row))
            found.append(Told(record, record.body, apart))
    return found


def _read(row: RecordRow) -> FieldRecord:
    return as_form(decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord))


def _act_of(lot: FieldAct, told: list[Told]) -> Told | None:
    """Return the act of a lot: the last that had begun when the lot was done, or the first."""
    acts = [one for one in told if one.body.form != LIST_LOT]
    begun = [one for one in acts if one.body.started_ms <= lot.finished_ms + _CLOCKS_APART_MS]
    return max(begun, key=lambda one: one.body.started_ms, default=acts[0] if acts else None)


def _is_joined(uow: UnitOfWork, lot: Told) -> bool:
    query = select(func.count()).where(MeasureItemRow.lot == lot.record.record)
    return bool(uow.session.scalar(query))
