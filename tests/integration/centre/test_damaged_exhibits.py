"""The desk hears of a damaged exhibit, with what became of it."""

from __future__ import annotations

from sqlalchemy import select

from command_center.footage.feed import apply_page
from command_center.platform.event_log import EventRow
from schemas import feed
from tests.integration.centre.court import Court

T0 = 1_790_000_000_000


def test_s04_a_damaged_exhibit_is_an_alarm_that_says_whether_it_was_repaired(court: Court) -> None:
    items: list[feed.FeedItem] = [
        feed.ExhibitDamaged(1, T0, "a" * 64, "local-2", "exhibit.wrong_digest", "local"),
        feed.ExhibitDamaged(2, T0, "b" * 64, "local", "vault.not_found"),
    ]
    court.database.run(apply_page, feed.FeedPage("relay-1", "e1", items, 2))
    rows = select(EventRow.type, EventRow.level, EventRow.subject, EventRow.text_en)
    seen = court.database.read(
        lambda uow: [tuple(row) for row in uow.session.execute(rows.order_by(EventRow.seq))]
    )
    assert [row[:3] for row in seen[-2:]] == [
        ("ExhibitDamaged", "alarm", "a" * 64), ("ExhibitDamaged", "alarm", "b" * 64),
    ]  # fmt: skip
    assert "repaired from the copy in local" in seen[-2][3]
    assert "no good copy" in seen[-1][3]
