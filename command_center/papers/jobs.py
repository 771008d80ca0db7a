"""What the worker does for papers: has approved ones stamped."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from command_center.papers import service
from command_center.papers.facts import Printed
from command_center.papers.kinds import PaperState
from command_center.papers.stamping import Stamper, StampOrder
from command_center.papers.typeset import typeset
from command_center.platform.database import Database
from command_center.platform.outbox import MAX_ATTEMPTS, Consumer, Job
from command_center.platform.uow import UnitOfWork
from schemas import crash
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


def consumers(stamper: Stamper) -> Mapping[str, Consumer]:
    """Return the consumers of this room's outbox kinds."""

    def stamp(database: Database, job: Job) -> None:
        paper = msgspec.json.decode(job.payload, type=service.StampPaper).paper
        found = database.read(_approved, paper)
        if found is None:
            return
        try:
            order = _order(paper, *found)
            stamped = stamper.stamp(order)
        except MzError as error:
            if error.kind is Kind.UNAVAILABLE and job.attempt < MAX_ATTEMPTS:
                raise
            database.run(service.fail_stamp, paper, error.code)
            return
        crash.point("worker.between_stamp_and_keeping")
        database.run(service.keep_stamped, paper, stamper.name, stamped)

    return {service.STAMP: stamp}


def _approved(uow: UnitOfWork, paper: str) -> tuple[Printed, str] | None:
    row = service.paper_row(uow, paper)
    if row.state != PaperState.APPROVED or row.sha256 is None:
        return None
    return service.printed_of(uow, row), row.sha256


def _order(paper: str, printed: Printed, approved: str) -> StampOrder:
    """Typeset again: only the very bytes that were approved are stamped."""
    made = typeset(printed)
    if sha256_hex(made.pdf) != approved:
        raise MzError("paper.not_reproduced", Kind.CONFLICT, paper)
    return StampOrder(paper, printed.frame.court, made)
