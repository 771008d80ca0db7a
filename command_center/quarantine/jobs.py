"""Carrying a decision out: record by record, each once, whatever dies in between."""

from __future__ import annotations

import threading

import msgspec

from command_center.devices.service import FOOTAGE_APPLIED_JOB
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.outbox import Consumer, Job
from command_center.quarantine.decisions import (
    TAKE_JOB,
    cannot_take,
    footage_applied,
    give_up_waiting,
    next_to_take,
    take_over,
)
from schemas.problems import Kind, MzError

_ROUND_S = 30.0


def take_all(database: Database, job: Job) -> None:
    """Take over what is left of a decision; what cannot be taken holds the others up no more."""
    decision = msgspec.json.decode(job.payload, type=dict[str, str])["decision"]
    while (record := database.read(next_to_take, decision)) is not None:
        try:
            database.run(take_over, decision, record)
        except MzError as error:
            if error.kind is Kind.UNAVAILABLE:
                raise
            database.run(cannot_take, record, error.code)


def hear(database: Database, job: Job) -> None:
    """Take what a relay made of an order to take footage in."""
    told = msgspec.json.decode(job.payload, type=dict[str, str])
    database.run(footage_applied, told["order"], told["outcome"])


CONSUMERS: dict[str, Consumer] = {TAKE_JOB: take_all, FOOTAGE_APPLIED_JOB: hear}


def loop(database: Database) -> Loop:
    """Return the worker's loop that waits for a relay's word no longer than is sensible."""

    def round_(_stop: threading.Event) -> bool:
        database.run(give_up_waiting)
        return False

    return Loop("quarantine", round_, _ROUND_S)
