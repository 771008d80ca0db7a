"""What an operation's room reads in one look."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.access.views import ViewedBy, note_view, views_of_subjects
from command_center.cases.service import case_view
from command_center.cases.views import PartyView
from command_center.desk import events, tiles
from command_center.desk.private import PrivateFacts, read_private
from command_center.footage.continuity import Span as Archived
from command_center.footage.departures import DepartureView, departures_of
from command_center.footage.integrity import IntegrityView, values_of
from command_center.footage.proof import footage_of_operation
from command_center.footage.spans import archived_spans
from command_center.footage.talk import TalkView, talk_of
from command_center.footage.views import OperationFootage
from command_center.measures.receipts import out_of_quarantine
from command_center.measures.views import MeasureView, measures_of_operation
from command_center.notices.views import NoticeView, notices_of_case
from command_center.operations.case_correction import CaseCorrection, corrections_of
from command_center.operations.markers import MarkerView, markers_of
from command_center.operations.service import read_operation
from command_center.operations.views import OperationView
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.events import DeskEvent


@dataclass(frozen=True)
class RoomFacts:
    """What the room reads in one look."""

    view: OperationView
    parties: tuple[PartyView, ...]
    footage: OperationFootage
    archived: dict[str, list[Archived]]
    measures: list[MeasureView]
    notices: list[NoticeView]
    events: list[DeskEvent]
    tiles: list[tiles.TileFacts]
    markers: list[MarkerView]
    looks: list[ViewedBy]
    private: PrivateFacts
    talk: list[TalkView]
    integrity: list[IntegrityView]
    departures: dict[str, DepartureView]
    corrections: list[CaseCorrection]
    apart: frozenset[str]


def read_room(uow: UnitOfWork, who: Principal, operation: str) -> RoomFacts:
    """Return what the reader may see of an operation. Errors: `operation.unknown`."""
    view = read_operation(uow, who, operation)
    case = view.row.case
    footage = footage_of_operation(uow, who, operation)
    devices = _devices_of(view, footage)
    private = read_private(uow, operation)
    return RoomFacts(
        view,
        case_view(uow, case).parties if who.may("case:read") else (),
        footage,
        archived_spans(uow, [recording.id for recording in footage.recordings]),
        measures_of_operation(uow, who, operation) if who.may("measure:read") else [],
        notices_of_case(uow, who, case) if who.may("notice:read") else [],
        events.recent(uow, who, operation=operation),
        tiles.device_facts(uow, who, *devices) if devices and who.may("live:watch") else [],
        markers_of(uow, operation),
        _looks(uow, who, view, footage, private) if who.may("view:read") else [],
        private,
        talk_of(uow, who, operation),
        values_of(uow, operation),
        departures_of(uow, operation),
        corrections_of(uow, operation) if view.row.unplanned else [],
        out_of_quarantine(uow, operation),
    )


def _looks(
    uow: UnitOfWork,
    who: Principal,
    view: OperationView,
    footage: OperationFootage,
    private: PrivateFacts,
) -> list[ViewedBy]:
    """Who watched a device live while it was out for this operation, opened its recordings, or
    was let see a private interval."""
    recordings = [recording.id for recording in footage.recordings]
    devices = {recording.device for recording in footage.recordings}
    began = [recording.opened_ms for recording in footage.recordings]
    began += [ms for ms in (view.departed_ms, view.arrived_ms) if ms is not None]
    ended_ms = view.withdrawn_ms or uow.now_ms
    looks = views_of_subjects(uow, who, "recording", recordings, 0, uow.now_ms)
    looks += views_of_subjects(uow, who, "still", recordings, 0, uow.now_ms)
    closed = [one.interval for one in private.intervals]
    looks += views_of_subjects(uow, who, "private", closed, 0, uow.now_ms)
    if began:
        looks += views_of_subjects(uow, who, "live", sorted(devices), min(began), ended_ms)
    return sorted(looks, key=lambda look: look.at_ms, reverse=True)


def open_room(uow: UnitOfWork, who: Principal, operation: str) -> RoomFacts:
    """Read the room and write down who looked."""
    facts = read_room(uow, who, operation)
    note_view(uow, who, "operation", operation, facts.view.row.case)
    return facts


def _devices_of(view: OperationView, footage: OperationFootage) -> list[str]:
    """Return the devices that may show the scene: the crew's connected ones, then those of open
    recordings, the newest first."""
    live = [member.device for member in view.row.crew if member.device_connected and member.device]
    going = [recording.device for recording in footage.recordings if not recording.ended]
    return list(dict.fromkeys([*live, *reversed(going)]))
