"""Passwords: argon2id, one-time passwords, and the least strength."""

from __future__ import annotations

import pytest

from command_center.access.passwords import (
    check_strength,
    hash_password,
    is_right,
    one_time_password,
)
from schemas.problems import MzError


def test_only_the_right_password_fits_and_the_hash_tells_nothing() -> None:
    stored = hash_password("临江执行 2026")
    assert stored.startswith("$argon2id$")
    assert is_right(stored, "临江执行 2026")
    assert not is_right(stored, "临江执行 2027")
    assert not is_right(None, "临江执行 2026")
    assert not is_right("not a hash", "临江执行 2026")


def test_one_time_passwords_differ_and_are_strong_enough() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_strength(password)
        assert not set(password) & set("0o1li")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "x" * 500, ""])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(MzError, match=r"password\.too_weak"):
        check_strength(password)
