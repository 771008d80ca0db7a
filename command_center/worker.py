"""The worker: outbox, sequencer, feed, rebuilds. `python -m command_center.worker --settings FILE`.

Plain threads, no event loop. A crashed round never stops the other loops; SIGTERM ends cleanly.
Many workers may run: leases, the sequencer's lock and the feed's cursor keep them apart.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import structlog

from command_center.access import accounts
from command_center.deadlines import jobs as deadlines
from command_center.devices import jobs as devices
from command_center.devices import silence
from command_center.devices.contact import forget_old
from command_center.disclosure import jobs as disclosure
from command_center.footage import assignment, delay, imports, openings, puller
from command_center.guardian import jobs as guardian
from command_center.ledger.service import any_waiting, sequence_entries
from command_center.measures import jobs as measures
from command_center.measures import placing
from command_center.notices import jobs as notices
from command_center.notices.providers.base import Providers
from command_center.notices.providers.choose import make_providers
from command_center.objections import jobs as objections
from command_center.operations import unanswered
from command_center.papers import jobs as papers
from command_center.papers.stamping import Stamper, make_stamper
from command_center.platform import log as logs
from command_center.platform.database import Database
from command_center.platform.loops import Loop, run_loops
from command_center.platform.opening import open_database
from command_center.platform.outbox import Consumer, work_once
from command_center.quarantine import jobs as quarantine
from schemas.collector import calm_collector
from schemas.problems import MzError

OUTBOX_THREADS = 2
log = structlog.get_logger()


def consumers(providers: Providers, stamper: Stamper) -> Mapping[str, Consumer]:
    """Return the consumer of every outbox kind."""
    return {
        **devices.CONSUMERS, **notices.consumers(providers), **papers.consumers(stamper),
        **disclosure.consumers(), **quarantine.CONSUMERS,
    }  # fmt: skip


def loops(database: Database, providers: Providers, stamper: Stamper) -> list[Loop]:
    """Return every loop of the worker."""
    by_kind = consumers(providers, stamper)
    by_kind = {kind: do for kind, do in by_kind.items() if kind not in notices.IN_WAVES}

    def work(_stop: threading.Event) -> bool:
        return work_once(database, by_kind)

    def sequence(_stop: threading.Event) -> bool:
        return database.read(any_waiting) and database.run(sequence_entries) > 0

    def forget(_stop: threading.Event) -> bool:
        database.run(forget_old)
        database.run(accounts.expire)
        return False

    return [
        *(Loop(f"outbox-{number}", work, 0.2, gives_way=True) for number in range(OUTBOX_THREADS)),
        Loop("sequencer", sequence, 0.3, gives_way=True),
        Loop("forget", forget, 600.0),
        puller.loop(database),
        delay.loop(database),
        assignment.loop(database),
        placing.loop(database),
        imports.loop(database),
        openings.loop(database),
        silence.loop(database),
        unanswered.loop(database),
        quarantine.loop(database),
        *deadlines.loops(database),
        *objections.loops(database),
        *measures.loops(database),
        *guardian.loops(database),
        *notices.loops(database, providers),
        *disclosure.loops(database),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 0 then, 1 if the settings or the database are refused."""
    parser = argparse.ArgumentParser(prog="command_center.worker", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True)
    parsed = parser.parse_args(arguments)
    logs.configure()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        database = open_database(parsed.settings)
        providers = make_providers(database, database.settings)
        stamper = make_stamper(database.settings.stamp)
    except MzError as error:
        sys.stderr.write(f"{error.code}: {error.detail}\n")
        return 1
    calm_collector()
    threads = run_loops(loops(database, providers, stamper), stop)
    log.info("worker.started", loops=len(threads))
    stop.wait()
    for thread in threads:
        thread.join(timeout=5)
    for provider in providers.values():
        provider.close()
    database.close()
    log.info("worker.stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
