"""Text messages by SMPP 3.4 (smpplib): UCS-2, long ones in parts, receipts asked for."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import phonenumbers
import structlog
from smpplib import consts

from command_center.notices import sms_text
from command_center.notices.providers import smpp_receipt
from command_center.notices.providers.base import (
    Message,
    Outcome,
    Provider,
    ProviderReceipt,
    ProviderReply,
    ReceiptSink,
    Rejected,
    ReplySink,
    no_replies,
)
from command_center.notices.providers.smpp_session import (
    SmppSession,
    SmppSettings,
    fresh_reference,
    part_header,
)

_log = structlog.get_logger(__name__)

_BOUND_WITHIN_S = 2.0
_RECEIPT_BIT = 0x04
_HEADER_BIT = 0x40
_CODINGS = {consts.SMPP_ENCODING_ISO10646: "utf-16-be", consts.SMPP_ENCODING_ISO88591: "latin-1"}
"""How replies are written; anything else is read as ASCII."""


class SmppProvider(Provider):
    """The worker's one session with the SMSC."""

    name = "smpp"
    at_once = 64

    def __init__(
        self, settings: SmppSettings, sink: ReceiptSink, replies: ReplySink = no_replies
    ) -> None:
        super().__init__(sink, replies)
        self._session = SmppSession(settings, self._on_deliver)
        self._session.start()

    def send_all(self, messages: Sequence[Message]) -> list[Outcome]:
        """Queue a whole wave at once; only the first waits for a session that comes back."""
        self._session.bound.wait(timeout=_BOUND_WITHIN_S)
        return super().send_all(messages)

    def _begin(self, message: Message) -> Future[list[str]]:
        try:
            number = international(message.number)
        except Rejected as error:
            refused: Future[list[str]] = Future()
            refused.set_exception(error)
            return refused
        return self._session.submit(number, encode_parts(message.text))

    def close(self) -> None:
        """Unbind."""
        self._session.stop()

    def _on_deliver(self, pdus: Sequence[Any]) -> None:
        """Keep what came: the receipts together, replies one by one."""
        receipts = [self._receipt(pdu) for pdu in pdus if int(pdu.esm_class or 0) & _RECEIPT_BIT]
        if found := [receipt for receipt in receipts if receipt is not None]:
            self.deliver(*found)
        for pdu in pdus:
            if not int(pdu.esm_class or 0) & _RECEIPT_BIT:
                number = _decoded(pdu.source_addr).rstrip("\0")
                self.deliver_reply(ProviderReply(self.name, number, reply_text(pdu)))

    def _receipt(self, pdu: Any) -> ProviderReceipt | None:
        text = _decoded(pdu.short_message or pdu.message_payload)
        state = pdu.message_state
        report = smpp_receipt.parse(
            text,
            _decoded(pdu.receipted_message_id).rstrip("\0") or None,
            int(state) if state is not None else None,
        )
        if report is None:
            _log.warning("sms_receipt_unreadable", provider=self.name)
            return None
        return ProviderReceipt(
            self.name, report.message_id, report.code, report.state, report.at_ms
        )


def international(number: str) -> str:
    """Return a telephone number with its country and without `+`; numbers without one are
    Chinese. Raises Rejected for what is no number."""
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException as error:
        raise Rejected("not a number") from error
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).lstrip("+")


def encode_parts(text: str) -> list[bytes]:
    """Return the `short_message` of each part, with its header when there are several."""
    pieces = sms_text.split(text)
    if len(pieces) == 1:
        return [pieces[0].encode("utf-16-be")]
    reference = fresh_reference()
    return [
        part_header(len(pieces), number, reference) + piece.encode("utf-16-be")
        for number, piece in enumerate(pieces, start=1)
    ]


def reply_text(pdu: Any) -> str:
    """Return the text of an incoming message; a part of a long one comes as a reply by itself."""
    raw = pdu.short_message or pdu.message_payload or b""
    data = raw if isinstance(raw, bytes) else raw.encode("latin-1", "replace")
    if int(pdu.esm_class or 0) & _HEADER_BIT and data:
        data = data[data[0] + 1 :]
    return data.decode(_CODINGS.get(int(pdu.data_coding or 0), "ascii"), "replace")


def _decoded(value: bytes | str | None) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value or ""
