"""The map of roles: every role has its line, and the doors of others stay shut."""

from __future__ import annotations

import re

import pytest

from command_center.access.permissions import (
    ALL_PERMISSIONS,
    COURT_STAFF,
    PERMISSIONS,
    ROLE_NAMES,
    Role,
    permissions_of,
)


def test_every_role_has_permissions_and_a_name() -> None:
    assert set(PERMISSIONS) == set(Role) == set(ROLE_NAMES)


def test_permissions_are_thing_and_act() -> None:
    assert all(re.fullmatch(r"[a-z]+:[a-z_]+", word) for word in ALL_PERMISSIONS)


@pytest.mark.parametrize("role", [Role.DEVICE, Role.PARTY])
def test_devices_and_parties_share_nothing_with_staff(role: Role) -> None:
    staff = frozenset().union(*(PERMISSIONS[one] for one in COURT_STAFF))
    assert PERMISSIONS[role].isdisjoint(staff)


@pytest.mark.parametrize("role", ["", "EMPEROR", "admin"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert permissions_of(role) == frozenset()


def test_who_keeps_the_machines_does_not_read_the_cases() -> None:
    for role in (Role.ADMIN, Role.TECHNICIAN):
        assert not PERMISSIONS[role] & {"case:read", "recording:play", "grant:issue"}
