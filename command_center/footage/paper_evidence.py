"""The papers and acknowledgements of an evidence package: facts, and their bytes by path."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from command_center.notices.models import NoticeRow
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.models import PaperFileRow, PaperRow
from command_center.papers.views import kept_bytes
from command_center.platform.uow import UnitOfWork
from schemas.bundle import Acknowledged, PaperFact

MOST_BYTES = 24 * 1024 * 1024
"""Of papers in one request to the relay; what is beyond it is named and stays at the court."""
_PACKED = (PaperKind.IMPORTED, PaperKind.SERVICE_RECEIPT, PaperKind.E_SERVICE_CERT)
"""Other papers are made again from the record, and may hold an account number in full."""


def papers_of(
    uow: UnitOfWork, case: str, most_bytes: int = MOST_BYTES
) -> tuple[list[PaperFact], dict[str, bytes]]:
    """Return the issued papers of a case that came from elsewhere, and its receipts of service
    (回证), the oldest first."""
    rows = uow.session.execute(
        select(PaperRow, PaperFileRow.sha256)
        .join(PaperFileRow, PaperFileRow.paper == PaperRow.paper)
        .where(PaperRow.case == case, PaperRow.state == PaperState.ISSUED,
               PaperRow.kind.in_(_PACKED))
        .order_by(PaperRow.made_ms, PaperRow.paper)
    )  # fmt: skip
    facts: list[PaperFact] = []
    files: dict[str, bytes] = {}
    left = most_bytes
    for row, sha256 in rows:
        pdf = kept_bytes(uow, row.paper)
        packed = len(pdf) <= left
        if packed:
            left -= len(pdf)
            files[f"papers/{sha256}"] = pdf
        facts.append(
            PaperFact(
                row.paper, row.kind, row.title, row.number, row.kind == PaperKind.IMPORTED,
                row.stamped_ms or row.made_ms, sha256, len(pdf), packed,
            )
        )  # fmt: skip
    return facts, files


def acknowledged_of(
    uow: UnitOfWork, measures: Sequence[str]
) -> tuple[list[Acknowledged], dict[str, bytes]]:
    """Return what parties acknowledged of the notices about these measures, with the texts."""
    rows = uow.session.scalars(
        select(NoticeRow)
        .where(NoticeRow.node.in_(measures), NoticeRow.acked_ms.is_not(None))
        .order_by(NoticeRow.acked_ms, NoticeRow.notice)
    ).all()
    facts = [
        Acknowledged(row.notice, row.node, row.party, row.channel, row.text_sha256, row.acked_ms)
        for row in rows
        if row.acked_ms is not None
    ]
    return facts, {f"notices/{row.text_sha256}": row.text.encode() for row in rows}
