"""What a field of a form offers to choose from, and whether it is asked at all."""

from __future__ import annotations

from field_app.window.words import pick
from schemas.field_api import OperationBrief
from schemas.measures.fields import FIELDS, Reading

MOST_PARTIES = 12
"""So many parties are offered as keys; of more the name is typed."""


def is_asked(name: str, operation: OperationBrief | None) -> bool:
    """Return whether a field is asked: against which debtor, only where there are several."""
    return FIELDS[name].reading is not Reading.DEBTOR or len(_debtors(operation)) > 1


def choices_of(name: str, operation: OperationBrief | None) -> list[tuple[str, str]]:
    """Return what a field offers, as stored and in words; nothing where it is typed."""
    asked = FIELDS[name]
    match asked.reading:
        case Reading.PARTY:
            names = [party for _role, party in operation.parties] if operation else []
        case Reading.DEBTOR:
            names = _debtors(operation)
        case _:
            return [(code, pick(zh, en)) for code, zh, en in asked.choices]
    names = list(dict.fromkeys(names))
    return [(one, one) for one in names] if len(names) <= MOST_PARTIES else []


def _debtors(operation: OperationBrief | None) -> list[str]:
    return [name for role, name in operation.parties if role == "DEBTOR"] if operation else []
