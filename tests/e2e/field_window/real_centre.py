"""The real centre's side for the window's story: relay, web and worker as their own processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from door import centre, commands
from door.ports import free_triple
from door.site import load_site, write_settings
from door.story.desk import Desk
from door.supervisor import Supervisor

FIRST_PORT = 17_420


class RealCentre:
    """Seeded with the demonstration's court; `operation` and `officer` are of its visit today."""

    def __init__(self, data: Path) -> None:
        settings = write_settings(data, free_triple(FIRST_PORT), ("camera", "generated", "file"))
        self.site = load_site(settings)
        centre.prepare(self.site)
        self.seeded: dict[str, Any] = json.loads(
            commands.run(commands.centre(settings, "seed", "--demo"), "seed")
        )
        self._supervisor = Supervisor(lambda _zh, _en: None)
        self._desk: Desk | None = None

    @property
    def url(self) -> str:
        """Where a device enrols."""
        return self.site.public_url

    @property
    def operation(self) -> str:
        """The visit of today."""
        return str(self.seeded["operation"])

    def start(self) -> None:
        """Start every program."""
        centre.start(self.site, self._supervisor)

    def close(self) -> None:
        """Stop every program."""
        self._supervisor.close()

    @property
    def desk(self) -> Desk:
        """The duty officer at the desk, signed in once."""
        if self._desk is None:
            staff = self.seeded["staff"]
            person = next(one for one in staff if one["role"] == "DUTY_OFFICER")
            self._desk = Desk(self.url, "DUTY_OFFICER")
            self._desk.sign_in(person["number"], person["password"])
        return self._desk

    def enrolment_code(self) -> str:
        """Issue a one-time code for the officer's device."""
        return self.desk.enrolment_code(str(self.seeded["officer"]))

    def send_order(self, text: str) -> None:
        """Let the duty officer give an order."""
        self.desk.send_order(self.operation, text)

    def order_states(self, text: str) -> list[str]:
        """Return how far the order got, as the desk's page says."""
        return self.desk.order_states(self.operation, text)
