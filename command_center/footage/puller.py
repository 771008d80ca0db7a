"""Pulling the relay's feed by long poll, from the worker."""

from __future__ import annotations

import threading

import requests
import structlog
from sqlalchemy import select

from command_center.devices.models import Device
from command_center.devices.service import RELAY_ORDER_JOB
from command_center.devices.tickets import feed_ticket
from command_center.footage.feed import apply_page, cursor_of
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.outbox_rows import JobRow, JobState
from command_center.platform.uow import UnitOfWork
from schemas.feed import FeedPage
from schemas.problems import Kind, MzError
from schemas.sign import decode

PAGE = 200
WAIT_MS = 2_000
_SILENT_AFTER = 3
log = structlog.get_logger()


class FeedPuller:
    """Reads one relay's feed page by page. One round is one request."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._http = requests.Session()
        self._failures = 0

    def round(self, _stop: threading.Event) -> bool:
        """Ask once and apply the answer; return whether to ask again at once."""
        relay = self._database.settings.relay
        epoch, after = self._database.read(cursor_of, relay.id)
        try:
            page = self._ask(epoch, after)
        except MzError:
            self._failures += 1
            if self._failures == _SILENT_AFTER:
                self._database.run(relay_silent, relay.id)
            raise
        if page.relay != relay.id:
            raise MzError("relay.wrong_id", Kind.REFUSED, page.relay[:40])
        if self._failures >= _SILENT_AFTER:
            self._database.run(relay_back, relay.id)
        self._failures = 0
        if page.items or page.epoch != epoch:
            self._database.run(apply_page, page)
        return True

    def _ask(self, epoch: str, after: int) -> FeedPage:
        ticket = self._database.read(feed_ticket)
        params: dict[str, str | int] = {
            "epoch": epoch, "after": after, "limit": PAGE, "wait_ms": WAIT_MS
        }  # fmt: skip
        try:
            answer = self._http.get(
                f"{self._database.settings.relay.http_url}/v1/feed",
                params=params,
                headers={"Authorization": f"Bearer {ticket}"},
                timeout=WAIT_MS / 1000 + 10,
            )
        except requests.RequestException as error:
            raise MzError("relay.unreachable", Kind.UNAVAILABLE, type(error).__name__) from error
        if answer.status_code != 200:
            raise MzError("relay.unreachable", Kind.UNAVAILABLE, f"HTTP {answer.status_code}")
        return decode(answer.content, FeedPage)


def relay_silent(uow: UnitOfWork, relay: str) -> None:
    """The relay does not answer: no device counts as live, and the desk is told."""
    for device in uow.session.scalars(select(Device).where(Device.connected.is_(True))):
        device.connected, device.connected_ms = False, uow.now_ms
    uow.emit("RelaySilent", f"媒体中继 {relay} 无应答", f"The relay {relay} does not answer",
             subject=relay, level="alarm")  # fmt: skip


def relay_back(uow: UnitOfWork, relay: str) -> None:
    """The relay answers again: orders that could not reach it are tried at once."""
    for job in uow.session.scalars(
        select(JobRow).where(JobRow.kind == RELAY_ORDER_JOB, JobRow.state != JobState.DONE)
    ):
        job.state, job.due_ms, job.attempts, job.ended_ms = JobState.PENDING, uow.now_ms, 0, None
    uow.emit("RelayBack", f"媒体中继 {relay} 已恢复", f"The relay {relay} answers again",
             subject=relay)  # fmt: skip


def loop(database: Database) -> Loop:
    """Return the worker's loop of this relay."""
    return Loop("feed", FeedPuller(database).round, 0.5)
