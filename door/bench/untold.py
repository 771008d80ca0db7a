"""Whether anybody stays untold: web and worker are killed at random while acts are recorded.

A device's records come over the wire and are sent again until they are answered; the messages go
to a local SMSC. At the end every act has exactly its notices, each delivered or visibly failed,
and what the SMSC got more than once was submitted again under the same key, and counted.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import requests

from door import centre, commands
from door.bench.enrolled import Enrolled
from door.bench.postgres import PostgresServer
from door.bench.result import Result
from door.bench.sending import court
from door.bench.smsc import Smsc
from door.refusal import FAILED, Refusal
from door.site import Site
from door.story.cast import Cast, seed
from door.story.desk import Desk
from door.supervisor import Program, Supervisor, answers
from schemas.ids import new_id
from schemas.records import FIELD_RECORD, FieldRecord, SeizedItem, SeizeMovables
from schemas.sign import sign_envelope
from schemas.time import now_ms

DEFAULT_KILLS, FULL_KILLS = 200, 1_000
_MINUTE_MS = 60_000
_BETWEEN_ACTS_S, _PAUSE_S = 0.2, 0.1
_BACK_S, _SETTLE_S = 60.0, 240.0
_SEED = 20_261_125
_KILLED = ("web", "worker")
_ALONE, _IN_PARTS = 70, 67
FEWEST_KILLS = len(_KILLED)
_CHANNELS = ("SMS", "PORTAL")


def measure_untold(
    result: Result, key: str, folder: Path, server: PostgresServer | None, kills: int
) -> None:
    """Kill web and worker so many times; `key` names the figures."""
    with ExitStack() as stack:
        smsc = stack.enter_context(Smsc(folder / "smsc-password"))
        site = court(folder, server, "untold", smsc)
        cast = seed(site)
        supervisor = stack.enter_context(Supervisor(lambda _zh, _en: None))
        programs = [one for one in centre.programs(site) if one.name in _KILLED]
        for program in programs:
            supervisor.start(program)
        scene = _Scene(site, cast)
        recording = threading.Thread(target=scene.record_acts, daemon=True)
        recording.start()
        killers = [
            _Killer(program, kills // len(programs), random.Random(_SEED + number))  # noqa: S311
            for number, program in enumerate(programs)
        ]
        for killer in killers:
            killer.start()
        for killer in killers:
            killer.join()
        scene.stop.set()
        recording.join(_BACK_S)
        told = _settled(site)
        _report(result, key, scene, killers, told, smsc)


class _Scene:
    """A device whose officer seizes something again and again, each sent until it is answered."""

    def __init__(self, site: Site, cast: Cast) -> None:
        desk = Desk(site.public_url, "bench")
        desk.sign_in(cast.duty.number, cast.duty.password)
        self._enrolled, self._cast = Enrolled(site, desk, cast.officer), cast
        self._begun_ms, self.stop = now_ms(), threading.Event()
        self.answered: list[str] = []

    def record_acts(self) -> None:
        """Record until told to stop; the last act is answered too."""
        while not self.stop.wait(_BETWEEN_ACTS_S):
            self._send(self._act(len(self.answered) + 1))

    def _act(self, number: int) -> FieldRecord:
        # Each act in a minute of its own: the SMSC tells their messages apart by their texts.
        at_ms = self._begun_ms - number * _MINUTE_MS
        items = [SeizedItem(1, f"缝纫机{number}", 1, "台")]
        body = SeizeMovables(
            at_ms - 1_000, at_ms, "厂房", items, "保管人", "原地", [], not_exempt=True
        )
        return FieldRecord(
            new_id(), self._enrolled.device, self._cast.officer, self._cast.operation,
            self._cast.case, at_ms, number, "bench", "bench", body, self._cast.second,
        )  # fmt: skip

    def _send(self, record: FieldRecord) -> None:
        envelope = msgspec.json.encode(sign_envelope(self._enrolled.signer, FIELD_RECORD, record))
        while True:
            try:
                answer = self._enrolled.send("records", envelope)
                if answer.ok:
                    self.answered.append(record.record)
                    return
                if answer.status_code < requests.codes.server_error:
                    raise Refusal("bench.refused", "记录被拒", answer.text[:200], status=FAILED)
            except requests.RequestException:
                pass  # the web was killed: the same bytes again
            time.sleep(_PAUSE_S)


class _Killer(threading.Thread):
    """Kills one program again and again, each time when it is back and at work."""

    def __init__(self, program: Program, times: int, luck: random.Random) -> None:
        super().__init__(daemon=True)
        self._program, self._times, self._luck = program, times, luck
        self.done = 0

    def run(self) -> None:
        """Kill it so many times."""
        for _ in range(self._times):
            self._program.pause_s = _PAUSE_S
            process = self._when_up()
            if process is None:
                return
            time.sleep(self._luck.uniform(0.1, 1.5))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            self.done += 1

    def _when_up(self) -> subprocess.Popen[bytes] | None:
        until = time.monotonic() + _BACK_S
        while time.monotonic() < until:
            process = self._program.process
            if process is not None and process.poll() is None and self._is_up():
                return process
            time.sleep(0.05)
        return None

    def _is_up(self) -> bool:
        return not self._program.health or answers(self._program.health)


def _settled(site: Site) -> dict[str, Any]:
    """Wait until every notice is delivered or failed; return what the centre knows of each."""
    until = time.monotonic() + _SETTLE_S
    while True:
        asked = commands.centre(site.settings, "measure", "told", "--sizes", "0")
        told: dict[str, Any] = json.loads(commands.run(asked, "告知 told").splitlines()[-1])
        if not told["waiting"] or time.monotonic() > until:
            return told
        time.sleep(2.0)


def _report(
    result: Result,
    key: str,
    scene: _Scene,
    killers: list[_Killer],
    told: dict[str, Any],
    smsc: Smsc,
) -> None:
    rows, wanted = told["notices"], 2 * len(_CHANNELS)
    by_act: dict[str, list[dict[str, Any]]] = {act: [] for act in told["measures"]}
    for row in rows:
        by_act.setdefault(row["node"], []).append(row)
    lost = len(set(scene.answered) - set(told["measures"]))
    lost += sum(abs(wanted - len([r for r in found if r["channel"] in _CHANNELS]))
                for found in by_act.values())  # fmt: skip
    lost += sum(not row["delivered"] and not row["seen_failed"] for row in rows)
    came = smsc.beginnings()
    counted = sum(row["submissions"] - 1 for row in rows if row["submissions"])
    covered = {_first(row["text"]): row["submissions"] for row in rows if row["channel"] == "SMS"}
    uncounted = sum(max(0, n - covered.get(text, 0)) for (_number, text), n in came.items())
    result.add(f"{key}.lost", [lost], "notices", goal="<= 0")
    result.add(f"{key}.repeated", [uncounted], "messages", goal="<= 0")
    result.add(f"{key}.repeated_under_one_key", [sum(n - 1 for n in came.values())], "messages")
    result.add(f"{key}.kills", [sum(killer.done for killer in killers)], "kills")
    result.notes.append(
        f"{key}: {len(by_act)} acts, {len(rows)} notices, {counted} submissions counted twice"
    )


def _first(text: str) -> str:
    """Return the first short message of a text whose characters take one unit each."""
    return text if len(text) <= _ALONE else text[:_IN_PARTS]
