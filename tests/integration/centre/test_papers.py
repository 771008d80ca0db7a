"""S-12, S-15, S-19: papers from the record, the same bytes again, and none leaves unstamped."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from command_center.access.permissions import Role
from command_center.cases import service as cases
from command_center.cases.models import Case
from command_center.cli.audit import run_audit
from command_center.ledger.service import sequence_entries
from command_center.measures.grounds import RELEASE_GROUNDS
from command_center.measures.papers import make_measure_paper
from command_center.measures.registration import NewMeasure, register_measure
from command_center.papers import service
from command_center.papers.jobs import consumers
from command_center.papers.kinds import NAME_BASIS, TEMPLATES, PaperKind, PaperState
from command_center.papers.models import PaperFileRow, PaperRow
from command_center.papers.of_case import NewCasePaper, make_case_paper
from command_center.papers.pictures import count_pages, picture
from command_center.papers.stamping import SimulatedStamper, Stamped, StampOrder
from command_center.papers.typeset import TEMPLATES as FOLDER
from command_center.papers.typeset import typeset
from command_center.papers.views import PaperView, paper_bytes, read_paper
from command_center.platform.outbox import MAX_ATTEMPTS, work_once
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.test_measures_by_law import ACCOUNT, FREEZE
from tests.integration.notices.test_telling import end_leases, kill_worker

HOSTILE = '#read("/etc/passwd") *粗* $x$ ]} \\u{41} <seal> {{7*7}} //喆堃昇珺'


def frozen(court: Court) -> str:
    """Register a freeze of a deposit in the first case; return it."""
    at = court_time(court.clock()).strftime("%Y-%m-%dT%H:%M")
    message = NewMeasure(
        new_id(), court.seeded.cases[0].id, "FREEZE", "DEPOSIT", "", at, facts=FREEZE
    )
    made: str = court.database.run(register_measure, court.staff(Role.ENF_OFFICER), message)
    return made


def made(
    court: Court, kind: PaperKind, measure: str = "", party: str = "", ground: str = ""
) -> str:
    """Make a paper of a (new) freeze as the clerk; return it."""
    paper: str = court.database.run(
        make_measure_paper,
        court.staff(Role.CLERK),
        new_id(),
        measure or frozen(court),
        kind,
        party,
        ground,
    )
    return paper


def work(court: Court, stamper: object = None) -> None:
    by_kind = consumers(stamper or SimulatedStamper())  # type: ignore[arg-type]
    while work_once(court.database, by_kind):
        pass


def seen(court: Court, paper: str) -> PaperView:
    return court.database.run(read_paper, court.staff(Role.CLERK), paper)


def words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def refused(code: str) -> object:
    return pytest.raises(MzError, match=f"^{code}")


def test_s12_a_written_notice_is_made_approved_stamped_and_issued(court: Court) -> None:
    debtor = next(id_ for id_, role, _ in court.seeded.cases[0].parties if role == "DEBTOR")
    paper = made(court, PaperKind.MEASURE_NOTICE, party=debtor)
    clerk, judge = court.staff(Role.CLERK), court.staff(Role.JUDGE)
    draft = paper_bytes(court.database, clerk, paper)[1]
    said = words(draft)
    assert "执行措施告知书" in said
    assert "南江市恒发五金制品有限公司" in said
    assert "书面异议（《民事诉讼法》（2023）第236条）" in said
    assert ACCOUNT not in said
    assert "6222" not in said
    with refused("paper.unstamped"):
        court.database.run(service.issue, clerk, paper)
    service.approve(court.database, judge, paper)
    with refused("paper.unstamped"):
        court.database.run(service.issue, clerk, paper)
    work(court)
    stamped = paper_bytes(court.database, clerk, paper)[1]
    assert stamped.startswith(draft)
    assert "模拟签章" in words(stamped)
    assert "无法律效力" in words(stamped)
    court.database.run(service.issue, clerk, paper)
    one = seen(court, paper)
    assert (one.state, one.number) == (
        PaperState.ISSUED, "（2026）粤0199执1024号告知第1号"
    )  # fmt: skip
    assert one.approved_by_name == judge.name
    assert one.stamp.startswith("simulated SIM-")
    with refused("paper.wrong_state"):
        court.database.run(service.issue, clerk, paper)
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).findings == []


def test_the_same_facts_give_the_same_bytes_however_the_record_goes_on(
    sqlite_court: Court,
) -> None:
    court, measure = sqlite_court, frozen(sqlite_court)
    paper = made(court, PaperKind.ASSIST_NOTICE, measure)
    clerk = court.staff(Role.CLERK)
    first = paper_bytes(court.database, clerk, paper)[1]

    def change(uow: UnitOfWork) -> None:
        uow.session.execute(text("UPDATE party SET name = 'x'"))
        uow.session.execute(text("UPDATE measure SET subject = 'y'"))

    court.database.run(change)
    court.clock.ahead_ms += 400 * 86_400_000
    assert paper_bytes(court.database, clerk, paper)[1] == first
    assert b"pdfaid:part>2" in first
    assert ACCOUNT in words(first)  # the bank needs the whole number


def test_the_account_is_nowhere_in_the_database_in_clear(sqlite_court: Court) -> None:
    court = sqlite_court
    paper = made(court, PaperKind.ASSIST_NOTICE)
    service.approve(court.database, court.staff(Role.JUDGE), paper)
    work(court)

    def rows(uow: UnitOfWork) -> list[bytes]:
        kept = uow.session.get_one(PaperFileRow, paper)
        return [kept.data, uow.session.get_one(PaperRow, paper).printed]

    for raw in court.database.read(rows):
        assert ACCOUNT.encode() not in raw
        assert b"%PDF" not in raw


def test_hostile_names_are_printed_as_they_are(sqlite_court: Court) -> None:
    court = sqlite_court
    case = court.seeded.cases[0].id
    message = cases.NewParty(case, "APPLICANT", HOSTILE, is_person=True)
    party = court.database.run(cases.add_party, court.staff(Role.CLERK), message)
    paper = made(court, PaperKind.MEASURE_NOTICE, party=party)
    said = words(paper_bytes(court.database, court.staff(Role.CLERK), paper)[1])
    assert "".join(HOSTILE.split()) in said
    assert "root:" not in said
    assert "49" not in said.split("喆堃昇珺")[0]


def test_a_name_that_no_font_has_is_refused_before_anybody_signs(sqlite_court: Court) -> None:
    court = sqlite_court
    measure = frozen(court)
    message = cases.NewParty(court.seeded.cases[0].id, "DEBTOR", "王𪚥", is_person=True)
    party = court.database.run(cases.add_party, court.staff(Role.CLERK), message)
    paper = made(court, PaperKind.MEASURE_NOTICE, measure, party)
    with refused("paper.glyph_missing"):
        service.approve(court.database, court.staff(Role.JUDGE), paper)
    assert seen(court, paper).state is PaperState.UNSIGNED


def test_who_made_a_paper_does_not_approve_it_and_others_need_the_permission(
    court: Court,
) -> None:
    measure, judge = frozen(court), court.staff(Role.JUDGE)
    paper = new_id()
    court.database.run(make_measure_paper, judge, paper, measure, "ASSIST_NOTICE")
    with refused("paper.own_draft"):
        service.approve(court.database, judge, paper)
    with refused("access.refused"):
        service.approve(court.database, court.staff(Role.CLERK), paper)
    service.approve(court.database, court.staff(Role.BUREAU_HEAD), paper)
    with refused("paper.wrong_state"):
        service.approve(court.database, court.staff(Role.PRESIDENT), paper)
    again = court.database.run(make_measure_paper, judge, paper, measure, "ASSIST_NOTICE")
    assert again == paper


def test_numbers_follow_each_other_and_a_void_one_is_not_used_again(court: Court) -> None:
    measure, clerk = frozen(court), court.staff(Role.CLERK)
    first = made(court, PaperKind.ASSIST_NOTICE, measure)
    with refused("paper.no_reason"):
        court.database.run(service.void, clerk, first, " ")
    court.database.run(service.void, clerk, first, "写错了单位")
    with refused("paper.wrong_state"):
        service.approve(court.database, court.staff(Role.JUDGE), first)
    second = made(court, PaperKind.ASSIST_NOTICE, measure)
    numbers = [seen(court, one).number for one in (first, second)]
    assert [number[-4:] for number in numbers] == ["执第1号", "执第2号"]
    with refused("paper.not_offered"):
        made(court, PaperKind.SEIZURE_LIST, measure)
    with refused("paper.not_offered"):
        made(court, "WANTED", measure)  # type: ignore[arg-type]
    with refused("party.unknown"):
        made(court, PaperKind.MEASURE_NOTICE, measure, new_id())


class _AwayStamper:
    """A stamp service that is away."""

    name = "away"

    def stamp(self, order: StampOrder) -> Stamped:
        raise MzError("stamp.unknown_provider", Kind.UNAVAILABLE)


def test_a_stamp_service_that_stays_away_ends_in_a_state_that_the_desk_sees(
    court: Court,
) -> None:
    paper, judge = made(court, PaperKind.ASSIST_NOTICE), court.staff(Role.JUDGE)
    service.approve(court.database, judge, paper)
    for _ in range(MAX_ATTEMPTS):
        assert seen(court, paper).state is PaperState.APPROVED
        work(court, _AwayStamper())
        court.clock.ahead_ms += 3_600_000
    one = seen(court, paper)
    assert (one.state, one.error) == (PaperState.STAMP_FAILED, "stamp.unknown_provider")
    service.approve(court.database, judge, paper)
    work(court)
    assert seen(court, paper).state is PaperState.STAMPED


def test_a_worker_killed_after_the_stamp_stamps_again_and_keeps_one(court: Court) -> None:
    paper = made(court, PaperKind.ASSIST_NOTICE)
    service.approve(court.database, court.staff(Role.JUDGE), paper)
    kill_worker(court, "worker.between_stamp_and_keeping")  # type: ignore[arg-type]
    assert seen(court, paper).state is PaperState.APPROVED
    end_leases(court)  # type: ignore[arg-type]
    work(court)
    assert seen(court, paper).state is PaperState.STAMPED


def test_bytes_other_than_the_approved_are_never_stamped(sqlite_court: Court) -> None:
    court = sqlite_court
    paper = made(court, PaperKind.ASSIST_NOTICE)
    court.database.run(service.approve_bytes, court.staff(Role.JUDGE), paper, "0" * 64)
    work(court)
    assert seen(court, paper).error == "paper.not_reproduced"


def test_pages_are_shown_as_pictures_and_what_is_no_page_is_refused(sqlite_court: Court) -> None:
    court = sqlite_court
    paper = made(court, PaperKind.ASSIST_NOTICE)
    _number, pdf = paper_bytes(court.database, court.staff(Role.CLERK), paper)
    assert count_pages(pdf) == 1
    assert picture(pdf, 1).startswith(b"\x89PNG")
    with refused("paper.no_page"):
        picture(pdf, 2)
    with refused("paper.unreadable"):
        count_pages(b"not a pdf")


def test_typesetting_needs_nothing_of_the_machine(sqlite_court: Court) -> None:
    court = sqlite_court
    paper = made(court, PaperKind.ASSIST_NOTICE)
    printed = court.database.read(
        lambda uow: service.printed_of(uow, service.paper_row(uow, paper))
    )
    assert typeset(printed) == typeset(printed)


def of_case(court: Court, kind: str, role: str = "DEBTOR", **fields: str) -> str:
    case = court.seeded.cases[0]
    party = next(id_ for id_, held, _ in case.parties if held == role)
    message = NewCasePaper(new_id(), case.id, kind, party, **fields)
    paper: str = court.database.run(make_case_paper, court.staff(Role.CLERK), message)
    return paper


def printed_words(court: Court, paper: str) -> str:
    return words(paper_bytes(court.database, court.staff(Role.CLERK), paper)[1])


def test_r06_only_the_president_approves_what_the_law_leaves_to_him(court: Court) -> None:
    warrant = of_case(court, "SEARCH_WARRANT", place="工业路9号仓库", reason="转移设备")
    for role in (Role.JUDGE, Role.BUREAU_HEAD, Role.VICE_PRESIDENT):
        with refused("access.refused"):
            service.approve(court.database, court.staff(role), warrant)
    said = printed_words(court, warrant)
    assert "搜查令" in said
    assert "《民事诉讼法》（2023）第259条" in said
    service.approve(court.database, court.staff(Role.PRESIDENT), warrant)
    work(court)
    assert seen(court, warrant).state is PaperState.STAMPED


def test_r08_fines_and_detentions_stay_within_the_law(sqlite_court: Court) -> None:
    court = sqlite_court
    with refused("paper.person_wanted"):  # the debtor is a company
        of_case(court, "FORCE_SUMMONS", place="本院", reason="拒不到场")
    summons = of_case(court, "FORCE_SUMMONS", "APPLICANT", place="本院", reason="拒不到场")
    assert "不得超过八小时" in printed_words(court, summons)
    with refused("paper.out_of_bounds"):  # a unit pays fifty thousand at least
        of_case(court, "FINE_DECISION", reason="隐匿财产", amount="49,999.99")
    with refused("paper.out_of_bounds"):
        of_case(court, "FINE_DECISION", reason="隐匿财产", amount="1,000,000.01")
    fine = printed_words(court, of_case(court, "FINE_DECISION", reason="隐匿财产", amount="50000"))
    assert "罚款¥50,000.00（伍万元整）" in fine
    with refused("paper.out_of_bounds"):  # a person a hundred thousand at most
        of_case(court, "FINE_DECISION", "APPLICANT", reason="虚假陈述", amount="100000.01")
    for days in ("0", "16"):
        with refused("paper.out_of_bounds"):
            of_case(court, "DETENTION_DECISION", "APPLICANT", reason="抗拒执行", days=days)
    detained = of_case(court, "DETENTION_DECISION", "APPLICANT", reason="抗拒执行", days="15")
    assert "拘留15日" in printed_words(court, detained)
    with refused("paper.field_missing"):
        of_case(court, "SEARCH_WARRANT", place="工业路9号")
    with refused("paper.not_offered"):
        of_case(court, "ASSIST_NOTICE")


def test_s31_the_query_notice_names_the_account_and_never_a_password(sqlite_court: Court) -> None:
    said = printed_words(sqlite_court, of_case(sqlite_court, "QUERY_NOTICE", "APPLICANT"))
    assert "（2026）粤0199执1024号" in said
    assert "/portal" in said
    assert "查询密码由本院当面交付" in said


def test_rulings_are_numbered_one_after_another_and_suggest_the_next_dates(
    sqlite_court: Court,
) -> None:
    court, measure = sqlite_court, frozen(sqlite_court)
    first = made(court, PaperKind.RULING_RENEW, measure)
    with refused("release.unknown_ground"):
        made(court, PaperKind.RULING_RELEASE, measure)
    second = made(court, PaperKind.RULING_RELEASE, measure, ground="DEBT_PAID")
    numbers = [seen(court, one).number for one in (first, second)]
    assert [number[-2:] for number in numbers] == ["之一", "之二"]
    end = court_time(court.clock()).date() + dt.timedelta(days=364)
    start = end + dt.timedelta(days=1)
    assert f"期限自{start.year}年{start.month}月{start.day}日起" in printed_words(court, first)
    released = printed_words(court, second)
    assert "解除对恒通银行" in released
    assert "（2020）第28条" in released
    assert RELEASE_GROUNDS["DEBT_PAID"][0] in released
    assert "出示工作证件" in printed_words(court, made(court, PaperKind.RECORD, measure))


def test_every_kind_has_its_template_and_every_template_its_kind() -> None:
    files = {
        f"{one.file}_{version}.typ"
        for one in TEMPLATES.values() for version in range(1, one.version + 1)
    }  # fmt: skip
    assert {path.name for path in FOLDER.glob("*.typ")} == files | {
        "house_1.typ", "letters_1.typ", "worded_1.typ"
    }  # fmt: skip
    assert set(TEMPLATES) == set(PaperKind) - {PaperKind.IMPORTED}


def test_a_paper_that_names_the_title_is_not_approved_without_one(court: Court) -> None:
    """It would read 依据已经发生法律效力的，在执行中; a list says nothing of it and goes on."""
    case, judge = court.seeded.cases[0].id, court.staff(Role.JUDGE)

    def say(basis: str) -> None:
        court.database.run(lambda uow: setattr(uow.session.get_one(Case, case), "basis", basis))

    measure = frozen(court)
    say("")
    ruling = made(court, PaperKind.RULING_RELEASE, measure, ground="DEBT_PAID")
    record = made(court, PaperKind.RECORD, measure)
    with pytest.raises(MzError, match=r"paper\.no_basis"):
        service.approve(court.database, judge, ruling)
    assert seen(court, ruling).state is PaperState.UNSIGNED
    service.approve(court.database, judge, record)
    say("（2025）粤0199民初1号民事判决书")
    again = made(court, PaperKind.RULING_RELEASE, measure, ground="DEBT_PAID")
    service.approve(court.database, judge, again)
    assert seen(court, again).state is PaperState.APPROVED


def test_the_papers_that_name_the_title_are_those_whose_templates_do() -> None:
    def names(kind: PaperKind) -> bool:
        one = TEMPLATES[kind]
        files = FOLDER.glob(f"{one.file}_*.typ") if one.file else ()
        return any("facts.basis" in path.read_text("utf-8") for path in files)

    assert {kind for kind in TEMPLATES if names(kind)} == set(NAME_BASIS)
