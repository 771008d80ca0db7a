"""A party looks into his case with a password: S-30, S-31, and what he may not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.models import AccessView
from command_center.access.permissions import permissions_of
from command_center.disclosure import documents, grants, sign_in
from command_center.disclosure.document import DISCLOSURE, Disclosure
from command_center.disclosure.jobs import follow_events, is_behind
from command_center.disclosure.models import DocumentRow, GrantRow
from command_center.measures.service import accept_field_record
from command_center.notices import views
from command_center.notices.simulated_spool import simulated_messages
from command_center.notices.states import NoticeState
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from schemas.sign import Envelope, decode, decode_payload

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt, Telling
    from tests.integration.notices.court import Court

Tell = Callable[["Court"], "Telling"]
HERE = "203.0.113.7"


@pytest.fixture
def told(court: Court, telling: Tell) -> Court:
    """A court whose crew seized things and whose parties were told."""
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()
    return court


def issue(court: Court, party: str) -> grants.IssuedPassword:
    return grants.issue_password(court.database, court.clerk, court.case, party)


def enter(court: Court, issued: grants.IssuedPassword) -> sign_in.PortalSession:
    return sign_in.portal_sign_in(court.database, issued.account, issued.password, HERE).session


def test_s30_a_password_opens_exactly_ones_own_document(told: Court, telling: Tell) -> None:
    debtor, applicant = issue(told, told.debtor), issue(told, told.applicant)
    assert debtor.account == applicant.account == "(2026)粤0199执2187号"
    assert debtor.password != applicant.password
    telling(told).settle()
    session = enter(told, debtor)
    page = told.database.run(documents.read_own_case, session.principal).document
    assert page.party.name == "贺建平"
    assert len(page.sections) == 9
    assert page.measures[0].kind.zh == "扣押"
    assert "仍然是您的" in page.measures[0].meaning.zh
    assert page.measures[0].control_to == "2028-03-11"
    assert {notice.channel.zh for notice in page.notices} == {"短信", "站内"}
    assert page.card.clerk is not None
    assert page.card.clerk.phone == "020-55501234"


def test_the_other_side_is_masked_and_no_number_is_in_a_document(
    told: Court, telling: Tell
) -> None:
    session = enter(told, issue(told, told.applicant))
    telling(told).settle()
    page = told.database.run(documents.read_own_case, session.principal)
    whole = msgspec.json.encode(page.document).decode()
    for secret in ("贺建平", "440103199001011234", "13800000202", "13800000101", "020-55501200"):
        assert secret not in whole
    assert "贺某某" in whole


def test_s30_wrong_passwords_shut_the_account_for_fifteen_minutes(told: Court) -> None:
    issued = issue(told, told.debtor)
    wrong = grants.IssuedPassword(issued.grant, issued.account, "wrong-password")
    for _ in range(5):
        with pytest.raises(MzError, match=r"portal\.wrong"):
            enter(told, wrong)
    with pytest.raises(MzError, match=r"portal\.locked"):
        enter(told, issued)
    told.clock.ahead_ms += 15 * 60_000
    assert enter(told, issued).principal.id == issued.grant


@pytest.mark.parametrize("account", ["（2026）粤0199执9999号", "hello", "", "\0" * 300])
def test_an_unknown_account_answers_like_a_wrong_password(told: Court, account: str) -> None:
    with pytest.raises(MzError, match=r"portal\.wrong"):
        sign_in.portal_sign_in(told.database, account, "x", HERE)


def test_the_case_number_may_be_typed_with_full_width_brackets(told: Court) -> None:
    issued = issue(told, told.debtor)
    typed = " （2026） 粤0199执2187号 "
    assert sign_in.portal_sign_in(told.database, typed, issued.password, HERE).token


def test_s30_a_new_password_replaces_the_old_and_ends_its_sessions(told: Court) -> None:
    first = issue(told, told.debtor)
    opened = sign_in.portal_sign_in(told.database, first.account, first.password, HERE)
    second = issue(told, told.debtor)
    with pytest.raises(MzError, match=r"session\.none"):
        told.database.read(sign_in.find_portal_session, opened.token)
    with pytest.raises(MzError, match=r"portal\.wrong"):
        enter(told, first)
    assert enter(told, second)


def test_s30_a_revoked_password_opens_nothing(told: Court) -> None:
    issued = issue(told, told.debtor)
    opened = sign_in.portal_sign_in(told.database, issued.account, issued.password, HERE)
    told.database.run(grants.revoke, told.clerk, issued.grant)
    with pytest.raises(MzError, match=r"session\.none"):
        told.database.read(sign_in.find_portal_session, opened.token)
    with pytest.raises(MzError, match=r"portal\.wrong"):
        enter(told, issued)


def test_a_session_ends_by_time(told: Court) -> None:
    issued = issue(told, told.debtor)
    opened = sign_in.portal_sign_in(told.database, issued.account, issued.password, HERE)
    assert told.database.read(sign_in.find_portal_session, opened.token).principal.case == told.case
    told.clock.ahead_ms += sign_in.IDLE_MS + 1_000
    with pytest.raises(MzError, match=r"session\.none"):
        told.database.read(sign_in.find_portal_session, opened.token)


def test_s31_the_query_notice_names_the_account_and_never_the_password(
    told: Court, telling: Tell
) -> None:
    issued = issue(told, told.debtor)
    issue(told, told.debtor)
    telling(told).settle()
    messages = told.database.read(simulated_messages, told.clerk)
    texts = [message.text for message in messages if "查询密码由本院" in message.text]
    assert len(texts) == 1
    assert "（2026）粤0199执2187号" in texts[0]
    assert all(issued.password not in message.text for message in messages)


def test_the_password_is_kept_as_a_hash_only(told: Court) -> None:
    issued = issue(told, told.debtor)

    def stored(uow: UnitOfWork) -> str:
        return uow.session.get_one(GrantRow, issued.grant).password_hash

    assert told.database.read(stored).startswith("$argon2id$")


def test_s30_sign_in_and_views_are_logged_and_the_portal_notice_is_read(
    told: Court, telling: Tell
) -> None:
    session = enter(told, issue(told, told.debtor))
    telling(told).settle()
    told.database.run(documents.read_own_case, session.principal)

    def looks(uow: UnitOfWork) -> list[str]:
        rows = uow.session.scalars(
            select(AccessView.what)
            .where(AccessView.principal == session.principal.id)
            .order_by(AccessView.seq)
        )
        return list(rows)

    assert told.database.read(looks) == ["sign_in", "disclosure"]
    notices = told.database.read(views.notices_of_case, told.clerk, told.case)
    read = [one for one in notices if one.state is NoticeState.READ]
    assert [(one.party, one.channel) for one in read] == [(told.debtor, "PORTAL")]
    telling(told).settle()
    again = told.database.run(documents.read_own_case, session.principal).document
    assert {one.state.zh for one in again.notices if one.channel.zh == "站内"} == {"已读"}


def test_documents_are_signed_and_made_only_when_something_changed(
    told: Court, telling: Tell
) -> None:
    def newest(uow: UnitOfWork) -> list[DocumentRow]:
        return list(uow.session.scalars(select(DocumentRow).order_by(DocumentRow.version)))

    before = told.database.read(newest)
    assert {row.grant for row in before}
    for row in before:
        envelope = decode(row.envelope, Envelope)
        envelope.check(told.database.keys.centre.public)
        assert decode_payload(envelope, DISCLOSURE, Disclosure).as_of_ms == row.as_of_ms
    assert told.database.run(documents.rebuild, told.case) == 0
    assert len(told.database.read(newest)) == len(before)
    assert not told.database.read(is_behind)
    assert told.database.run(follow_events) is False


def test_only_who_may_issues_and_only_a_party_reads(told: Court) -> None:
    officer = Principal("x", "x", "ENF_OFFICER", permissions_of("ENF_OFFICER"))
    with pytest.raises(MzError, match=r"access\.refused"):
        grants.issue_password(told.database, officer, told.case, told.debtor)
    with pytest.raises(MzError, match=r"access\.refused"):
        told.database.run(documents.read_own_case, told.clerk)
    with pytest.raises(MzError, match=r"party\.not_told"):
        grants.issue_password(told.database, told.clerk, told.case, "nobody")


def test_before_a_document_is_made_the_portal_says_so(new_court: OpenCourt) -> None:
    court = new_court()
    session = enter(court, issue(court, court.debtor))
    with pytest.raises(MzError, match=r"disclosure\.not_ready"):
        court.database.run(documents.read_own_case, session.principal)


def test_u4_a_party_confirms_that_he_took_note_and_the_desk_sees_it(
    told: Court, telling: Tell
) -> None:
    debtor = issue(told, told.debtor)
    telling(told).settle()
    party = enter(told, debtor).principal
    shown = told.database.run(documents.read_own_case, party).document.notices
    (open_,) = [one for one in shown if one.acknowledge]
    assert open_.channel.zh == "站内"  # a text message is not read here
    for _again in range(2):
        told.database.run(documents.acknowledge_own_notice, party, open_.notice)
    telling(told).settle()
    shown = told.database.run(documents.read_own_case, party).document.notices
    assert [one.acked_ms is not None for one in shown if one.notice == open_.notice] == [True]
    assert not any(one.acknowledge for one in shown)
    seen = told.database.read(views.read_notice, told.clerk, open_.notice).notice
    assert (seen.state, seen.acked_ms is not None) == (NoticeState.ACKED, True)
    for foreign in (next(one.notice for one in shown if one.notice != open_.notice), "nobody"):
        with pytest.raises(MzError, match=r"notice\.unknown"):
            told.database.run(documents.acknowledge_own_notice, party, foreign)
    others = told.database.read(views.notices_of_case, told.clerk, told.case)
    theirs = next(one.notice for one in others if one.party == told.applicant)
    with pytest.raises(MzError, match=r"notice\.unknown"):
        told.database.run(documents.acknowledge_own_notice, party, theirs)
