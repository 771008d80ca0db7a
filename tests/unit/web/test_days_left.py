"""Days left: one count for a measure's control period, a deadline and the guardian's horizon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from command_center.desk.clocks import days_left
from command_center.platform import i18n, pages


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask(__name__)
    i18n.register(app, str(pages.LOCALES))
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (730, ("剩 730 天", "b")),
        (15, ("剩 15 天", "warn b")),
        (3, ("剩 3 天", "bad b")),
        (0, ("今日届满", "bad b")),
        (-2, ("逾期 2 天", "bad b")),
    ],
)
def test_the_last_day_is_named_and_what_passed_is_overdue(
    days: int, shown: tuple[str, str]
) -> None:
    assert days_left(days) == shown
