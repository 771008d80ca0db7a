"""U13: one telephone number is one number, however it was typed."""

from __future__ import annotations

import pytest

from command_center.access.permissions import Role
from command_center.notices.numbers import add_number, deny_number
from schemas.problems import MzError
from tests.integration.centre.court import Court

NUMBER = "13900008877"


@pytest.mark.parametrize("typed", ["+8613900008877", "8613900008877", "0086 139-0000-8877"])
def test_not_me_stops_a_number_that_was_typed_with_its_country(
    sqlite_court: Court, typed: str
) -> None:
    run, clerk = sqlite_court.database.run, sqlite_court.staff(Role.CLERK)
    one, other = (party for party, _role, _name in sqlite_court.seeded.cases[0].parties)
    first = run(add_number, clerk, one, typed, "application", "")
    run(add_number, clerk, other, NUMBER, "application", "")
    run(deny_number, clerk, first, "接听者称不是本人")
    for again in (NUMBER, typed):
        with pytest.raises(MzError, match=r"contact\.denied"):
            run(add_number, clerk, other, again, "application", "")


@pytest.mark.parametrize(
    "typed",
    ["1390000887", "139000088777", "+86139000088", "12", "１３９００００８８７７",
     "139\u202e00008877"],
)  # fmt: skip
def test_a_mobile_number_has_eleven_digits(sqlite_court: Court, typed: str) -> None:
    party = sqlite_court.seeded.cases[0].parties[0][0]
    with pytest.raises(MzError, match=r"contact\.malformed"):
        sqlite_court.database.run(
            add_number, sqlite_court.staff(Role.CLERK), party, typed, "application", ""
        )
