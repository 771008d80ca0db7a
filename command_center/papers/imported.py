"""Papers that the court made elsewhere (S-19): registered as they came, with number and stamp.

The bytes are kept as they are. Nobody here approved them: whoever registers one says whether it
bears the court's stamp, and one without a stamp is never issued.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import or_, select

from command_center.cases.service import case_view
from command_center.papers.facts import Frame, ImportedFacts, Printed
from command_center.papers.foreign_file import check_file
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.models import PaperFileRow, PaperRow
from command_center.papers.parties import addressee
from command_center.papers.service import FILE, PRINTED, next_serial, tell
from command_center.platform import typed
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

SERIES = "外来"


@dataclass(frozen=True)
class ForeignPaper:
    """Message: a paper to register. paper: its id, made by the form; party: whom it is for, or
    empty; day: the ISO day on it; stamped: whether it bears the court's stamp."""

    paper: str
    case: str
    party: str
    title: str
    number: str
    day: str
    stamped: bool
    pdf: bytes


def import_paper(database: Database, principal: Principal, message: ForeignPaper) -> str:
    """Register a paper with its bytes; the same one again changes nothing.

    Errors: `paper.too_large`, `paper.too_complex`, `paper.unreadable`, `paper.active_content`,
    `paper.field_missing`, `paper.number_taken`, `paper.imported_already`, `paper.id_taken`,
    `form.day_malformed`, `paper.day_ahead`, `case.unknown`, `party.unknown`, `id.malformed`.
    """
    principal.require("paper:make")
    id_bytes(message.paper)
    database.off_loop(lambda: check_file(message.pdf))
    return database.run(_register, principal, message, sha256_hex(message.pdf))


def _register(uow: UnitOfWork, principal: Principal, message: ForeignPaper, sha256: str) -> str:
    known = uow.session.get(PaperFileRow, message.paper)
    if known is not None:
        if known.sha256 != sha256:
            raise MzError("paper.id_taken", Kind.CONFLICT, message.paper)
        return message.paper
    title, number = typed.line(message.title, 60), typed.line(message.number, 60)
    if not title or not number:
        raise MzError("paper.field_missing", Kind.INVALID, "title and number")
    case, day = case_view(uow, message.case), typed.day(message.day).isoformat()
    if day > court_time(uow.now_ms).date().isoformat():
        raise MzError("paper.day_ahead", Kind.INVALID, day)
    if message.party:
        addressee(case, message.party)
    serial = next_serial(uow, case.id, SERIES)
    _check_new(uow, case.id, number, sha256)
    frame = Frame(uow.settings.court.name, title, number, day,
                  PaperKind.IMPORTED, 0, "", "")  # fmt: skip
    printed = msgspec.json.encode(Printed(frame, ImportedFacts(message.stamped)))
    state = PaperState.STAMPED if message.stamped else PaperState.NO_STAMP
    row = PaperRow(
        paper=message.paper, kind=PaperKind.IMPORTED, case=case.id, subject=message.paper,
        party=message.party or None, series=SERIES, serial=serial, number=number, title=title,
        printed=uow.keys.cipher.encrypt_bytes(printed, PRINTED), state=state,
        made_by=principal.id, made_ms=uow.now_ms, sha256=sha256,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    uow.session.add(
        PaperFileRow(
            paper=row.paper, sha256=sha256, data=uow.keys.cipher.encrypt_bytes(message.pdf, FILE)
        )
    )
    uow.session.flush()
    tell(uow, principal, row, "imported", "PaperImported", f"登记外来文书《{title}》（{number}）",
         f"Registered a paper made elsewhere: {number}", sha256)  # fmt: skip
    return row.paper


def _check_new(uow: UnitOfWork, case: str, number: str, sha256: str) -> None:
    """Refuse what the case holds already, unless it was voided."""
    same = uow.session.scalars(
        select(PaperRow).where(
            PaperRow.case == case, PaperRow.state != PaperState.VOID,
            or_(PaperRow.number == number, PaperRow.sha256 == sha256),
        )
    ).first()  # fmt: skip
    if same is not None:
        code = "paper.number_taken" if same.number == number else "paper.imported_already"
        raise MzError(code, Kind.CONFLICT, same.paper)
