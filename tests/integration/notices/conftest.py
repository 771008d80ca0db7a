"""Courts on SQLite and PostgreSQL, and the worker's part that tells parties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from command_center.disclosure import jobs as disclosure_jobs
from command_center.notices import jobs as notice_jobs
from command_center.notices.providers.base import Provider
from command_center.notices.providers.choose import make_provider
from command_center.notices.states import Channel
from command_center.platform.outbox import work_once
from tests.integration.notices.court import Court, open_court

OpenCourt = Callable[..., Court]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_court(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenCourt]:
    """Open a court on this database; keyword arguments as `open_court`."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    opened: list[Court] = []

    def make(**keywords: Any) -> Court:
        opened.append(open_court(tmp_path, url, **keywords))
        return opened[-1]

    yield make
    for court in opened:
        court.database.close()


@pytest.fixture
def court(new_court: OpenCourt) -> Court:
    """The usual court: both parties with confirmed telephones, simulated SMS."""
    return new_court()


class Telling:
    """The worker's loop of telling, one round at a time in the test's own process."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.provider: Provider = make_provider(court.database, court.database.settings.sms)
        self.consumers = {
            **notice_jobs.consumers({Channel.SMS: self.provider}),
            **disclosure_jobs.consumers(),
        }

    def settle(self) -> None:
        """Work until nothing is due, give receipts, rebuild documents; time passes."""
        for _ in range(6):
            while work_once(self.court.database, self.consumers):
                pass
            self.court.clock.ahead_ms += 1_500
            self.provider.tick()
            self.court.database.run(disclosure_jobs.follow_events)


@pytest.fixture
def telling() -> Callable[[Court], Telling]:
    """Make the telling part of a worker for a court."""
    return Telling
