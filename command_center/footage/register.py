"""The register of recordings (音像存档): by words, officer and days, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select

from command_center.access.models import Staff
from command_center.cases.search import cases_of_words
from command_center.footage.models import RecordingRow
from command_center.footage.service import recording_views
from command_center.footage.views import RecordingView
from command_center.operations.models import Operation
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class RecordingQuery:
    """Message: words of the operation or its case, officer (a staff id), opened from when until
    before when (Unix ms); what is empty asks for nothing. `page` counts from 0."""

    text: str = ""
    officer: str = ""
    from_ms: int | None = None
    before_ms: int | None = None
    page: int = 0


@dataclass(frozen=True)
class RecordingsFound:
    """A page of recordings and how many there are; id and name of who ever recorded."""

    rows: list[RecordingView]
    total: int
    officers: list[tuple[str, str]]


def recording_register(
    uow: UnitOfWork, principal: Principal, query: RecordingQuery
) -> RecordingsFound:
    """Return one page of the register."""
    principal.require("recording:read")
    asked = list(_asked(uow, query))
    found = select(RecordingRow).where(*asked)
    newest = found.order_by(RecordingRow.opened_wall_ms.desc(), RecordingRow.id.desc())
    rows = uow.session.scalars(newest.offset(query.page * PAGE).limit(PAGE))
    total = uow.session.scalar(select(func.count()).select_from(RecordingRow).where(*asked))
    recorded = select(RecordingRow.id).where(RecordingRow.officer == Staff.id).limit(1).exists()
    officers = select(Staff.id, Staff.name).where(recorded).order_by(Staff.name)
    return RecordingsFound(
        recording_views(uow, list(rows)), total or 0,
        [(staff, name) for staff, name in uow.session.execute(officers)],
    )  # fmt: skip


def _asked(uow: UnitOfWork, query: RecordingQuery) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if query.text:
        cases = cases_of_words(uow, query.text)
        of_case = Operation.case.in_(cases) if cases is not None else false()
        titled = Operation.title.icontains(query.text, autoescape=True)
        asked.append(RecordingRow.operation.in_(select(Operation.id).where(or_(titled, of_case))))
    if query.officer:
        asked.append(RecordingRow.officer == query.officer)
    if query.from_ms is not None:
        asked.append(RecordingRow.opened_wall_ms >= query.from_ms)
    if query.before_ms is not None:
        asked.append(RecordingRow.opened_wall_ms < query.before_ms)
    return asked
