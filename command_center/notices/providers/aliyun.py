"""Text messages by Aliyun (Dysmsapi 2017-05-25), signed with ACS3-HMAC-SHA256.

The attempt's key is the request's nonce, which Aliyun takes once: the same submission again is
refused, never a second message. Receipts are asked for (QuerySendDetails).
"""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any

import msgspec

from command_center.notices.providers.base import (
    Message,
    NoAnswer,
    PooledProvider,
    ProviderReceipt,
    ReceiptSink,
    Rejected,
    ReplySink,
    TryLater,
    no_replies,
)
from command_center.notices.providers.cloud import CloudSettings, content_of
from command_center.notices.providers.signed_http import hmac_sha256, post
from command_center.notices.states import NoticeState
from schemas.ids import new_id
from schemas.sign import sha256_hex
from schemas.time import COURT_ZONE

VERSION = "2017-05-25"
_LATER = frozenset({"isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "isv.AMOUNT_NOT_ENOUGH",
                    "Throttling", "Throttling.User", "isv.DAY_LIMIT_CONTROL"})  # fmt: skip
_STATES = {2: NoticeState.PERM_FAIL, 3: NoticeState.DELIVERED}
_ASKED_EVERY_S = 30
_AWAITED = 10_000
"""Receipts that are asked for at most; older ones stay `SENT`."""


def sign(
    settings: CloudSettings, host: str, action: str, version: str, query: str, nonce: str, date: str
) -> dict[str, str]:
    """Return the headers of a signed POST without a body, by Aliyun's published algorithm V3."""
    digest = sha256_hex(b"")
    headers = {
        "host": host, "x-acs-action": action, "x-acs-content-sha256": digest, "x-acs-date": date,
        "x-acs-signature-nonce": nonce, "x-acs-version": version,
    }  # fmt: skip
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{digest}"
    to_sign = f"ACS3-HMAC-SHA256\n{sha256_hex(canonical.encode())}"
    signature = hmac_sha256(settings.secret.encode(), to_sign).hex()
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={settings.key_id},SignedHeaders={names},Signature={signature}"
    )
    return headers


def query_of(fields: dict[str, str]) -> str:
    """Return the canonical query: names in order, everything but unreserved characters escaped."""
    pairs = sorted(fields.items())
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, value in pairs)


def _escape(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")


@dataclasses.dataclass
class _Awaited:
    message_id: str
    number: str
    day: str


class AliyunProvider(PooledProvider):
    """Aliyun's SMS service, or a peer that speaks as it does."""

    name = "aliyun"

    def __init__(
        self,
        settings: CloudSettings,
        sink: ReceiptSink,
        replies: ReplySink = no_replies,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        super().__init__(sink, replies)
        self._settings, self._now = settings, now
        self._awaited: collections.deque[_Awaited] = collections.deque(maxlen=_AWAITED)
        self._asking, self._asked = threading.Lock(), dt.datetime.min.replace(tzinfo=dt.UTC)

    def _submit(self, message: Message) -> list[str]:
        number = message.number.removeprefix("+")
        answer = self._call("SendSms", message.key, {
            "PhoneNumbers": number, "SignName": self._settings.sign_name,
            "TemplateCode": self._settings.template, "OutId": message.key,
            "TemplateParam": msgspec.json.encode({"content": content_of(message.text)}).decode(),
        })  # fmt: skip
        code = str(answer.get("Code", ""))
        if code == "OK":
            made = str(answer.get("BizId", ""))
            day = self._now().astimezone(COURT_ZONE).strftime("%Y%m%d")
            self._awaited.append(_Awaited(made, number, day))
            return [made]
        if code == "SignatureNonceUsed":  # the submission before this one was taken, or lost
            raise NoAnswer(code)
        raise (TryLater if code in _LATER else Rejected)(code or "no code")

    def tick(self) -> None:
        """Ask for the receipts that are missing, each at most every half minute."""
        if (self._now() - self._asked).total_seconds() < _ASKED_EVERY_S:
            return
        if not self._asking.acquire(blocking=False):
            return
        try:
            self._asked = self._now()
            for _ in range(len(self._awaited)):
                one = self._awaited.popleft()
                if not self._receipt(one):
                    self._awaited.append(one)
        finally:
            self._asking.release()

    def _receipt(self, one: _Awaited) -> bool:
        answer = self._call("QuerySendDetails", new_id(), {
            "PhoneNumber": one.number, "BizId": one.message_id, "SendDate": one.day,
            "PageSize": "1", "CurrentPage": "1",
        })  # fmt: skip
        found = answer.get("SmsSendDetailDTOs", {}).get("SmsSendDetailDTO", [])
        state = _STATES.get(int(found[0].get("SendStatus", 0))) if found else None
        if state is None:
            return False
        code = str(found[0].get("ErrCode", "")) or state.value
        self.deliver(ProviderReceipt(self.name, one.message_id, code[:40], state))
        return True

    def _call(self, action: str, nonce: str, fields: dict[str, str]) -> dict[str, Any]:
        query = query_of(fields)
        date = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        host = urllib.parse.urlsplit(self._settings.url).netloc
        headers = sign(self._settings, host, action, VERSION, query, nonce, date)
        return post(f"{self._settings.url.rstrip('/')}/?{query}", b"", headers)
