"""What faces and other rooms see of an operation."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.field_api import Site


@dataclass(frozen=True)
class CrewView:
    """An officer of the crew, with the device he is signed in on, if any."""

    staff: str
    name: str
    number: str
    role: str
    presiding: bool
    device: str | None
    device_connected: bool


@dataclass(frozen=True)
class StepView:
    """A reported step: when it happened by the device's clock and when the centre got it, ms.
    `by_position`: his device says so, not the officer."""

    step: str
    text_zh: str
    text_en: str
    at_ms: int
    received_ms: int
    officer_name: str
    record: str
    by_position: bool = False


@dataclass(frozen=True)
class RecipientView:
    """How far an order got with one officer; `unanswered`: his device did not fetch it in time."""

    officer: str
    name: str
    state: str
    received_ms: int | None
    read_ms: int | None
    done_ms: int | None
    unanswered: bool = False


@dataclass(frozen=True)
class OrderView:
    """An order with its recipients."""

    id: str
    seq: int
    text: str
    sender_name: str
    sent_ms: int
    recipients: tuple[RecipientView, ...]


@dataclass(frozen=True)
class Unplanned:
    """That an officer opened the operation at the scene, and whether a person at the desk
    confirmed it. `late`: nobody did in time, or he did too late. `case`: None while nobody knows
    it."""

    operation: str
    kind_zh: str
    kind_en: str
    officer_name: str
    with_him: str
    address: str
    case_number: str
    case: str | None
    opened_ms: int
    received_ms: int
    confirmed_ms: int | None
    confirmed_by: str
    late: bool


@dataclass(frozen=True)
class OperationRow:
    """An operation in a list or on the wall."""

    id: str
    case: str
    case_number: str
    title: str
    address: str
    planned_start_ms: int
    state: str
    state_zh: str
    state_en: str
    major: bool
    crew: tuple[CrewView, ...]
    site: Site | None = None
    unplanned: Unplanned | None = None


@dataclass(frozen=True)
class OperationView:
    """An operation page."""

    row: OperationRow
    departed_ms: int | None
    arrived_ms: int | None
    acting_ms: int | None
    withdrawn_ms: int | None
    closed_ms: int | None
    steps: tuple[StepView, ...]
    orders: tuple[OrderView, ...]

    @property
    def arrived_by_position(self) -> bool:
        """The arrival that counts is a device's word, not an officer's."""
        return any(one.by_position and one.at_ms == self.arrived_ms for one in self.steps)
