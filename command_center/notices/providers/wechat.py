"""Notices by WeChat template message, to parties who bound their account to their case.

The attempt's key is the message's `client_msg_id`: WeChat drops the same one again.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Any

import msgspec

from command_center.notices.providers.base import (
    Message,
    NoAnswer,
    PooledProvider,
    ReceiptSink,
    Rejected,
    TryLater,
)
from command_center.notices.providers.signed_http import post

_TYPE = {"Content-Type": "application/json; charset=utf-8"}
_TOKEN_WRONG = frozenset({40001, 40014, 42001})
_LATER = frozenset({-1, 45009, 45011, *_TOKEN_WRONG})
_MARGIN_S = 300


@dataclasses.dataclass(frozen=True)
class WechatAccount:
    """The court's public account and its registered template with the field `content`."""

    url: str
    app_id: str
    secret: str = dataclasses.field(repr=False)
    template: str


class WechatProvider(PooledProvider):
    """The court's public account."""

    name = "wechat"

    def __init__(self, settings: WechatAccount, sink: ReceiptSink) -> None:
        super().__init__(sink)
        self._settings = settings
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def _submit(self, message: Message) -> list[str]:
        # WeChat wants the token in the address; it is never logged.
        answer = self._post(f"/cgi-bin/message/template/send?access_token={self._fresh()}", {
            "touser": message.number, "template_id": self._settings.template,
            "client_msg_id": message.key, "data": {"content": {"value": message.text}},
        })  # fmt: skip
        code = answer.get("errcode", -1)
        if code == 0:
            return [str(answer.get("msgid", message.key))]
        if code in _TOKEN_WRONG:
            self._until = 0.0
        raise (TryLater if code in _LATER else Rejected)(f"errcode {code}")

    def _fresh(self) -> str:
        with self._lock:
            if time.monotonic() >= self._until:
                try:
                    answer = self._post("/cgi-bin/stable_token", {
                        "grant_type": "client_credential", "appid": self._settings.app_id,
                        "secret": self._settings.secret,
                    })  # fmt: skip
                except NoAnswer as error:  # nothing of the message was sent yet
                    raise TryLater(f"token: {error}") from error
                if "access_token" not in answer:
                    raise TryLater(f"token errcode {answer.get('errcode')}")
                self._token = str(answer["access_token"])
                self._until = time.monotonic() + max(0, int(answer["expires_in"]) - _MARGIN_S)
            return self._token

    def _post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        url = self._settings.url.rstrip("/") + path
        return post(url, msgspec.json.encode(fields), _TYPE)
