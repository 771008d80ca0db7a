"""How fast the shipped worker sends planned notices to a local SMSC, answers and receipts kept."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

from door import centre, commands
from door.bench.cores import cpu_seconds
from door.bench.postgres import PostgresServer
from door.bench.result import Result
from door.bench.smsc import Smsc
from door.ports import free_triple
from door.site import Site, load_site, write_settings
from door.supervisor import Supervisor

DEFAULT_NOTICES = 2_000
_PER_S = 200
_LONGEST_S = 240.0


def court(folder: Path, server: PostgresServer | None, name: str, smsc: Smsc) -> Site:
    """Return a court of its own in `folder` whose messages go to the SMSC, keys and tables made."""
    site = load_site(write_settings(folder, free_triple(), ("camera",)), folder)
    text = site.settings.read_text("utf-8")
    text = text.replace('[sms]\nprovider = "simulated"\n', smsc.settings())
    if server is not None:
        server.execute(f"CREATE DATABASE {name}")
        text = text.replace('database = ""', f'database = "{server.url(name)}"')
    site.settings.write_text(text, "utf-8")
    centre.prepare(site)
    return site


def measure_sending(
    result: Result, key: str, folder: Path, server: PostgresServer | None, notices: int
) -> None:
    """Plan notices, then start the worker; from the first message at the SMSC to the last."""
    with ExitStack() as stack:
        smsc = stack.enter_context(Smsc(folder / "smsc-password"))
        site = court(folder, server, "sending", smsc)
        asked = commands.centre(site.settings, "measure", "sending", "--sizes", str(notices))
        messages = json.loads(commands.run(asked, "告知 notices").splitlines()[-1])["messages"]
        supervisor = stack.enter_context(Supervisor(lambda _zh, _en: None))
        worker = next(one for one in centre.programs(site) if one.name == "worker")
        supervisor.start(worker)
        process = worker.process
        assert process is not None  # noqa: S101 - it was started
        smsc.wait_taken(1, _LONGEST_S)
        before = cpu_seconds(process.pid)
        smsc.wait_taken(messages, _LONGEST_S)
        spent_ms = (cpu_seconds(process.pid) - before) * 1000
    seconds = max(1, smsc.last_ms - smsc.first_ms) / 1000
    goal = f">= {_PER_S}" if server is not None else None
    result.add(f"{key}.sent_per_s", [notices / seconds], "notices/s", goal=goal)
    result.add(f"{key}.sending_cpu_ms", [spent_ms / notices], "ms/notice")
    result.notes.append(f"{key}: {notices} notices, {messages} short messages to the SMSC")
