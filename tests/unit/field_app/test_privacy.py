"""The private interval on the device: which fragments say that they are private."""

from __future__ import annotations

import pytest

from field_app.capture.privacy import Privacy
from field_app.spool.spool import Spool
from schemas.field_api import OperationBrief
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.recording_notes import PrivateReason
from schemas.time import mono_ms


def _operation() -> OperationBrief:
    return OperationBrief(new_id(), new_id(), "（2026）粤0199执1号", "", "", 0, "ACTING", [], [])


def test_s04_what_comes_while_it_runs_is_private_though_it_was_taken_before(spool: Spool) -> None:
    privacy = Privacy(spool.facts)
    before = mono_ms()
    assert not privacy.closes(before)
    privacy.begin(_operation(), PrivateReason.SEARCH)
    assert privacy.closes(before - 400)
    assert privacy.closes(mono_ms())


def test_s04_what_was_taken_before_its_end_is_private_however_late_it_comes(spool: Spool) -> None:
    privacy = Privacy(spool.facts)
    began = privacy.begin(_operation(), PrivateReason.CHILD)
    assert privacy.interval() == began.interval
    privacy.end()
    assert privacy.interval() == ""
    assert privacy.interval(mono_ms() - 1) == began.interval
    assert privacy.closes(mono_ms() - 1)
    assert not privacy.closes(mono_ms() + 1_000)


def test_s04_a_killed_service_comes_back_with_it_on(spool: Spool) -> None:
    made = Privacy(spool.facts).begin(_operation(), PrivateReason.OTHER)
    again = Privacy(spool.facts)
    assert again.running == made
    assert again.closes(mono_ms())
    with pytest.raises(MzError) as caught:
        again.begin(_operation(), PrivateReason.SEARCH)
    assert caught.value.code == "private.already_running"
    again.end()
    assert Privacy(spool.facts).running is None


def test_s04_an_interval_that_cannot_be_kept_does_not_begin(spool: Spool) -> None:
    privacy = Privacy(spool.facts)
    spool.database._link.execute("PRAGMA query_only = ON")
    with pytest.raises(MzError):
        privacy.begin(_operation(), PrivateReason.SEARCH)
    assert privacy.running is None
    assert not privacy.closes(mono_ms())
