"""Days of birth that no number names (U13): recorded with their source, set right, kept hidden."""

from __future__ import annotations

import datetime as dt

import pytest
from alembic import command
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.birth import PURPOSE, born_on
from command_center.cases.file_models import PartyChange
from command_center.cases.importing import import_file
from command_center.cases.indexing import index_all_numbers
from command_center.cases.log import log_of_case
from command_center.cases.models import Party
from command_center.cases.parties import join_party, record_birth
from command_center.cases.service import NewParty, case_view, find_case
from command_center.cases.views import PartyView
from command_center.measures.numbers import find_by_number
from command_center.platform.opening import migration_config
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_measures_by_law import _at, _register
from tests.integration.centre.test_proof_pages import Reader

pytestmark = pytest.mark.usefixtures("filed_in_january")

D = dt.date
PAPER = "（2026）粤0199执1024号之一"
UNIT, ORG = "91350100M000100Y43", "M000100Y4"
FILE = (
    "案号,执行标的,立案日期,申请执行人,被执行人,被执行人证件号,被执行人证件类型,"
    "被执行人出生日期,被执行人出生日期来源\n"
    "（2023）粤0777执8号,100,2023-01-02,海贸有限公司,John Smith,PA0940443,护照,"
    "2008-03-02,所持证件\n"
)


def _smith(court: Court, **changed: str) -> str:
    case, clerk = court.seeded.cases[0].id, court.staff(Role.CLERK)
    fields = {"id_number": "PA0940443", "id_kind": "PASSPORT", **changed}
    message = NewParty(case, "DEBTOR", "John Smith", True, **fields)
    made: str = court.database.run(join_party, clerk, message, "2026-03-01", PAPER)
    return made


def _shown(court: Court, party: str) -> PartyView:
    view = court.database.read(case_view, court.seeded.cases[0].id)
    return next(one for one in view.parties if one.id == party)


def _born(court: Court, party: str) -> dt.date | None:
    return court.database.read(lambda uow: born_on(uow, uow.session.get_one(Party, party)))


def test_u13_a_debtor_of_a_passport_is_listed_once_his_age_is_known(court: Court) -> None:
    _at(court, D(2026, 3, 2))
    clerk, party = court.staff(Role.CLERK), _smith(court)
    listing = {"kind": "DISHONEST_LIST", "over": "NONE", "facts": {"paper": "之二"},
               "control_from": "2026-03-02", "control_to": "2028-03-01",
               "target": party}  # fmt: skip
    with pytest.raises(MzError, match=r"measure\.age_unknown"):
        _register(court, **listing)
    assert _shown(court, party).birth_wanted
    court.database.run(record_birth, clerk, party, "2008-03-03", "DOCUMENT")
    with pytest.raises(MzError, match=r"measure\.minor"):
        _register(court, **listing)
    court.database.run(record_birth, clerk, party, "2008-03-02", "INQUIRY")
    assert _register(court, **listing)


def test_a_birth_is_hidden_wherever_it_is_kept_and_what_was_before_stays(court: Court) -> None:
    clerk, run = court.staff(Role.CLERK), court.database.run
    party = _smith(court, birth="1938-03-02", birth_source="DOCUMENT")
    run(record_birth, clerk, party, "1939-03-02", "HOUSEHOLD")
    shown = _shown(court, party)
    assert (shown.birth_masked, shown.birth_source) == ("1939-**-**", "HOUSEHOLD")
    assert [(one.act, one.before, one.after, one.paper) for one in shown.changes[1:]] == [
        ("BIRTH", "1938-**-**", "1939-**-**", "HOUSEHOLD"),
    ]  # fmt: skip
    query = select(PartyChange.secret).where(PartyChange.act == "BIRTH")
    (before,) = court.database.read(lambda uow: list(uow.session.scalars(query)))
    assert court.database.keys.cipher.decrypt(before or b"", PURPOSE) == "1938-03-02"
    raw = court.database.read(lambda uow: uow.session.get_one(Party, party).birth)
    assert b"1939" not in (raw or b"")
    line = court.database.read(log_of_case, clerk, court.seeded.cases[0].id)[-1].text
    assert line == "更正被执行人John Smith的出生日期（来源：户口簿或者户籍证明）"
    assert _born(court, party) == D(1939, 3, 2)


def test_what_cannot_be_a_birth_is_refused_and_changes_nothing(court: Court) -> None:
    _at(court, D(2026, 3, 2))
    clerk, run = court.staff(Role.CLERK), court.database.run
    person, unit = (party for party, _, _ in court.seeded.cases[0].parties)
    party = _smith(court, birth="1990-03-02", birth_source="DOCUMENT")
    told = _born(court, person)
    for code, of, birth, source in (
        ("form.day_malformed", party, "", "DOCUMENT"),
        ("form.day_malformed", party, "1899-12-31", "DOCUMENT"),
        ("party.birth_ahead", party, "2026-03-03", "DOCUMENT"),
        ("party.birth_source", party, "1990-03-03", "HEARSAY"),
        ("party.same_birth", party, "1990-03-02", "DOCUMENT"),
        ("party.birth_differs", person, "1901-01-01", "DOCUMENT"),
        ("party.birth_in_number", person, str(told), "DOCUMENT"),
        ("party.birth_of_unit", unit, "1990-03-02", "DOCUMENT"),
        ("party.unknown", court.seeded.cases[0].id, "1990-03-02", "DOCUMENT"),
    ):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            run(record_birth, clerk, of, birth, source)
    with pytest.raises(MzError, match="access"):
        run(record_birth, court.staff(Role.AUDITOR), party, "1991-03-02", "DOCUMENT")
    with pytest.raises(MzError, match=r"party\.birth_source"):
        _smith(court, id_number="PA0940444", birth="1990-03-02")
    assert _born(court, party) == D(1990, 3, 2)
    assert not _shown(court, person).birth_wanted


