"""The centre over HTTP: one place that sends, decodes, and turns every failure into a code."""

from __future__ import annotations

from typing import BinaryIO

import msgspec
import requests

from field_app.sync.session import Session
from field_app.tether.road import Road
from schemas.field_api import (
    Accepted,
    ContactReply,
    Enrol,
    Enrolled,
    OrderAcknowledgement,
    Orders,
    Quarantined,
    RecordReceipt,
)
from schemas.problems import HTTP_STATUS, Kind, MzError, Problem
from schemas.second import EnrolledSecond
from schemas.sign import Envelope, decode

_TIMEOUT = (3.0, 15.0)
MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""A day's work and a page of orders are a hundredth of it."""
_CHUNK_BYTES = 64 * 1024
_KINDS = {status: kind for kind, status in HTTP_STATUS.items()}


def exchange(
    method: str, url: str, *, body: bytes | BinaryIO | None = None, token: str = "",
    media_type: str = "", road: Road | None = None,
) -> bytes:  # fmt: skip
    """Send one request and return the body of a good answer. road: says which way it goes; a body
    that is a file goes piece by piece, so that a thin link has time for each.

    No answer, 5xx: `centre.unavailable`; a refusal: its own code, or `centre.refused`; more than
    any honest answer: `centre.answer_too_large`, and no more of it is read.
    """
    headers = {"Content-Type": media_type or "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    way = road.way(url) if road else None
    try:
        with requests.request(
            method, url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False,
            stream=True, proxies=way.proxies if way else None,
        ) as answer:  # fmt: skip
            status, content = answer.status_code, _read(answer)
    except requests.ConnectionError as error:
        if road is not None:
            road.failed(way)
        raise MzError("centre.unavailable", Kind.UNAVAILABLE, type(error).__name__) from error
    except (requests.RequestException, ValueError) as error:
        raise MzError("centre.unavailable", Kind.UNAVAILABLE, type(error).__name__) from error
    if status in (200, 201):
        return content
    raise _refusal(status, content)


def _read(answer: requests.Response) -> bytes:
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK_BYTES):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise MzError("centre.answer_too_large", Kind.UNAVAILABLE, answer.url[:80])
    return bytes(content)


def _refusal(status: int, body: bytes) -> MzError:
    try:
        problem = decode(body, Problem)
    except MzError:
        kind = _KINDS.get(status, Kind.UNAVAILABLE if status >= 500 else Kind.REFUSED)
        code = "centre.unavailable" if kind is Kind.UNAVAILABLE else "centre.refused"
        return MzError(code, kind, f"status {status}")
    return MzError(problem.code, problem.kind, problem.detail)


def enrol(centre_url: str, request: Enrol) -> Enrolled:
    """Ask the centre to know this device."""
    url = f"{centre_url.rstrip('/')}/device/v1/enrol"
    return decode(exchange("POST", url, body=msgspec.json.encode(request)), Enrolled)


class Centre:
    """The centre of an enrolled device; every call but `contact` speaks with the session."""

    def __init__(self, url: str, session: Session) -> None:
        self.url, self._session = url.rstrip("/"), session

    def contact(self, envelope: Envelope) -> ContactReply:
        """Say that we are here."""
        return decode(self._send("POST", "contact", envelope, token=""), ContactReply)

    def enrol_second(self, envelope: Envelope) -> EnrolledSecond:
        """Ask the centre to know a second officer's key on this device."""
        return decode(self._send("POST", "seconds", envelope), EnrolledSecond)

    def send_record(self, envelope: bytes) -> RecordReceipt:
        """Send a record as the exact bytes that were kept."""
        return decode(self._send("POST", "records", envelope), RecordReceipt)

    def quarantine(self, envelope: bytes) -> Quarantined:
        """Send a revoked device's record as the exact bytes that were kept; it wants no session."""
        return decode(self._send("POST", "quarantine", envelope, token=""), Quarantined)

    def quarantine_footage(self, envelope: Envelope) -> Quarantined:
        """Say what a part of a revoked device's footage holds; it wants no session."""
        return decode(self._send("POST", "quarantine/footage", envelope, token=""), Quarantined)

    def orders(self, since: int) -> Orders:
        """Return the orders after a sequence number."""
        return decode(self._send("GET", f"orders?since={since}", None), Orders)

    def acknowledge(self, order: str, answer: OrderAcknowledgement) -> Accepted:
        """Tell the state of an order."""
        return decode(self._send("POST", f"orders/{order}/acknowledge", answer), Accepted)

    def _send(
        self, method: str, path: str, body: msgspec.Struct | bytes | None, token: str | None = None
    ) -> bytes:
        reply = self._session.reply
        if token is None:
            if reply is None:
                raise MzError("centre.unavailable", Kind.UNAVAILABLE, "no session yet")
            token = reply.session
        raw = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        url, road = f"{self.url}/device/v1/{path}", self._session.road
        return exchange(method, url, body=raw, token=token, road=road)


def is_final(error: MzError) -> bool:
    """Return whether sending the same again would be refused again."""
    return error.kind in (
        Kind.INVALID, Kind.REFUSED, Kind.NOT_FOUND, Kind.CONFLICT, Kind.TOO_LARGE,
    )  # fmt: skip
