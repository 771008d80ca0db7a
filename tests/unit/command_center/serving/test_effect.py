"""When a service takes effect: every row of DOMAIN §2.9, worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from command_center.serving.effect import effect_of
from command_center.serving.words import OUTCOMES, Method, Outcome, Rung

D = dt.date
_DAY = D(2026, 3, 12)
_CP = "《民事诉讼法》（2023）第{}条"


@pytest.mark.parametrize(
    ("method", "rung", "outcome", "day", "article"),
    [
        (Method.DIRECT, Rung.REGISTERED, Outcome.SIGNED, _DAY, _CP.format(88)),
        (Method.LEFT, Rung.REGISTERED, Outcome.LEFT, _DAY, _CP.format(89)),
        (Method.ENTRUSTED, Rung.USED, Outcome.SIGNED, _DAY, _CP.format(91)),
        (Method.MAIL, Rung.USED, Outcome.SIGNED, _DAY, _CP.format(91)),
        (Method.FORWARDED, Rung.REGISTERED, Outcome.SIGNED, _DAY, _CP.format(94)),
        (Method.ELECTRONIC, Rung.CONFIRMED, Outcome.ARRIVED, _DAY, _CP.format(90)),
        (Method.ELECTRONIC, Rung.AGREED, Outcome.ARRIVED, _DAY, _CP.format(90)),
        (Method.ELECTRONIC, Rung.REGISTERED, Outcome.READ, _DAY,
         "《人民法院在线诉讼规则》（2021）第31条"),
        (Method.ELECTRONIC, Rung.USED, Outcome.ANSWERED, _DAY,
         "《人民法院在线诉讼规则》（2021）第31条"),
        (Method.PUBLIC, None, Outcome.PUBLISHED, D(2026, 4, 11), _CP.format(95)),
    ],
)  # fmt: skip
def test_what_serves_and_on_which_day(
    method: Method, rung: Rung | None, outcome: Outcome, day: dt.date, article: str
) -> None:
    found = effect_of(method, rung, outcome, _DAY)
    assert found is not None
    assert (found.day, found.law) == (day, article)


def test_mail_that_comes_back_serves_only_at_the_address_he_confirmed_himself() -> None:
    found = effect_of(Method.MAIL, Rung.CONFIRMED, Outcome.RETURNED, _DAY)
    assert found is not None
    assert (found.day, found.law[-4:]) == (_DAY, "第11条")
    for rung in (Rung.AGREED, Rung.USED, Rung.REGISTERED):
        assert effect_of(Method.MAIL, rung, Outcome.RETURNED, _DAY) is None


def test_what_arrives_at_an_address_that_he_did_not_give_has_served_nobody() -> None:
    for rung in (Rung.USED, Rung.REGISTERED):
        assert effect_of(Method.ELECTRONIC, rung, Outcome.ARRIVED, _DAY) is None


def test_vector_14_sent_ok_serves_at_a_confirmed_address_and_at_no_other() -> None:
    day = D(2026, 3, 1)
    found = effect_of(Method.ELECTRONIC, Rung.CONFIRMED, Outcome.ARRIVED, day)
    assert found is not None
    assert found.day == day
    for rung in (Rung.USED, Rung.REGISTERED):
        assert effect_of(Method.ELECTRONIC, rung, Outcome.ARRIVED, day) is None


def test_vector_17_the_last_posting_of_the_first_of_march_serves_after_thirty_days() -> None:
    found = effect_of(Method.PUBLIC, None, Outcome.PUBLISHED, D(2026, 3, 1))
    assert found is not None
    assert found.day == D(2026, 3, 31)


def test_a_failed_or_waiting_attempt_never_serves() -> None:
    for method, rung in ((method, rung) for method in Method for rung in Rung):
        assert effect_of(method, rung, Outcome.FAILED, _DAY) is None
        assert effect_of(method, rung, Outcome.PENDING, _DAY) is None
    assert all(Outcome.PENDING not in outcomes for outcomes in OUTCOMES.values())


def test_before_2022_publication_took_sixty_days_and_articles_had_other_numbers() -> None:
    day = D(2020, 6, 1)
    found = effect_of(Method.PUBLIC, None, Outcome.PUBLISHED, day)
    assert found is not None
    assert (found.day, found.law) == (D(2020, 7, 31), "《民事诉讼法》（2012）第92条")
    left = effect_of(Method.LEFT, Rung.USED, Outcome.LEFT, day)
    assert left is not None
    assert left.law == "《民事诉讼法》（2012）第86条"
