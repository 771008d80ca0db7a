"""The whole house, for the tests that need every program at its real work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.crash.house import House


@pytest.fixture(scope="module")
def built_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Build the house and start every program for one file of tests; stop all at its end.

    Not for longer: a house that stands by takes a tenth of a core from the tests of others.
    """
    house = House.build(tmp_path_factory.mktemp("house"))
    try:
        house.start_all()
        yield house
    finally:
        house.close()


@pytest.fixture
def house(built_house: House) -> Iterator[House]:
    """The house with every program running unarmed; a failing test shows their last words."""
    built_house.mend()
    yield built_house
    built_house.mend()
