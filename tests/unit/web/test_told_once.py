"""S-30: what a party was told at one moment stands on his page once, with every way it went."""

from __future__ import annotations

import flask

from command_center.disclosure.document import NoticeShown, Text
from command_center.platform import i18n, pages
from command_center.portal.case import _notices

SMS, PORTAL = Text("短信", "text message"), Text("站内", "portal")
DONE, FAILED = Text("已达", "delivered"), Text("失败", "failed")


def _one(notice: str, channel: Text, text: str, at_ms: int, **more: int | bool) -> NoticeShown:
    failed_ms = at_ms if more.pop("failed", False) else None
    state = DONE if failed_ms is None else FAILED
    return NoticeShown(
        notice,
        channel,
        state,
        text,
        at_ms,
        None,
        None,
        failed_ms,
        **more,  # type: ignore[arg-type]
    )


def test_s30_a_text_told_two_ways_is_shown_once_and_confirmed_on_the_portal() -> None:
    app = flask.Flask("told")
    i18n.register(app, str(pages.LOCALES))
    told = [
        _one("p2", PORTAL, "续行", 9_000, acked_ms=9_500),
        _one("s2", SMS, "续行", 9_000, failed=True),
        _one("p1", PORTAL, "查封", 1_000, acknowledge=True),
        _one("s1", SMS, "请联系法院", 1_000),
        _one("p0", PORTAL, "续行", 500, acknowledge=True),
    ]
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        renewed, sealed, call, earlier = _notices(told)
    assert [(one.channel, one.failed) for one in renewed.ways] == [("站内", False), ("短信", True)]
    assert (renewed.acknowledge, renewed.acked != "") == ("", True)
    assert (sealed.acknowledge, len(sealed.ways), call.acknowledge) == ("p1", 1, "")
    assert (earlier.text, earlier.acknowledge) == ("续行", "p0"), "told again is another notice"
