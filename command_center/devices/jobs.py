"""Carrying the centre's signed orders to the relay; the relay applies each once, by its id."""

from __future__ import annotations

import msgspec
import requests

from command_center.devices.service import (
    RELAY_ORDER_JOB,
    SendRelayOrder,
    order_envelope,
    order_refused,
)
from command_center.devices.tickets import feed_ticket
from command_center.platform.database import Database
from command_center.platform.outbox import Consumer, Job
from schemas.problems import Kind, MzError, Problem


def send_order(database: Database, job: Job) -> None:
    """Post one order; the outcome comes back in the feed."""
    order = msgspec.json.decode(job.payload, type=SendRelayOrder).order
    body = database.read(order_envelope, order)
    ticket = database.read(feed_ticket)
    try:
        answer = requests.post(
            f"{database.settings.relay.http_url}/v1/orders",
            data=body,
            headers={"Authorization": f"Bearer {ticket}", "Content-Type": "application/json"},
            timeout=10,
        )
    except requests.RequestException as error:
        raise MzError("relay.unreachable", Kind.UNAVAILABLE, type(error).__name__) from error
    if answer.status_code >= 500 or answer.status_code == 401:  # 401: clocks or keys at odds
        raise MzError("relay.unreachable", Kind.UNAVAILABLE, str(answer.status_code))
    if answer.status_code >= 400:
        refusal = _refusal(answer.content)
        database.run(order_refused, order, refusal.code)
        raise refusal


def _refusal(body: bytes) -> MzError:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.MsgspecError:
        return MzError("relay.refused", Kind.REFUSED)
    return MzError(problem.code, problem.kind, problem.detail)


CONSUMERS: dict[str, Consumer] = {RELAY_ORDER_JOB: send_order}
