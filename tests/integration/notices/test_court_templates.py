"""The court's own texts: checked, seen, approved by another, and kept with what was told."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from command_center.access.permissions import permissions_of
from command_center.measures.service import accept_field_record
from command_center.notices import court_templates, views
from command_center.notices.court_templates import NewTemplate, TemplateState
from command_center.platform.principal import Principal
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import court_time

if TYPE_CHECKING:
    from tests.integration.notices.court import Court

BODY = "$addressee：$case_number案，本院已对您实施$measure：$what。有疑问请致电$phone或者12368。"
DAY_MS = 86_400_000


def head(court: Court) -> Principal:
    return Principal(court.officer, "郑国栋", "BUREAU_HEAD", permissions_of("BUREAU_HEAD"))


def day(court: Court, ahead: int = 0) -> str:
    return court_time(court.clock() + ahead * DAY_MS).date().isoformat()


def propose(court: Court, body: str = BODY, ahead: int = 0) -> str:
    message = NewTemplate(new_id(), "measure_executed", "debtor", body, day(court, ahead))
    return court.database.run(court_templates.propose_template, court.clerk, message)


def decide(court: Court, template: str, *, approve: bool = True) -> None:
    court.database.run(court_templates.decide_template, head(court), template, approve=approve)


def told(court: Court) -> views.NoticeView:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    found = court.database.read(views.notices_of_case, court.clerk, court.case)
    return next(one for one in found if one.party == court.debtor and one.channel == "SMS")


def test_an_approved_text_is_told_from_its_day_on_and_what_was_told_stays(court: Court) -> None:
    before = told(court)
    proposed = propose(court, ahead=1)
    assert told(court).template == "measure_executed.debtor/3"  # nobody approved it
    decide(court, proposed)
    assert told(court).template == "measure_executed.debtor/3"  # its day has not come
    court.clock.ahead_ms += DAY_MS
    after = told(court)
    assert after.template == "measure_executed.debtor/court-1"
    assert after.text.startswith(
        "【南江市临江区人民法院】贺建平：（2026）粤0199执2187号案，本院已对您"
    )
    old = court.database.read(views.read_notice, court.clerk, before.notice).notice
    assert (old.text, old.template) == (before.text, "measure_executed.debtor/3")


def test_versions_of_the_court_and_shipped_ones_never_have_one_name(court: Court) -> None:
    """A later release ships a version whose number the court's own text had already."""
    decide(court, propose(court))
    decide(court, propose(court, BODY.replace("有疑问", "如有疑问")))
    texts = court.database.read(court_templates.all_templates, court.clerk)
    own = [(one.version, one.in_use) for one in texts if one.template]
    assert own == [(2, True), (1, False)]
    shipped = {(one.purpose, one.audience) for one in texts if one.in_use and not one.template}
    assert ("measure_executed", "debtor") not in shipped
    assert ("measure_executed", "applicant") in shipped
    assert told(court).template == "measure_executed.debtor/court-2"


def test_nobody_approves_his_own_text_and_a_refused_one_is_never_told(court: Court) -> None:
    proposed = propose(court)
    own = dataclasses.replace(head(court), id=court.clerk.id)
    with pytest.raises(MzError, match=r"template\.own"):
        court.database.run(court_templates.decide_template, own, proposed, approve=True)
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(court_templates.decide_template, court.clerk, proposed, approve=True)
    decide(court, proposed, approve=False)
    with pytest.raises(MzError, match=r"template\.decided"):
        decide(court, proposed)
    assert told(court).template == "measure_executed.debtor/3"
    listed = court.database.read(court_templates.all_templates, court.clerk)
    assert [one.state for one in listed if one.template] == [TemplateState.REFUSED]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("$case_number案 $phone $id_number", "template.malformed"),
        ("$case_number案 $phone $", "template.malformed"),
        ("$case_number案 $phone 见 http://court.example", "template.unsafe"),
        ("$case_number案 $phone 见 nj-court.com", "template.unsafe"),
        ("$case_number案 $phone 汇至6222020000000000000", "template.unsafe"),
        ("【某银行】$case_number案 $phone", "template.unsafe"),
        ("本院已对您实施$measure，咨询$phone", "template.lacking"),
        (" ", "template.lacking"),
    ],
)
def test_a_text_that_may_harm_is_refused_and_changes_nothing(
    court: Court, body: str, code: str
) -> None:
    with pytest.raises(MzError) as refused:
        propose(court, body)
    assert refused.value.code == code
    listed = court.database.read(court_templates.all_templates, court.clerk)
    assert not [one for one in listed if one.template]


def test_the_preview_counts_what_the_network_counts(court: Court) -> None:
    seen = court.database.read(court_templates.preview, "measure_executed", "debtor", BODY)
    assert "$" not in seen.text
    assert (seen.units, seen.messages) == (len(seen.text), 2)
