"""Who and what the demonstration was seeded with (`command_center.cli seed --demo`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from door import commands
from door.site import Site


@dataclass(frozen=True)
class SignIn:
    """A member of staff and his password, as just issued."""

    id: str
    number: str
    name: str
    role: str
    role_zh: str
    password: str


@dataclass(frozen=True)
class Cast:
    """The people, the cases and the operation of the day."""

    root: str
    staff: dict[str, SignIn]
    case: str
    case_number: str
    parties: list[tuple[str, str, str]]
    operation: str
    officer: str
    other_case: str
    other_number: str
    other_debtor: tuple[str, str]

    @property
    def duty(self) -> SignIn:
        """The duty officer, through whose eyes the desk is seen."""
        return self.staff["DUTY_OFFICER"]

    @property
    def second(self) -> str:
        """The officer who stands beside the presiding one."""
        return self.staff["CLERK"].id

    def party(self, role: str) -> str:
        """Return the id of the first party of a role."""
        return next(party for party, held, _ in self.parties if held == role)


def seed(site: Site) -> Cast:
    """Seed the demonstration, or issue its sign-ins anew."""
    said = commands.run([*commands.centre(site.settings, "seed"), "--demo"], "演示数据 seed")
    found: dict[str, Any] = json.loads(said)
    first, other = found["cases"][:2]
    return Cast(
        root=found["root"],
        staff={each["role"]: SignIn(**each) for each in found["staff"]},
        case=first["id"],
        case_number=first["number"],
        parties=[(party[0], party[1], party[2]) for party in first["parties"]],
        operation=found["operation"],
        officer=found["officer"],
        other_case=other["id"],
        other_number=other["number"],
        other_debtor=next((one[0], one[2]) for one in other["parties"] if one[1] == "DEBTOR"),
    )
