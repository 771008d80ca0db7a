"""Back to the shipped template, for a draft that the court's own words do not fit."""

from __future__ import annotations

import msgspec

from command_center.papers import service
from command_center.papers.facts import Printed
from command_center.papers.kinds import TEMPLATES, PaperKind, PaperState
from command_center.papers.typeset import typeset
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

_DRAFT = (PaperState.UNSIGNED, PaperState.STAMP_FAILED)


def use_shipped(database: Database, principal: Principal, paper: str) -> None:
    """Make a draft with the shipped template, whose court's template cannot be typeset for it.

    Errors: `paper.unknown`, `paper.wrong_state`, `paper.wording_fits`.
    """
    principal.require("paper:make")
    printed = database.read(_worded, paper)
    if printed.worded is None or _can_be_typeset(database, printed):
        raise MzError("paper.wording_fits", Kind.CONFLICT, paper[:40])
    database.run(_use_shipped, principal, paper)


def _can_be_typeset(database: Database, printed: Printed) -> bool:
    try:
        database.off_loop(lambda: typeset(printed))
    except MzError:
        return False
    return True


def _worded(uow: UnitOfWork, paper: str) -> Printed:
    return service.printed_of(uow, service.paper_row(uow, paper))


def _use_shipped(uow: UnitOfWork, principal: Principal, paper: str) -> None:
    row = service.paper_row(uow, paper, lock=True)
    if row.state not in _DRAFT:
        raise MzError("paper.wrong_state", Kind.CONFLICT, row.state)
    template, was = TEMPLATES[PaperKind(row.kind)], service.printed_of(uow, row)
    frame = msgspec.structs.replace(
        was.frame, file=template.file, version=template.version, edition=0, wording=""
    )
    printed = msgspec.json.encode(Printed(frame, was.facts))
    row.printed, row.wording = uow.keys.cipher.encrypt_bytes(printed, service.PRINTED), None
    service.tell(uow, principal, row, "shipped", "PaperMadeShipped",
                 f"《{row.title}》（{row.number}）改用系统自带模板",
                 f"Made with the shipped template: {row.number}", sha256_hex(printed))  # fmt: skip
