"""Who acts: a member of staff, a device, a party at the portal, or the centre itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class Principal:
    """Who acts, with the permissions (`thing:act`) that every verb may ask for.

    id: staff id, device id or grant id. A device's principal carries the officer signed in on
    it in `officer`; a party's principal carries the case its grant opens in `case`.
    """

    id: str
    name: str
    role: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    officer: str | None = None
    case: str | None = None

    def may(self, permission: str) -> bool:
        """Return whether the principal holds a permission."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise `access.refused` without the permission."""
        if permission not in self.permissions:
            raise MzError("access.refused", Kind.REFUSED, permission)


CENTRE = Principal("centre", "centre", "CENTRE")
"""The centre's own jobs: sequencer, feed, outbox."""
