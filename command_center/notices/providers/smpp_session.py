"""One SMPP session, owned by one thread: binds, submits, answers receipts, comes back when cut.

Only this thread touches the socket. Others hand it a `Submission` and wait for its answer.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import queue
import secrets
import select
import threading
import time
from concurrent.futures import Future
from typing import Any

import structlog
from smpplib import client as smpp_client
from smpplib import consts, smpp

from command_center.notices.providers.smpp_deliveries import AGAIN, Deliveries, OnDeliver

_log = structlog.get_logger(__name__)
# At its lowest levels the library logs whole messages in hex: numbers, texts and the password.
logging.getLogger("mz.smpp").setLevel(logging.WARNING)
_LINK_CHECK_S = 20.0
_BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


@dataclasses.dataclass(frozen=True)
class SmppSettings:
    """Where the SMSC listens and who we are. `source`: the court's sender number."""

    host: str
    port: int
    system_id: str
    password: str = dataclasses.field(repr=False)
    source: str
    answer_s: float = 20.0


@dataclasses.dataclass(frozen=True)
class Submission:
    """One message to `number` (digits, country first) in its parts (bytes of `short_message`),
    and the ids that answer them."""

    number: str
    parts: list[bytes]
    concatenated: bool
    answer: Future[list[str]]


class SubmitError(Exception):
    """The SMSC answered a part with an error; `status` is its command status."""

    def __init__(self, status: int) -> None:
        super().__init__(consts.DESCRIPTIONS.get(status, hex(status)))
        self.status = status


class NotSubmitted(Exception):
    """The session is down; nothing of the message left this machine."""


class AnswerLost(Exception):
    """The session broke, or time passed, after something was handed over."""


@dataclasses.dataclass
class _Waiting:
    submission: Submission
    sequences: list[int]
    ids: dict[int, str]


