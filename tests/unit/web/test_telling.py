"""Steppers and effects: telling is never shown as serving, failure is never shown as progress."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from command_center.desk.stepper import effect, stepper
from command_center.notices.states import Channel, NoticeState
from command_center.platform import i18n, pages

T = 1_773_297_000_000


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask(__name__)
    i18n.register(app, str(pages.LOCALES))
    with app.test_request_context("/"):
        yield


def test_the_times_stand_under_the_nodes_that_were_reached() -> None:
    shown = stepper("DELIVERED", (T, T + 1000, T + 60_000, None, None))
    assert (shown.reached, shown.failed) == (2, None)
    assert shown.times == ("14:30", "14:30", "14:31", "", "")


@pytest.mark.parametrize(
    ("state", "node"),
    [("NO_CONTACT", 1), ("PERM_FAIL", 2), ("EXPIRED", 2), ("REFUSED", 3)],
)
def test_a_failure_stands_at_its_node(state: str, node: int) -> None:
    assert stepper(state, (T, T, None, None, None)).failed == node


@pytest.mark.parametrize("state", list(NoticeState))
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.PORTAL])
def test_no_state_of_a_message_is_shown_as_served(state: NoticeState, channel: Channel) -> None:
    shown = effect(channel, state)
    assert "送达效力" not in shown.word
    assert shown.word in ("仅告知", "在途", "未告知", "暂缓告知")
    assert (shown.cls == "bad") is state.failed
