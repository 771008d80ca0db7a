"""Simulated clouds as an own process: Aliyun, Tencent and WeChat as their documents say, with the
signatures checked by the vendors' published algorithms, written here apart from the product's.

`python cloud_peer.py`; the first line names the port, each next one a request that was taken.
The last two digits of a number decide: 01 taken, 02 taken and undelivered, 07 throttled once,
08 refused, 09 taken but never answered, 13 the telephone answers "not me".
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, SECRET = "key-id", "key-secret"
nonces: set[str] = set()
throttled: set[str] = set()
waiting: list[dict[str, Any]] = []
replies: list[dict[str, Any]] = []
messages: set[str] = set()


def say(**fact: Any) -> None:
    sys.stdout.write(json.dumps(fact, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Peer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        pass

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/cgi-bin/"):
            self.wechat(json.loads(body))
        elif self.headers.get("Authorization", "").startswith("ACS3"):
            self.aliyun(body)
        else:
            self.tencent(body)

    # -- Aliyun: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature

    def aliyun(self, body: bytes) -> None:
        told = dict(
            part.split("=", 1)
            for part in self.headers["Authorization"].removeprefix("ACS3-HMAC-SHA256 ").split(",")
        )
        names = told["SignedHeaders"].split(";")
        path, _, query = self.path.partition("?")
        pairs = sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))
        canonical_query = urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote, safe="~")
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        request = "\n".join(("POST", path, canonical_query, headers, ";".join(names), sha(body)))
        to_sign = "ACS3-HMAC-SHA256\n" + sha(request.encode())
        right = hmac.new(SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        must = {"host", "x-acs-action", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}
        if told["Signature"] != right or told["Credential"] != KEY or not must <= set(names):
            return self.answer({"Code": "SignatureDoesNotMatch"}, 400)
        nonce = self.headers["x-acs-signature-nonce"]
        if nonce in nonces:
            return self.answer({"Code": "SignatureNonceUsed"}, 400)
        nonces.add(nonce)
        fields = dict(pairs)
        if self.headers["x-acs-action"] == "QuerySendDetails":
            status = 2 if fields["PhoneNumber"].endswith("02") else 3
            found = [{"SendStatus": status, "ErrCode": "DELIVERED" if status == 3 else "UNDELIV"}]
            return self.answer({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}})
        number = fields["PhoneNumbers"]
        if number.endswith("08"):
            return self.answer({"Code": "isv.MOBILE_NUMBER_ILLEGAL"})
        if number.endswith("07") and number not in throttled:
            throttled.add(number)
            nonces.discard(nonce)
            return self.answer({"Code": "isv.BUSINESS_LIMIT_CONTROL"})
        say(event="aliyun", **fields)
        if number.endswith("09"):
            return self.drop()
        return self.answer({"Code": "OK", "BizId": f"biz-{fields['OutId']}"})

    # -- Tencent: https://cloud.tencent.com/document/api/382/52067

    def tencent(self, body: bytes) -> None:
        stamp = self.headers["X-TC-Timestamp"]
        day = dt.datetime.fromtimestamp(int(stamp), dt.UTC).strftime("%Y-%m-%d")
        told = dict(
            part.strip().split("=", 1)
            for part in self.headers["Authorization"].removeprefix("TC3-HMAC-SHA256 ").split(",")
        )
        names = told["SignedHeaders"].split(";")
        headers = "".join(f"{name}:{self.headers[name].strip().lower()}\n" for name in names)
        request = "\n".join(("POST", "/", "", headers, ";".join(names), sha(body)))
        scope = f"{day}/sms/tc3_request"
        to_sign = "\n".join(("TC3-HMAC-SHA256", stamp, scope, sha(request.encode())))
        key = ("TC3" + SECRET).encode()
        for word in (*scope.split("/"), to_sign):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        fresh = abs(int(stamp) - time.time()) < 300
        if told["Signature"] != key.hex() or told["Credential"] != f"{KEY}/{scope}" or not fresh:
            code = {"Error": {"Code": "AuthFailure.SignatureFailure"}}
            return self.answer({"Response": code})
        fields, action = json.loads(body), self.headers["X-TC-Action"]
        if action != "SendSms":
            pulled = waiting if action == "PullSmsSendStatus" else replies
            found, pulled[:] = list(pulled), []
            return self.answer({"Response": {f"{action}Set": found}})
        (number,) = fields["PhoneNumberSet"]
        code, serial = "Ok", f"serial-{fields['SessionContext']}"
        if number.endswith("08"):
            code = "InvalidParameterValue.IncorrectPhoneNumber"
        elif number.endswith("07") and number not in throttled:
            throttled.add(number)
            code = "LimitExceeded.PhoneNumberThirtySecondLimit"
        else:
            say(event="tencent", **fields)
            failed = number.endswith("02")
            waiting.append({"SerialNo": serial, "PhoneNumber": number,
                            "ReportStatus": "FAIL" if failed else "SUCCESS",
                            "Description": "UNDELIV" if failed else "DELIVRD"})  # fmt: skip
            if number.endswith("13"):
                replies.append({"PhoneNumber": number, "ReplyContent": "不是本人"})
            if number.endswith("09"):
                return self.drop()
        status = {"SerialNo": serial if code == "Ok" else "", "Code": code}
        return self.answer({"Response": {"SendStatusSet": [status]}})

    # -- WeChat: https://developers.weixin.qq.com/doc/offiaccount/Message_Management

    def wechat(self, fields: dict[str, Any]) -> None:
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/cgi-bin/stable_token":
            right = (fields["appid"], fields["secret"]) == (KEY, SECRET)
            given = {"access_token": "token", "expires_in": 7200}
            return self.answer(given if right else {"errcode": 40125})
        if urllib.parse.parse_qs(url.query) != {"access_token": ["token"]}:
            return self.answer({"errcode": 40001})
        if fields["touser"].endswith("08"):
            return self.answer({"errcode": 43004})
        again = fields["client_msg_id"] in messages
        messages.add(fields["client_msg_id"])
        if not again:
            say(event="wechat", **fields)
        if fields["touser"].endswith("09") and not again:
            return self.drop()
        return self.answer({"errcode": 0, "msgid": 200228332})

    def drop(self) -> None:
        """Take the request, and let the connection break before the answer."""
        self.close_connection = True
        self.connection.close()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    say(event="listening", port=server.server_port)
    server.serve_forever()
