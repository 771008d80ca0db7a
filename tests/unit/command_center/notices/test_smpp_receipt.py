"""Status reports as gateways write them."""

from __future__ import annotations

import pytest

from command_center.notices.providers import smpp_receipt
from command_center.notices.providers.base import Rejected
from command_center.notices.providers.smpp import international
from command_center.notices.states import NoticeState

TEXT = (
    "id:7f3a sub:001 dlvrd:001 submit date:2603121436 done date:2603121437 "
    "stat:DELIVRD err:000 text:"
)


def test_the_customary_text() -> None:
    report = smpp_receipt.parse(TEXT, None, None)
    assert report is not None
    assert (report.message_id, report.code, report.state) == (
        "7f3a",
        "DELIVRD",
        NoticeState.DELIVERED,
    )
    assert report.at_ms == 1_773_297_420_000  # 2026-03-12 14:37 in the court's zone


def test_optional_parameters_go_first() -> None:
    report = smpp_receipt.parse(TEXT, "other", 5)
    assert report is not None
    assert (report.message_id, report.state) == ("other", NoticeState.PERM_FAIL)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("EXPIRED", NoticeState.EXPIRED),
        ("UNDELIV", NoticeState.PERM_FAIL),
        ("DELETED", NoticeState.PERM_FAIL),
        ("REJECTD", NoticeState.REFUSED),
        ("ENROUTE", NoticeState.SENT),
        ("ACCEPTD", NoticeState.SENT),
    ],
)
def test_words_of_the_network(word: str, state: NoticeState) -> None:
    report = smpp_receipt.parse(f"id:1 stat:{word} err:069", None, None)
    assert report is not None
    assert (report.state, report.code) == (state, f"{word} err:069")


@pytest.mark.parametrize("text", ["", "hello", "id:1 stat:WHATEVR", "stat:DELIVRD"])
def test_what_is_no_report_is_none(text: str) -> None:
    assert smpp_receipt.parse(text, None, None) is None


def test_an_impossible_date_is_left_out() -> None:
    report = smpp_receipt.parse("id:1 done date:9999999999 stat:DELIVRD", None, None)
    assert report is not None
    assert report.at_ms is None


@pytest.mark.parametrize("typed", ["13800001111", "+8613800001111", "8613800001111"])
def test_numbers_get_their_country(typed: str) -> None:
    assert international(typed) == "8613800001111"


def test_what_is_no_number_is_rejected() -> None:
    with pytest.raises(Rejected):
        international("abc")
