"""The court's own texts of papers: two persons, papers that stay as they were, and the way back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.models import Case
from command_center.papers import court_wordings as wordings
from command_center.papers import service
from command_center.papers.court_wordings import NewWording, WordingState
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.shipped import use_shipped
from command_center.papers.views import paper_bytes
from command_center.papers.wording_views import kinds_of_wordings, read_wording_row
from command_center.papers.wordings import WORDINGS
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from tests.integration.centre.court import Court
from tests.integration.centre.test_papers import frozen, made, refused, seen, words, work

KIND = PaperKind.ASSIST_NOTICE
OURS = WORDINGS[KIND].replace("【落款】", "逾期不办理的，依法予以处罚。\n【落款】")


def proposed(court: Court, body: str = OURS, kind: PaperKind = KIND, wording: str = "") -> str:
    message = NewWording(wording or new_id(), kind, body, "写明后果")
    return wordings.propose_wording(court.database, court.staff(Role.CLERK), message)


def in_force(court: Court, body: str = OURS, kind: PaperKind = KIND) -> str:
    wording = proposed(court, body, kind)
    wordings.approve_wording(court.database, court.staff(Role.JUDGE), wording)
    return wording


def pdf_of(court: Court, paper: str) -> bytes:
    return paper_bytes(court.database, court.staff(Role.CLERK), paper)[1]


def state_of(court: Court, wording: str) -> WordingState:
    return court.database.read(read_wording_row, court.staff(Role.CLERK), wording).state


def test_older_papers_stay_byte_for_byte_as_they_were_made(court: Court) -> None:
    measure = frozen(court)
    papers = [made(court, KIND, measure)]
    first = in_force(court)
    papers.append(made(court, KIND, measure))
    in_force(court, OURS.replace("联系人", "承办人"))
    papers.append(made(court, KIND, measure))
    before = [pdf_of(court, paper) for paper in papers]
    said = [words(pdf) for pdf in before]
    assert ["依法予以处罚" in one for one in said] == [False, True, True]
    assert ["承办人" in one for one in said] == [False, False, True]
    assert [one.split("ASSIST_NOTICE")[1][:5] for one in said] == [
        "第1版第1",
        "本院第1版",
        "本院第2版",
    ]
    assert state_of(court, first) is WordingState.REPLACED
    second = court.database.read(
        lambda uow: wordings.in_force(uow, KIND).wording  # type: ignore[union-attr]
    )
    judge = court.staff(Role.JUDGE)
    court.database.run(wordings.withdraw_wording, judge, second, "改由上级统一")
    assert [pdf_of(court, paper) for paper in papers] == before
    assert "依法予以处罚" not in words(pdf_of(court, made(court, KIND, measure)))
    for paper in papers:
        service.approve(court.database, judge, paper)
    work(court)
    assert {seen(court, paper).state for paper in papers} == {PaperState.STAMPED}
    assert all(
        pdf_of(court, paper).startswith(pdf) for paper, pdf in zip(papers, before, strict=True)
    )


def test_two_persons_put_a_text_in_force_and_each_step_stays_readable(court: Court) -> None:
    clerk, judge, head = (court.staff(role) for role in
                          (Role.CLERK, Role.JUDGE, Role.BUREAU_HEAD))  # fmt: skip
    message = NewWording(new_id(), KIND, OURS, "写明后果")
    with refused("access.refused"):
        wordings.propose_wording(court.database, judge, message)
    own = wordings.propose_wording(court.database, head, message)
    assert wordings.propose_wording(court.database, head, message) == own
    with refused("wording.own"):
        wordings.approve_wording(court.database, head, own)
    with refused("access.refused"):
        wordings.approve_wording(court.database, clerk, own)
    with refused("wording.no_note"):
        court.database.run(wordings.refuse_wording, judge, own, " ")
    with refused("wording.not_in_force"):
        court.database.run(wordings.withdraw_wording, judge, own, "不用了")
    wordings.approve_wording(court.database, judge, own)
    with refused("wording.decided"):
        wordings.approve_wording(court.database, judge, own)
    other = proposed(court, OURS.replace("联系人", "承办人"))
    court.database.run(wordings.refuse_wording, judge, other, "称谓应当统一")
    with refused("wording.decided"):
        wordings.approve_wording(court.database, judge, other)
    with refused("access.refused"):
        court.database.run(wordings.withdraw_wording, clerk, own, "不用了")
    court.database.run(wordings.withdraw_wording, judge, own, "改由上级统一")
    one = court.database.read(read_wording_row, clerk, own)
    assert (one.author_name, one.decided_by_name, one.ended_by_name, one.end_reason) == (
        head.name, judge.name, judge.name, "改由上级统一"
    )  # fmt: skip
    assert court.database.read(read_wording_row, clerk, other).answer == "称谓应当统一"
    assert (one.edition, one.body, one.note) == (1, OURS, "写明后果")

    def tags(uow: UnitOfWork) -> list[str]:
        found = uow.session.scalars(select(EntryRow.tag).where(EntryRow.tag.like("court:wording%")))
        return sorted(tag.rpartition(":")[2] for tag in found)

    assert court.database.read(tags) == ["approved", "proposed", "proposed", "refused", "withdrawn"]


def test_who_proposed_takes_it_back_before_another_decides(court: Court) -> None:
    clerk, head, judge = (court.staff(role) for role in
                          (Role.CLERK, Role.BUREAU_HEAD, Role.JUDGE))  # fmt: skip
    own = proposed(court)
    with refused("wording.not_yours"):
        court.database.run(wordings.recall_wording, head, own)
    with refused("access.refused"):
        court.database.run(wordings.recall_wording, judge, own)
    court.database.run(wordings.recall_wording, clerk, own)
    one = court.database.read(read_wording_row, clerk, own)
    assert (one.state, one.ended_by_name, one.decided_ms) == (
        WordingState.RECALLED, clerk.name, None
    )  # fmt: skip
    for late in (wordings.recall_wording, wordings.refuse_wording):
        with refused("wording.decided"):
            who, said = (clerk, ()) if late is wordings.recall_wording else (judge, ("晚了",))
            court.database.run(late, who, own, *said)
    with refused("wording.decided"):
        wordings.approve_wording(court.database, judge, own)
    # the same text is proposed again, as the next version
    again = proposed(court)
    assert court.database.read(read_wording_row, clerk, again).edition == 2
    assert sum(one.waiting for one in court.database.read(kinds_of_wordings, clerk)) == 1


def test_what_cannot_be_printed_is_not_proposed_and_changes_nothing(sqlite_court: Court) -> None:
    court = sqlite_court
    for body, code in (
        (OURS.replace("【当事人】\n", ""), "wording.lacking"),
        (OURS + "\n{不存在}", "wording.unknown_fact"),
        (OURS + "\n本院𪚥", "paper.glyph_missing"),
        (WORDINGS[KIND], "wording.unchanged"),
        ("", "wording.lacking"),
    ):
        with refused(code):
            proposed(court, body)
    with refused("wording.unknown_kind"):
        proposed(court, OURS, "IMPORTED")  # type: ignore[arg-type]
    with refused("id.malformed"):
        proposed(court, wording="x")
    found = court.database.read(kinds_of_wordings, court.staff(Role.CLERK))
    assert [(one.own, one.waiting) for one in found] == [(None, 0)] * len(WORDINGS)


def test_a_record_that_lacks_what_the_text_says_is_told_and_the_shipped_one_is_offered(
    court: Court,
) -> None:
    measure, clerk, judge = frozen(court), court.staff(Role.CLERK), court.staff(Role.JUDGE)
    fits = made(court, KIND, measure)
    in_force(court)

    def forget(uow: UnitOfWork) -> None:
        uow.session.get_one(Case, court.seeded.cases[0].id).basis = ""

    court.database.run(forget)
    paper = made(court, KIND, measure)
    alarms = court.database.read(
        lambda uow: list(uow.session.scalars(
            select(EventRow.text_zh).where(EventRow.type == "PaperWordingUnfit")))
    )  # fmt: skip
    assert len(alarms) == 1
    assert alarms[0].endswith("缺执行依据")
    with refused("paper.wording_unfit"):
        service.approve(court.database, judge, paper)
    assert seen(court, paper).state is PaperState.UNSIGNED
    with refused("access.refused"):
        use_shipped(court.database, court.staff(Role.PRESIDENT), paper)
    with refused("paper.wording_fits"):
        use_shipped(court.database, clerk, fits)
    use_shipped(court.database, clerk, paper)
    assert (seen(court, paper).wording, "ASSIST_NOTICE第1版" in words(pdf_of(court, paper))) == (
        "", True
    )  # fmt: skip
    with refused("paper.wording_fits"):
        use_shipped(court.database, clerk, paper)
    with refused("paper.no_basis"):  # the shipped one says what is enforced as well
        service.approve(court.database, judge, paper)
    service.approve(court.database, judge, fits)
    work(court)
    assert [seen(court, one).state for one in (paper, fits)] == [
        PaperState.UNSIGNED, PaperState.STAMPED,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [PaperKind.RULING_RENEW, PaperKind.RECORD])
def test_what_the_worker_drafts_and_other_kinds_follow_their_own_text(
    sqlite_court: Court, kind: PaperKind
) -> None:
    court = sqlite_court
    in_force(court, WORDINGS[kind].replace("【落款】", "本院地址：工业路1号。\n【落款】"), kind)
    paper = made(court, kind)
    assert "工业路1号" in words(pdf_of(court, paper))
    assert "工业路1号" not in words(pdf_of(court, made(court, KIND)))
