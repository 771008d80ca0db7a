"""What faces see of print runs: how far each is, its sheets, and which letters failed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.cases.models import Case, Party
from command_center.notices import changes
from command_center.notices.models import NoticeRow
from command_center.notices.print_models import (
    ItemState,
    PrintItemRow,
    PrintRunRow,
    PrintSheetRow,
    RunState,
)
from command_center.notices.printing import SHEET, run_row
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError

_RECENT = 20


@dataclass(frozen=True)
class RunView:
    """A run with how many of its letters are in each state."""

    run: str
    state: RunState
    begun_by_name: str
    begun_ms: int
    ended_ms: int | None
    counts: dict[ItemState, int]


@dataclass(frozen=True)
class SheetView:
    """A sheet: the places of its first and last letter, how many are on it, its digest; deleted:
    its bytes are gone, their time was over."""

    sheet: int
    first: int
    last: int
    letters: int
    sha256: str
    deleted: bool


@dataclass(frozen=True)
class FailedLetter:
    """A letter that could not be made, and why; the party as others see it."""

    number: int
    notice: str
    case: str
    case_number: str
    party_name: str
    code: str


@dataclass(frozen=True)
class RunDetail:
    """A run whole."""

    run: RunView
    sheets: list[SheetView]
    failed: list[FailedLetter]


def recent_runs(uow: UnitOfWork, principal: Principal) -> list[RunView]:
    """Return the newest runs."""
    principal.require("notice:read")
    newest = select(PrintRunRow).order_by(PrintRunRow.begun_ms.desc(), PrintRunRow.run.desc())
    return _views(uow, list(uow.session.scalars(newest.limit(_RECENT))))


def read_run(uow: UnitOfWork, principal: Principal, run: str) -> RunDetail:
    """Return one run; `letter.run_unknown`."""
    principal.require("notice:read")
    (view,) = _views(uow, [run_row(uow, run)])
    return RunDetail(view, _sheets(uow, run), _failed(uow, run))


def sheet_bytes(uow: UnitOfWork, principal: Principal, run: str, sheet: int) -> bytes:
    """Return a sheet's PDF and write who took it. A write verb. Errors: `letter.run_unknown`,
    `letter.sheet_deleted`."""
    principal.require("notice:retry")
    row = uow.session.get(PrintSheetRow, (run, sheet))
    if row is None:
        raise MzError("letter.run_unknown", Kind.NOT_FOUND, run[:40])
    if not row.data:
        raise MzError("letter.sheet_deleted", Kind.NOT_FOUND, f"{run} {sheet}")
    note_view(uow, principal, "letters", run)
    return uow.keys.cipher.decrypt_bytes(row.data, SHEET)


def _views(uow: UnitOfWork, rows: list[PrintRunRow]) -> list[RunView]:
    runs, staff = [one.run for one in rows], {one.begun_by for one in rows}
    names = dict(uow.session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_(staff))).all())  # fmt: skip
    counts: dict[str, dict[ItemState, int]] = {one: dict.fromkeys(ItemState, 0) for one in runs}
    for run, state, count in uow.session.execute(
        select(PrintItemRow.run, PrintItemRow.state, func.count())
        .where(PrintItemRow.run.in_(runs))
        .group_by(PrintItemRow.run, PrintItemRow.state)
    ):
        counts[run][ItemState(state)] = count
    return [
        RunView(one.run, RunState(one.state), names.get(one.begun_by, ""), one.begun_ms,
                one.ended_ms, counts[one.run])
        for one in rows
    ]  # fmt: skip


def _sheets(uow: UnitOfWork, run: str) -> list[SheetView]:
    rows = uow.session.execute(
        select(
            PrintSheetRow.sheet, func.min(PrintItemRow.number), func.max(PrintItemRow.number),
            func.count(), PrintSheetRow.sha256, func.length(PrintSheetRow.data) == 0,
        )
        .join(PrintItemRow, (PrintItemRow.run == PrintSheetRow.run)
              & (PrintItemRow.sheet == PrintSheetRow.sheet))
        .where(PrintSheetRow.run == run)
        .group_by(PrintSheetRow.run, PrintSheetRow.sheet)
        .order_by(PrintSheetRow.sheet)
    )  # fmt: skip
    return [SheetView(*row) for row in rows]


def _failed(uow: UnitOfWork, run: str) -> list[FailedLetter]:
    rows = uow.session.execute(
        select(PrintItemRow.number, PrintItemRow.notice, PrintItemRow.code, Case.id, Case.number,
               Party.name, Party.is_person)
        .join(NoticeRow, NoticeRow.notice == PrintItemRow.notice)
        .join(Case, Case.id == NoticeRow.case)
        .join(Party, Party.id == NoticeRow.party)
        .where(PrintItemRow.run == run, PrintItemRow.state == ItemState.FAILED)
        .order_by(PrintItemRow.number)
    )  # fmt: skip
    return [
        FailedLetter(number, notice, case, case_number, changes.shown_name(name, is_person), code)
        for number, notice, code, case, case_number, name, is_person in rows
    ]
