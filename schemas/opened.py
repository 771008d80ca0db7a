"""An officer comes upon something and opens an operation himself (计划外行动).

Its id is made on his device and is the `operation` of the record that opens it and of everything
that follows. The record's `case` is empty while he does not know it; the centre then reads the
number that he wrote, or a person at the desk names the case.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class OpenedKind(StrEnum):
    """What he came upon."""

    PERSON = "person"
    PROPERTY = "property"
    OBSTRUCTION = "obstruction"
    OTHER = "other"


KIND_WORDS = {
    OpenedKind.PERSON: ("发现被执行人", "debtor found"),
    OpenedKind.PROPERTY: ("发现可供执行的财产", "property found"),
    OpenedKind.OBSTRUCTION: ("阻碍、抗拒执行", "obstruction"),
    OpenedKind.OTHER: ("其他紧急情况", "something else that is urgent"),
}
CONFIRM_MS = 24 * 3_600_000
"""A person at the desk confirms it within so long after the centre received it."""


class OperationOpened(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="operation_opened"
):
    """The officer who signed in presides. `crew`: officers who are with him, by id; `companions`:
    others, as he wrote them; `case_number`: as he wrote it, empty while he does not know it."""

    kind: OpenedKind
    opened_ms: int
    place_text: str
    case_number: str = ""
    crew: list[str] = []
    companions: str = ""


def title(kind: OpenedKind) -> str:
    """Return the operation's title, on the device and at the centre."""
    return f"计划外：{KIND_WORDS[kind][0]}"
