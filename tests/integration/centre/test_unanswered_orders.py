"""An order that no relay answers is given up in time, seen, and asked for again (S-66)."""

from __future__ import annotations

import pytest

from command_center.access.permissions import Role
from command_center.footage.service import read_recording
from command_center.platform.event_log import EventRow
from command_center.quarantine import decisions
from command_center.quarantine.views import origins_of_footage
from schemas.feed import RelayOrder
from schemas.field_api import FootageApart
from tests.integration.centre.court import Court
from tests.integration.centre.test_quarantined_footage import LostFilm


@pytest.fixture
def lost(court: Court) -> LostFilm:
    return LostFilm(court)


def _unanswered(lost: LostFilm) -> tuple[FootageApart, str, RelayOrder]:
    """Let two persons take a part over, and no relay say a word about it."""
    lost.apply(lost.opened)
    part = lost.part()
    lost.offer(part)
    lost.arrives(part)
    decision = lost.asked("TAKE", part)
    lost.answer(decision)
    lost.work()
    lost.court.clock.ahead_ms += decisions.ANSWER_MS - 30_000
    lost.court.database.run(decisions.give_up_waiting)
    ((film,), (view,)) = lost.page()
    assert (film.failed, film.decision, view.left) == ("", decision, 1), "the relay has time"
    lost.court.clock.ahead_ms += 31_000
    lost.court.database.run(decisions.give_up_waiting)
    lost.court.database.run(decisions.give_up_waiting)
    ((film,), (view,)) = lost.page()
    assert (film.failed, film.decision) == ("relay.no_answer", None)
    assert (view.left, view.failed) == (0, 1)
    assert lost.count(EventRow, EventRow.type == "QuarantineFailed") == 1
    return part, decision, lost.orders()[-1]


def test_s66_what_no_relay_answers_waits_again_and_its_late_word_counts(lost: LostFilm) -> None:
    part, decision, order = _unanswered(lost)
    lost.relay_says(order, "done")
    assert lost.settled(part) == "taken"
    (origin,) = lost.court.database.read(origins_of_footage, lost.recording)
    assert (origin.decision.id, origin.decision.failed) == (decision, 0)
    assert lost.count(EventRow, EventRow.type == "QuarantineTaken") == 1
    clerk = lost.court.staff(Role.CLERK)
    assert lost.court.database.read(read_recording, clerk, lost.recording).quarantined


def test_s66_what_no_relay_answers_is_asked_for_again_under_another_order(lost: LostFilm) -> None:
    part, first, order = _unanswered(lost)
    second = lost.asked("TAKE", part)
    lost.answer(second)
    lost.work()
    again = lost.orders()[-1]
    assert again.order != order.order
    lost.relay_says(again, "done")
    lost.relay_says(order, "done")
    assert lost.settled(part) == "taken"
    (origin,) = lost.court.database.read(origins_of_footage, lost.recording)
    assert origin.decision.id == second
    assert [one.failed for one in lost.page()[1] if one.id == first] == [1]


def test_s66_a_late_refusal_says_why_and_is_counted_once(lost: LostFilm) -> None:
    part, _decision, order = _unanswered(lost)
    lost.relay_says(order, "vault.not_found")
    assert lost.settled(part) == "vault.not_found"
    assert [one.failed for one in lost.page()[1]] == [1]


def test_s66_a_late_word_takes_footage_out_of_the_request_that_was_made_meanwhile(
    lost: LostFilm,
) -> None:
    part, first, order = _unanswered(lost)
    second = lost.asked("TAKE", part)
    lost.relay_says(order, "done")
    (origin,) = lost.court.database.read(origins_of_footage, lost.recording)
    assert origin.decision.id == first
    lost.answer(second)
    lost.work()
    assert len(lost.orders()) == 1, "nothing is left to order"
