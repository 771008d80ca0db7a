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

from command_center.notices.providers.base import NoAnswer, Rejected, TryLater
from command_center.notices.providers.smpp_deliveries import AGAIN, Deliveries, OnDeliver

_log = structlog.get_logger(__name__)
# At its lowest levels the library logs whole messages in hex: numbers, texts and the password.
logging.getLogger("mz.smpp").setLevel(logging.WARNING)
# The SMSC will never take such a message; every other status may pass later.
_PERMANENT = frozenset(
    {
        consts.SMPP_ESME_RINVMSGLEN,
        consts.SMPP_ESME_RINVDSTADR,
        consts.SMPP_ESME_RINVDSTTON,
        consts.SMPP_ESME_RINVDSTNPI,
    }
)
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


@dataclasses.dataclass
class Submission:
    """One message to `number` (digits, country first) in its parts (bytes of `short_message`),
    and the ids that answer them; `ids` by sequence number, `until`: how long they are awaited."""

    number: str
    parts: list[bytes]
    answer: Future[list[str]]
    ids: dict[int, str] = dataclasses.field(default_factory=dict)
    until: float = 0.0


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
        self._waiting: dict[int, Submission] = {}
        self._wake_out, self._wake_in = os.pipe()
        self._deliveries = Deliveries(on_deliver, self._wake)
        self._closing = threading.Event()
        self.bound = threading.Event()

    def submit(self, number: str, parts: list[bytes]) -> Future[list[str]]:
        """Queue a message; the SMSC's id of each part follows, or an error.

        TryLater: nothing of it left this machine, or the SMSC cannot take it now; Rejected: the
        SMSC never will; NoAnswer: the session broke or time passed after something was sent.
        """
        submission = Submission(number, parts, Future())
        if self.bound.is_set():
            self._queue.put(submission)
            self._wake()
        else:
            submission.answer.set_exception(TryLater("not bound"))
        return submission.answer

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
            self._give_up_overdue()
        link.unbind()

    def _check_link(self, link: Any) -> None:
        link.send_pdu(smpp.make_pdu("enquire_link", client=link))

    def _send_queued(self, link: Any) -> None:
        while not self._queue.empty():
            submission = self._queue.get()
            try:
                self._send(link, submission)
            except Exception:
                self._end(submission, NoAnswer("session broken"))
                raise

    def _send(self, link: Any, submission: Submission) -> None:
        source = self._settings.source
        submission.until = time.monotonic() + self._settings.answer_s
        for part in submission.parts:
            pdu = link.send_message(
                source_addr_ton=consts.SMPP_TON_UNK if source.isdigit() else consts.SMPP_TON_ALNUM,
                source_addr_npi=consts.SMPP_NPI_UNK,
                source_addr=source,
                dest_addr_ton=consts.SMPP_TON_INTL,
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=submission.number,
                short_message=part,
                data_coding=consts.SMPP_ENCODING_ISO10646,
                esm_class=consts.SMPP_GSMFEAT_UDHI if len(submission.parts) > 1 else 0,
                registered_delivery=True,
            )
            submission.ids[pdu.sequence] = ""
            self._waiting[pdu.sequence] = submission

    def _answered(self, pdu: Any) -> None:
        submission = self._waiting.get(pdu.sequence)
        if submission is None:
            return  # it was given up, or a part of it was refused
        if pdu.is_error():
            status = int(pdu.status)
            refusal = Rejected if status in _PERMANENT else TryLater
            self._end(submission, refusal(f"status {status:#x}"))
            return
        del self._waiting[pdu.sequence]
        submission.ids[pdu.sequence] = _text(pdu.message_id)
        if len(submission.ids) == len(submission.parts) and not any(
            number in self._waiting for number in submission.ids
        ):
            submission.answer.set_result(list(submission.ids.values()))

    def _end(self, submission: Submission, error: Exception) -> None:
        for number in submission.ids:
            self._waiting.pop(number, None)
        submission.answer.set_exception(error)

    def _give_up_overdue(self) -> None:
        now = time.monotonic()
        while self._waiting and (oldest := next(iter(self._waiting.values()))).until < now:
            self._end(oldest, NoAnswer("no answer"))

    def _fail_waiting(self) -> None:
        while self._waiting:
            self._end(next(iter(self._waiting.values())), NoAnswer("session broken"))
        while not self._queue.empty():
            self._queue.get().answer.set_exception(TryLater("session broken"))


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