class _Client(smpp_client.Client):  # type: ignore[misc]  # the library has no types
    """The library's client, which lets us acknowledge a delivery when it is kept."""

    def __init__(self, deliveries: Deliveries, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._deliveries = deliveries

    def _message_received(self, pdu: Any) -> None:
        if not self._deliveries.take(self, pdu):
            self.acknowledge(pdu, AGAIN)

    def acknowledge(self, pdu: Any, status: int) -> None:
        """Answer a delivery; a status that is not 0 asks the SMSC for it again."""
        answer = smpp.make_pdu("deliver_sm_resp", client=self, status=status)
        answer.sequence = pdu.sequence
        self.send_pdu(answer)


class SmppSession(threading.Thread):
    """The session's thread. `on_deliver(pdus)` is called for the deliver_sm that came together,
    before they are acknowledged: when it raises, the SMSC is told to try again."""

    def __init__(self, settings: SmppSettings, on_deliver: OnDeliver) -> None:
        super().__init__(name="smpp", daemon=True)
        self._settings = settings
        self._queue: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        self._waiting: list[_Waiting] = []
        self._wake_out, self._wake_in = os.pipe()
        self._deliveries = Deliveries(on_deliver, self._wake)
        self._closing = threading.Event()
        self.bound = threading.Event()

    def submit(self, number: str, parts: list[bytes], *, concatenated: bool) -> list[str]:
        """Submit and return the SMSC's id of each part; SubmitError, NotSubmitted, AnswerLost."""
        if not self.bound.wait(timeout=2.0):
            raise NotSubmitted("not bound")
        submission = Submission(number, parts, concatenated, Future())
        self._queue.put(submission)
        self._wake()
        try:
            return submission.answer.result(timeout=self._settings.answer_s)
        except TimeoutError:
            raise AnswerLost("no answer") from None

    def _wake(self) -> None:
        os.write(self._wake_in, b"w")

    def stop(self) -> None:
        """Unbind and end the threads."""
        self._closing.set()
        self._wake()
        self.join(timeout=5)
        self._deliveries.stop()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def run(self) -> None:
        """Keep the session up until stopped."""
        self._deliveries.start()
        failures = 0
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                self._serve()
            except Exception as error:  # whatever the gateway sent, the thread must come back
                _log.warning("smpp_session_broken", error=type(error).__name__)
            self._fail_waiting()
            failures = 0 if time.monotonic() - began > 5 else failures + 1
            self._closing.wait(_BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)])

    def _serve(self) -> None:
        link = _Client(
            self._deliveries,
            self._settings.host,
            self._settings.port,
            timeout=10,
            allow_unknown_opt_params=True,
            logger_name="mz.smpp",
        )
        try:
            link.connect()
            link.set_message_sent_handler(self._answered)
            link.set_error_pdu_handler(lambda pdu: None)
            link.bind_transceiver(
                system_id=self._settings.system_id, password=self._settings.password
            )
            _log.info("smpp_bound", host=self._settings.host, port=self._settings.port)
            self.bound.set()
            self._loop(link)
        finally:
            self.bound.clear()
            link.disconnect()

    def _loop(self, link: _Client) -> None:
        heard = time.monotonic()
        while not self._closing.is_set():
            ready, _, _ = select.select([link._socket, self._wake_out], [], [], 1.0)
            if self._wake_out in ready:
                os.read(self._wake_out, 4096)
                self._send_queued(link)
                for pdu, status in self._deliveries.kept(link):
                    link.acknowledge(pdu, status)
            if link._socket in ready:
                link.read_once(auto_send_enquire_link=False)
                heard = time.monotonic()
            elif time.monotonic() - heard > _LINK_CHECK_S:
                self._check_link(link)
                heard = time.monotonic()
        link.unbind()

    def _check_link(self, link: Any) -> None:
        link.send_pdu(smpp.make_pdu("enquire_link", client=link))

    def _send_queued(self, link: Any) -> None:
        while not self._queue.empty():
            submission = self._queue.get()
            waiting = _Waiting(submission, [], {})
            self._waiting.append(waiting)
            for part in submission.parts:
                pdu = link.send_message(
                    source_addr_ton=consts.SMPP_TON_ALNUM
                    if not self._settings.source.isdigit()
                    else consts.SMPP_TON_UNK,
                    source_addr_npi=consts.SMPP_NPI_UNK,
                    source_addr=self._settings.source,
                    dest_addr_ton=consts.SMPP_TON_INTL,
                    dest_addr_npi=consts.SMPP_NPI_ISDN,
                    destination_addr=submission.number,
                    short_message=part,
                    data_coding=consts.SMPP_ENCODING_ISO10646,
                    esm_class=consts.SMPP_GSMFEAT_UDHI if submission.concatenated else 0,
                    registered_delivery=True,
                )
                waiting.sequences.append(pdu.sequence)

    def _answered(self, pdu: Any) -> None:
        for waiting in self._waiting:
            if pdu.sequence not in waiting.sequences:
                continue
            answer = waiting.submission.answer
            if pdu.is_error():
                self._waiting.remove(waiting)
                answer.set_exception(SubmitError(int(pdu.status)))
                return
            waiting.ids[pdu.sequence] = _text(pdu.message_id)
            if len(waiting.ids) == len(waiting.submission.parts):
                self._waiting.remove(waiting)
                answer.set_result([waiting.ids[number] for number in waiting.sequences])
            return

    def _fail_waiting(self) -> None:
        for waiting in self._waiting:
            waiting.submission.answer.set_exception(AnswerLost("session broken"))
        self._waiting.clear()
        while not self._queue.empty():
            self._queue.get().answer.set_exception(NotSubmitted("session broken"))


def part_header(total: int, number: int, reference: int) -> bytes:
    """Return the six-byte header (UDH) of part `number` of `total`, 8-bit reference."""
    return bytes((5, 0, 3, reference, total, number))


def fresh_reference() -> int:
    """Return a random reference that ties the parts of one message together."""
    return secrets.randbelow(256)


def _text(value: bytes | str | None) -> str:
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode("ascii", "replace")
    return value or ""