def test_a_file_brings_births_and_one_that_differs_is_told(court: Court) -> None:
    who, run = court.staff(Role.CLERK), court.database.run

    def bring(text: str) -> tuple[str, str]:
        (row,) = run(import_file, who, text.encode()).rows
        return row.outcome, row.code

    other = FILE.replace("2008-03-02", "2009-03-02")
    assert bring(FILE.replace("2008", "2999")) == ("REFUSED", "case_file.birth")
    assert bring(FILE.replace(",所持证件", ",")) == ("REFUSED", "party.birth_source")
    assert [bring(FILE), bring(FILE)] == [("NEW", ""), ("SAME", "")]
    assert bring(other) == ("REFUSED", "case_file.differs")
    case = court.database.read(find_case, "（2023）粤0777执8号")
    assert case is not None
    party = court.database.read(case_view, case).parties[1].id
    run(record_birth, who, party, "2009-03-02", "INQUIRY")
    assert [bring(FILE), bring(other)] == [("SAME", ""), ("SAME", "")], "it was so once"


def test_the_desk_records_a_birth_and_shows_its_year(sqlite_centre: Centre) -> None:
    clerk, case = Reader(sqlite_centre, Role.CLERK), sqlite_centre.court.seeded.cases[0].id
    page = clerk.post(
        f"cases/{case}/parties", role="DEBTOR", kind="person", name="John Smith",
        id_number="PA 0940443", id_kind="PASSPORT", day="2026-03-01", paper=PAPER,
    ).text  # fmt: skip
    assert page.count('data-form="birth"') == 1, "only of whom no number tells it"
    view = sqlite_centre.court.database.read(case_view, case)
    party = next(one for one in view.parties if one.birth_wanted).id
    path = f"cases/{case}/parties/{party}/birth"
    refused = clerk.post(path, birth="1939-03-02", birth_source="")
    assert (refused.status_code, "party.birth_source" in refused.text) == (400, True)
    page = clerk.post(path, birth="1939-03-02", birth_source="HOUSEHOLD").text
    assert "护照 PA*****43 · 出生 1939-**-**" in page
    assert "1939-03-02" not in page
    assert "户口簿或者户籍证明" in page
    english = clerk.page(f"cases/{case}/file?lang=en")
    assert "Passport PA*****43 · born 1939-**-**" in english
    assert "Household register" in english
    auditor = Reader(sqlite_centre, Role.AUDITOR)
    assert auditor.post(path, birth="1940-03-02", birth_source="HOUSEHOLD").status_code == 403


def test_the_organisation_code_finds_the_unit_of_the_credit_code(court: Court) -> None:
    clerk, run = court.staff(Role.CLERK), court.database.run
    case = court.seeded.cases[0].id
    message = NewParty(case, "DEBTOR", "榕城新科有限公司", False, UNIT)
    party = run(join_party, clerk, message, "2026-03-01", PAPER)
    for typed in (ORG, "M000100Y-4", "m000100y-4", "Ｍ000100Ｙ－4", UNIT, "9135 0100 M000100Y43"):
        found = run(find_by_number, clerk, typed)
        assert [one.subject for one in found] == [party], typed
    for typed in ("M000100Y", "000100Y43", "M000100Y5"):
        assert run(find_by_number, clerk, typed) == [], typed
    again = NewParty(case, "DEBTOR", "榕城新科厂", False, ORG, id_kind="ORG_CODE")
    with pytest.raises(MzError, match=r"party\.repeated"):
        run(join_party, clerk, again, "2026-03-01", PAPER)


def test_units_that_were_there_are_found_by_their_organisation_code_after_a_migration(
    court: Court,
) -> None:
    clerk, run, url = court.staff(Role.CLERK), court.database.run, (
        court.database.settings.database_url)  # fmt: skip
    message = NewParty(court.seeded.cases[0].id, "DEBTOR", "榕城新科有限公司", False, UNIT)
    party = run(join_party, clerk, message, "2026-03-01", PAPER)
    court.database.close()
    command.downgrade(migration_config(url), "0049")
    command.upgrade(migration_config(url), "head")
    assert run(find_by_number, clerk, ORG) == []
    assert index_all_numbers(court.database) >= 1
    assert index_all_numbers(court.database) == 0
    assert [one.subject for one in run(find_by_number, clerk, ORG)] == [party]
