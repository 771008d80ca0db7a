"""S-04: an exhibit is looked at by a ticket of its own; private ones need two persons first."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from command_center.access.models import AccessView
from command_center.access.permissions import Role
from command_center.footage.private_exhibits import exhibit_ticket
from command_center.measures.models import ExhibitRow, MeasureRow
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from schemas.ticket import Act
from tests.integration.centre.test_private import Private, private  # noqa: F401 - a fixture

PHOTO = "a" * 64


@pytest.fixture
def measure(private: Private) -> str:  # noqa: F811
    private.take(PHOTO)

    def keep(uow: UnitOfWork) -> str:
        uow.session.execute(
            update(ExhibitRow).where(ExhibitRow.sha256 == PHOTO).values(stored_ms=uow.now_ms)
        )
        query = select(MeasureRow.measure).join(ExhibitRow, ExhibitRow.record == MeasureRow.record)
        return uow.session.scalars(query.where(ExhibitRow.sha256 == PHOTO)).one()

    found: str = private.court.database.run(keep)
    return found


def test_s_04_a_private_photo_stays_closed_until_two_persons_open_it(
    private: Private,  # noqa: F811
    measure: str,
) -> None:
    database = private.court.database
    with pytest.raises(MzError, match=r"playback\.private"):
        database.run(exhibit_ticket, private.judge, measure, PHOTO)
    private.answer(private.leader, private.ask(private.judge))
    made = database.run(exhibit_ticket, private.judge, measure, PHOTO)
    ticket = private.checked(made.ticket, Act.PLAY)
    assert (ticket.exhibits, ticket.opened_exhibits, ticket.recordings) == ([PHOTO], [PHOTO], [])
    looks = select(AccessView.principal).where(
        AccessView.what == "exhibit", AccessView.subject == measure
    )
    assert database.read(lambda uow: list(uow.session.scalars(looks))) == [private.judge.id]
    with pytest.raises(MzError, match=r"playback\.private"):
        database.run(exhibit_ticket, private.leader, measure, PHOTO)


def test_another_measures_exhibit_an_awaited_one_and_a_stranger_get_no_ticket(
    private: Private,  # noqa: F811
    measure: str,
) -> None:
    database = private.court.database
    for wrong in ((measure, "b" * 64), ("x", PHOTO), (measure, "")):
        with pytest.raises(MzError, match=r"exhibit\.unknown"):
            database.run(exhibit_ticket, private.judge, *wrong)
    with pytest.raises(MzError, match=r"access\.refused"):
        database.run(exhibit_ticket, private.court.staff(Role.FINANCE), measure, PHOTO)
    database.run(lambda uow: uow.session.execute(update(ExhibitRow).values(stored_ms=None)))
    with pytest.raises(MzError, match=r"exhibit\.awaited"):
        database.run(exhibit_ticket, private.judge, measure, PHOTO)
