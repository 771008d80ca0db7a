"""The worker's part that sends, as a process of its own that a test can kill: `SETTINGS`."""

from __future__ import annotations

import sys
from pathlib import Path

from command_center.notices.jobs import consumers
from command_center.notices.providers.choose import make_provider
from command_center.platform.opening import open_database
from command_center.platform.outbox import work_once


def main() -> None:
    """Work until nothing is due."""
    database = open_database(Path(sys.argv[1]))
    provider = make_provider(database, database.settings.sms)
    while work_once(database, consumers(provider)):
        pass
    provider.close()


if __name__ == "__main__":
    main()
