"""Deletes printed sheets (打印文件) once the court's time for them is over.

They are a convenience for the printer and hold names and texts; the letters themselves, the runs
and each sheet's digest stay. A letter that still waits for the post is printed anew by the next
run.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from command_center.notices.print_models import PrintRunRow, PrintSheetRow
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork

DAY_MS = 86_400_000
_BATCH = 100
"""So many sheets in one transaction; the next look goes on."""


def delete_sheets(uow: UnitOfWork) -> int:
    """Delete the bytes of sheets whose run ended `court.printed_sheet_days` ago, each written in
    the ledger; return how many."""
    cutoff = uow.now_ms - uow.settings.court.printed_sheet_days * DAY_MS
    rows = uow.session.execute(
        select(PrintSheetRow.run, PrintSheetRow.sheet, PrintSheetRow.sha256)
        .join(PrintRunRow, PrintRunRow.run == PrintSheetRow.run)
        .where(PrintRunRow.ended_ms <= cutoff, func.length(PrintSheetRow.data) > 0)
        .order_by(PrintRunRow.ended_ms, PrintSheetRow.run, PrintSheetRow.sheet)
        .limit(_BATCH)
    ).all()
    for run, sheet, sha256 in rows:
        uow.session.execute(
            update(PrintSheetRow)
            .where(PrintSheetRow.run == run, PrintSheetRow.sheet == sheet)
            .values(data=b"")
        )
        uow.ledger("staff:letters:sheet_deleted", CENTRE.id, run, sha256, {"sheet": str(sheet)})
    if rows:
        uow.emit("PrintSheetsDeleted", f"已按期限删除打印文件 {len(rows)} 份，信件和记录不变",
                 f"{len(rows)} print files were deleted by their time; letters and records stay",
                 permission="notice:read")  # fmt: skip
    return len(rows)
