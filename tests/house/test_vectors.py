"""Every vector of the domain's table (DOMAIN §7) has a test that bears its number.

`pytest --co -q -k vector_` lists them; the numbers count the rows of the table from 01.
"""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROWS = 19
_NUMBERED = re.compile(r'(?:def test_|id=")vector_([0-9]{2})')


def test_each_of_the_nineteen_vectors_is_proven_by_a_test_of_its_number() -> None:
    found = {
        number
        for path in TESTS.rglob("test_*.py")
        for number in _NUMBERED.findall(path.read_text("utf-8"))
    }
    assert sorted(found) == [f"{row:02}" for row in range(1, ROWS + 1)]
