"""What every SMS provider is: it times, logs and reports the outcome. A subclass writes one method,
`_begin`, or `_submit` of a `PooledProvider` if it waits for its answer, and calls `self.deliver`
and `self.deliver_reply` with what comes back."""

from __future__ import annotations

import abc
import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum

import structlog

from command_center.notices.states import Channel, NoticeState

_log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Message:
    """A text on its way. `key` is the attempt's idempotency key; `number` as the party gave
    it: digits, with or without the country; by other channels than SMS, the address."""

    key: str
    number: str
    text: str


class Answer(StrEnum):
    """How the provider answered a submission."""

    ACCEPTED = "accepted"
    TRY_LATER = "try_later"
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # no answer came: the message may or may not be on its way


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The answer to one submission: the provider's ids, one for each part, or its reason."""

    answer: Answer
    message_ids: tuple[str, ...] = ()
    code: str = ""


@dataclasses.dataclass(frozen=True)
class ProviderReceipt:
    """A status report as it came: the provider's message id, its word, what it means, its time
    (ms, or None where the report carries none)."""

    provider: str
    message_id: str
    code: str
    state: NoticeState
    at_ms: int | None = None


@dataclasses.dataclass(frozen=True)
class ProviderReply:
    """A text message that came in: from which number, as the network writes it, and its text."""

    provider: str
    number: str
    text: str


ReceiptSink = Callable[[Sequence[ProviderReceipt]], None]
"""Keeps receipts durably; when it raises, the provider must be told to deliver them again."""
ReplySink = Callable[[ProviderReply], None]
"""Keeps a reply durably; as with receipts."""


def no_replies(reply: ProviderReply) -> None:
    """Refuse replies: nobody here would read them."""
    raise NotImplementedError(f"{reply.provider} has no reader of replies")


class TryLater(Exception):
    """The provider cannot take the message now; the argument is its short reason."""


class NoAnswer(Exception):
    """The message was handed over and nothing came back; the argument is its short reason."""


class Rejected(Exception):
    """The provider will never take this message; the argument is its short reason."""


class Provider(abc.ABC):
    """A road for text messages. Sending may block on the network: never with an open unit of
    work."""

    name: str
    repeatable = True
    """Whether the same key again makes no second message, or one that is known as the same."""
    at_once = 8
    """How many messages the worker hands over side by side."""

    def __init__(self, sink: ReceiptSink, replies: ReplySink = no_replies) -> None:
        self._sink, self.deliver_reply = sink, replies

    def deliver(self, *receipts: ProviderReceipt) -> None:
        """Hand over status reports as they came, several at once where they came so."""
        self._sink(receipts)

    def send(self, message: Message) -> Outcome:
        """Submit once and return the outcome."""
        return self.send_all([message])[0]

    def send_all(self, messages: Sequence[Message]) -> list[Outcome]:
        """Submit each once, side by side; return the outcomes in their order."""
        began = time.monotonic()
        begun = [(message, self._begin(message)) for message in messages]
        return [self._outcome(message, ids, began) for message, ids in begun]

    @abc.abstractmethod
    def _begin(self, message: Message) -> Future[list[str]]:
        """Begin to submit; the provider's message ids follow, or TryLater, NoAnswer, Rejected."""

    def _outcome(self, message: Message, ids: Future[list[str]], began: float) -> Outcome:
        try:
            outcome = Outcome(Answer.ACCEPTED, tuple(ids.result()))
        except TryLater as error:
            outcome = Outcome(Answer.TRY_LATER, code=str(error)[:60])
        except NoAnswer as error:
            outcome = Outcome(Answer.UNKNOWN, code=str(error)[:60])
        except Rejected as error:
            outcome = Outcome(Answer.REJECTED, code=str(error)[:60])
        except Exception as error:  # a library's failure says nothing about what was sent
            _log.exception("sms_defect", provider=self.name, attempt=message.key)
            outcome = Outcome(Answer.UNKNOWN, code=type(error).__name__)
        _log.info(
            "sms_submitted",
            provider=self.name,
            attempt=message.key,
            answer=outcome.answer.value,
            code=outcome.code,
            parts=len(outcome.message_ids),
            duration_ms=round((time.monotonic() - began) * 1000),
        )
        return outcome

    def tick(self) -> None:  # noqa: B027  a provider with its own thread has nothing to do here
        """Do the periodic work of a provider without a thread of its own."""

    def close(self) -> None:  # noqa: B027  a provider without a session has nothing to close
        """End the session, if there is one."""


class PooledProvider(Provider):
    """A provider whose library waits for the answer: a thread for each message of a wave."""

    def __init__(self, sink: ReceiptSink, replies: ReplySink = no_replies) -> None:
        super().__init__(sink, replies)
        self._pool = ThreadPoolExecutor(self.at_once, f"send-{self.name}")

    def _begin(self, message: Message) -> Future[list[str]]:
        return self._pool.submit(self._submit, message)

    @abc.abstractmethod
    def _submit(self, message: Message) -> list[str]:
        """Submit and return the provider's message ids; raise TryLater, NoAnswer or
        Rejected."""


Providers = Mapping[Channel, Provider]
"""The provider of each channel that the settings open."""
