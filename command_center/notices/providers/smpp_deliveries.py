"""What the SMSC delivers: kept by a thread of its own, many at once, acknowledged when kept.

The session's thread, which owns the socket, neither waits for the database nor for its locks.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from smpplib import consts

AGAIN = int(consts.SMPP_ESME_RX_T_APPN)
"""The status that makes an SMSC deliver again."""

_KEPT = int(consts.SMPP_ESME_ROK)
_MOST_WAITING, _MOST_TOGETHER = 1_000, 256
_GATHERED_S = 0.05
"""How long a delivery waits for others, so that a burst is kept in few transactions."""
_log = structlog.get_logger(__name__)

OnDeliver = Callable[[Sequence[Any]], None]
"""Keeps deliver_sm PDUs durably; when it raises, the SMSC is told to try again."""
_Delivery = tuple[object, Any]


class Deliveries(threading.Thread):
    """PDUs between the session, which takes and acknowledges them, and who keeps them.

    `wake` tells the session's thread that there is something to acknowledge.
    """

    def __init__(self, on_deliver: OnDeliver, wake: Callable[[], None]) -> None:
        super().__init__(name="smpp-deliveries", daemon=True)
        self._on_deliver, self._wake = on_deliver, wake
        self._came: queue.Queue[_Delivery | None] = queue.Queue(_MOST_WAITING)
        self._kept: queue.SimpleQueue[tuple[object, Any, int]] = queue.SimpleQueue()

    def take(self, link: object, pdu: Any) -> bool:
        """Take a PDU of a link; False when too many wait."""
        try:
            self._came.put_nowait((link, pdu))
        except queue.Full:
            return False
        return True

    def kept(self, link: object) -> list[tuple[Any, int]]:
        """Return the PDUs of a link to acknowledge, each with its status; those of a link that
        is gone are dropped: the SMSC delivers them again."""
        found = []
        while not self._kept.empty():
            of, pdu, status = self._kept.get()
            if of is link:
                found.append((pdu, status))
        return found

    def stop(self) -> None:
        """End the thread when what came is kept."""
        if self.is_alive():
            self._came.put(None)
            self.join(timeout=5)

    def run(self) -> None:
        """Keep what comes until stopped."""
        while (first := self._came.get()) is not None:
            together, stopped = self._drain(first)
            status = self._keep([pdu for _link, pdu in together])
            for link, pdu in together:
                # Together they were refused, perhaps for one of them: each gets its own answer.
                alone = status == _KEPT or len(together) == 1
                self._kept.put((link, pdu, status if alone else self._keep([pdu])))
            if stopped:
                return
            self._wake()

    def _drain(self, first: _Delivery) -> tuple[list[_Delivery], bool]:
        together, until = [first], time.monotonic() + _GATHERED_S
        with contextlib.suppress(queue.Empty):
            while len(together) < _MOST_TOGETHER:
                more = self._came.get(timeout=max(0.0, until - time.monotonic()))
                if more is None:
                    return together, True
                together.append(more)
        return together, False

    def _keep(self, pdus: Sequence[Any]) -> int:
        try:
            self._on_deliver(pdus)
        except Exception:
            # Not kept yet: a temporary error makes the SMSC deliver it again.
            _log.exception("smpp_receipt_not_kept")
            return AGAIN
        return _KEPT
