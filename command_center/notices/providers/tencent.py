"""Text messages by Tencent Cloud (sms 2021-01-11), signed with TC3-HMAC-SHA256.

The attempt's key goes as SessionContext and comes back with the answer. Tencent knows no
idempotency key, so a submission without an answer is never repeated by itself: see
`Provider.repeatable`. Receipts and replies are pulled.
"""

from __future__ import annotations

import datetime as dt
import urllib.parse
from collections.abc import Callable
from typing import Any

import msgspec
import phonenumbers

from command_center.notices.providers.base import (
    Message,
    NoAnswer,
    PooledProvider,
    ProviderReceipt,
    ProviderReply,
    ReceiptSink,
    Rejected,
    ReplySink,
    TryLater,
    no_replies,
)
from command_center.notices.providers.cloud import CloudSettings, content_of
from command_center.notices.providers.signed_http import hmac_sha256, post
from command_center.notices.states import NoticeState
from schemas.sign import sha256_hex

VERSION = "2021-01-11"
_TYPE = "application/json; charset=utf-8"
_LATER = ("LimitExceeded", "RequestLimitExceeded", "InternalError", "FailedOperation.Insufficient")
_PULL_EVERY_S = 10
_PULLED = 100


def sign(
    settings: CloudSettings, service: str, host: str, payload: bytes, at: int
) -> dict[str, str]:
    """Return the headers of a signed POST, by Tencent's published algorithm V3; `at` in Unix
    seconds."""
    day = dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d")
    scope, names = f"{day}/{service}/tc3_request", "content-type;host"
    canonical = f"POST\n/\n\ncontent-type:{_TYPE}\nhost:{host}\n\n{names}\n{sha256_hex(payload)}"
    to_sign = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{sha256_hex(canonical.encode())}"
    key = f"TC3{settings.secret}".encode()
    for word in (day, service, "tc3_request"):
        key = hmac_sha256(key, word)
    signature = hmac_sha256(key, to_sign).hex()
    return {
        "Content-Type": _TYPE, "Host": host, "X-TC-Timestamp": str(at),
        "Authorization": f"TC3-HMAC-SHA256 Credential={settings.key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}",
    }  # fmt: skip


class TencentProvider(PooledProvider):
    """Tencent's SMS service, or a peer that speaks as it does."""

    name = "tencent"
    repeatable = False

    def __init__(
        self,
        settings: CloudSettings,
        sink: ReceiptSink,
        replies: ReplySink = no_replies,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        super().__init__(sink, replies)
        self._settings, self._now = settings, now
        self._pulled_at = 0.0

    def _submit(self, message: Message) -> list[str]:
        try:
            number = phonenumbers.parse(message.number, "CN")
        except phonenumbers.NumberParseException as error:
            raise Rejected("not a number") from error
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        answer = self._call("SendSms", {
            "PhoneNumberSet": [e164], "SmsSdkAppId": self._settings.app,
            "SignName": self._settings.sign_name, "TemplateId": self._settings.template,
            "TemplateParamSet": [content_of(message.text)], "SessionContext": message.key,
        })  # fmt: skip
        _refuse(str(answer.get("Error", {}).get("Code", "")))
        found = answer.get("SendStatusSet", [])
        if not found:
            raise NoAnswer("no status")
        code = str(found[0].get("Code", ""))
        _refuse("" if code == "Ok" else code or "no code")
        return [str(found[0].get("SerialNo", ""))]

    def tick(self) -> None:
        """Pull receipts and replies; what was pulled is handed on before more is asked for."""
        now = self._now().timestamp()
        if now - self._pulled_at < _PULL_EVERY_S:
            return
        self._pulled_at = now
        for one in self._pull("PullSmsSendStatus", "PullSmsSendStatusSet"):
            delivered = one.get("ReportStatus") == "SUCCESS"
            state = NoticeState.DELIVERED if delivered else NoticeState.PERM_FAIL
            code = "DELIVRD" if delivered else str(one.get("Description", "FAIL"))
            serial = str(one.get("SerialNo", ""))
            self.deliver(ProviderReceipt(self.name, serial, code[:40], state))
        for one in self._pull("PullSmsReplyStatus", "PullSmsReplyStatusSet"):
            number = str(one.get("PhoneNumber", "")).removeprefix("+")
            self.deliver_reply(ProviderReply(self.name, number, str(one.get("ReplyContent", ""))))

    def _pull(self, action: str, name: str) -> list[dict[str, Any]]:
        answer = self._call(action, {"Limit": _PULLED, "SmsSdkAppId": self._settings.app})
        return list(answer.get(name) or [])

    def _call(self, action: str, fields: dict[str, Any]) -> dict[str, Any]:
        payload = msgspec.json.encode(fields)
        at = int(self._now().timestamp())
        host = urllib.parse.urlsplit(self._settings.url).netloc
        headers = sign(self._settings, "sms", host, payload, at)
        named = {
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Region": self._settings.region,
        }
        found: dict[str, Any] = post(self._settings.url, payload, {**headers, **named}).get(
            "Response", {}
        )
        return found


def _refuse(code: str) -> None:
    if code:
        raise (TryLater if code.startswith(_LATER) else Rejected)(code)
