"""The freeze that the story's officer registers at the desk: its paper ends in three weeks."""

from __future__ import annotations

import datetime as dt

from schemas.time import court_time, now_ms

_DAYS, _RENEWED_DAYS = 21, 360


def fields() -> dict[str, str]:
    """Return the form's fields; the account number is made up."""
    at = court_time(now_ms())
    return {
        "executed": at.strftime("%Y-%m-%dT%H:%M"),
        "paper": "（2026）粤0199执1024号之一",
        "assist_paper": "（2026）粤0199执1024号协1",
        "assisting_unit": "恒通银行临江支行",
        "account": "6222000000000003391",
        "asked_fen": "300000",
        "amount_fen": "286400",
        "receipt": "HT-0007",
        "control_from": at.date().isoformat(),
        "control_to": (at.date() + dt.timedelta(_DAYS)).isoformat(),
    }


def renewal() -> dict[str, str]:
    """Return the fields of its renewal, which begins on the day after."""
    today = court_time(now_ms()).date()
    start = today + dt.timedelta(_DAYS + 1)
    return {
        "control_from": start.isoformat(),
        "control_to": (start + dt.timedelta(_RENEWED_DAYS)).isoformat(),
        "paper": "（2026）粤0199执1024号之二",
        "served": today.isoformat(),
    }
