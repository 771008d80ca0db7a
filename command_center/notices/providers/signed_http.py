"""Requests of providers over HTTPS: JSON back, and what a failure says about what was sent."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import requests
import urllib3

from command_center.notices.providers.base import NoAnswer, TryLater

_CONNECT_S, _ANSWER_S = 5.0, 15.0
_ANSWER_BYTES = 1024 * 1024


def post(url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """Return the JSON object of the answer, whatever its status below 500.

    Raises TryLater when nothing was sent, NoAnswer when the request may have been taken: no
    redirects are followed, so that no secret goes to another host.
    """
    try:
        answer = requests.post(url, data=body, headers=headers, timeout=(_CONNECT_S, _ANSWER_S),
                               allow_redirects=False)  # fmt: skip
        found = answer.json() if len(answer.content) <= _ANSWER_BYTES else None
    except requests.ConnectTimeout as error:
        raise TryLater("not connected") from error
    except requests.ConnectionError as error:
        if _never_left(error):
            raise TryLater("not connected") from error
        raise NoAnswer("connection broken") from error
    except requests.RequestException as error:
        raise NoAnswer("no readable answer") from error
    if answer.status_code >= 500 or not isinstance(found, dict):
        raise NoAnswer(f"http {answer.status_code}")
    return found


def _never_left(error: requests.ConnectionError) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def hmac_sha256(key: bytes, text: str) -> bytes:
    """Return the HMAC-SHA256 of a text."""
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
