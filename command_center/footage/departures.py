"""Pre-departure checks, read from the signed records that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.footage.signed import is_accepted, records_of_operation
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import Checked, CheckState, DepartureCheck


@dataclass(frozen=True)
class DepartureView:
    """An officer's newest check of an operation; `lacks`: what was not good, failed first."""

    at_ms: int
    lacks: tuple[Checked, ...]

    @property
    def failed(self) -> bool:
        """Whether something failed, and not only wants minding."""
        return any(one.state is CheckState.BAD for one in self.lacks)


def departures_of(uow: UnitOfWork, operation: str) -> dict[str, DepartureView]:
    """Return the newest check of each officer, by staff id."""
    found: dict[str, DepartureView] = {}
    for row, record, _ in records_of_operation(uow, operation, "departure_check"):
        if isinstance(record.body, DepartureCheck) and is_accepted(uow, row):
            lacks = [one for one in record.body.checked if one.state is not CheckState.GOOD]
            lacks.sort(key=lambda one: one.state is not CheckState.BAD)
            view = DepartureView(row.recorded_ms, tuple(lacks))
            if record.officer not in found or found[record.officer].at_ms <= view.at_ms:
                found[record.officer] = view
    return found
