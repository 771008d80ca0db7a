"""S-14: a thousand letters are printed by the worker, sheet by sheet, whatever becomes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest
from sqlalchemy import func, select, update

from command_center.notices import print_views, printing
from command_center.notices.models import NoticeRow
from command_center.notices.print_models import ItemState, RunState
from command_center.notices.print_sweep import DAY_MS, delete_sheets
from command_center.notices.states import Channel, NoticeState
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from command_center.platform.outbox import MAX_ATTEMPTS, work_once
from command_center.platform.outbox_rows import JobRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.sign import sha256_hex
from tests.integration.notices.test_telling import end_leases, kill_worker

if TYPE_CHECKING:
    from tests.integration.notices.court import Court

CONSUMERS = {printing.PRINT: printing.print_sheet}
NO_GLYPH = "\U00013000"
"""A hieroglyph: no font of ours has it."""


def wait_for_post(court: Court, count: int) -> list[str]:
    """Let this many letters wait, as they do when text messages failed; return their notices."""

    def add(uow: UnitOfWork) -> list[str]:
        made = sorted(new_id() for _ in range(count))
        uow.session.add_all(
            NoticeRow(
                notice=one, purpose="measure_executed", node=new_id(), case=court.case,
                party=court.debtor, party_role="DEBTOR", channel=Channel.PAPER, confirmed=True,
                template="t", text=f"贺建平：第{number}封信。", text_sha256="0" * 64, messages=0,
                state=NoticeState.QUEUED, created_ms=uow.now_ms,
            )
            for number, one in enumerate(made, 1)
        )  # fmt: skip
        return made

    return court.database.run(add)


def change(court: Court, notice: str, **values: object) -> None:
    def write(uow: UnitOfWork) -> None:
        uow.session.execute(update(NoticeRow).where(NoticeRow.notice == notice).values(**values))

    court.database.run(write)


def begin(court: Court) -> str:
    return court.database.run(printing.begin_run, court.clerk, new_id())


def look(court: Court, run: str) -> print_views.RunDetail:
    return court.database.read(print_views.read_run, court.clerk, run)


def finish(court: Court) -> int:
    """Work until no sheet is due; return the rounds."""
    rounds = 0
    while work_once(court.database, CONSUMERS):
        rounds += 1
    return rounds


def pages(court: Court, run: str, sheet: print_views.SheetView) -> list[str]:
    pdf = court.database.run(print_views.sheet_bytes, court.clerk, run, sheet.sheet)
    assert sha256_hex(pdf) == sheet.sha256
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def printed_letters(court: Court, run: str) -> list[str]:
    """Return the notices on the sheets in their order: every other page is a receipt."""
    found = []
    for sheet in look(court, run).sheets:
        said = pages(court, run, sheet)
        assert len(said) == 2 * sheet.letters
        found += [page.split("告知编号")[1].split()[0] for page in said[::2]]
    return found


def test_s14_a_thousand_letters_are_made_sheet_by_sheet(court: Court) -> None:
    letters = wait_for_post(court, 1_000)
    run = begin(court)
    assert work_once(court.database, CONSUMERS)
    half = look(court, run)
    assert half.run.state is RunState.RUNNING
    assert half.run.counts[ItemState.MADE] == printing.LETTERS_A_SHEET
    assert half.run.counts[ItemState.WAITING] == 1_000 - printing.LETTERS_A_SHEET
    assert finish(court) == 1_000 // printing.LETTERS_A_SHEET - 1
    whole = look(court, run)
    assert (whole.run.state, whole.run.counts[ItemState.MADE]) == (RunState.DONE, 1_000)
    assert whole.failed == []
    assert printed_letters(court, run) == letters


def test_s14_a_letter_that_fails_is_named_and_the_others_go_on(court: Court) -> None:
    letters = wait_for_post(court, 60)
    change(court, letters[6], text=f"贺建平{NO_GLYPH}：您好。")
    change(court, letters[58], text=f"贺建平{NO_GLYPH}：您好。")
    run = begin(court)
    change(court, letters[7], state=NoticeState.SENT)
    finish(court)
    found = look(court, run)
    assert found.run.state is RunState.DONE
    failed = [(one.number, one.notice, one.code) for one in found.failed]
    assert failed == [(7, letters[6], "paper.glyph_missing"),
                      (59, letters[58], "paper.glyph_missing")]  # fmt: skip
    assert {one.party_name for one in found.failed} == {"贺某某"}
    assert found.run.counts[ItemState.GONE] == 1
    left_out = {letters[6], letters[7], letters[58]}
    assert printed_letters(court, run) == [one for one in letters if one not in left_out]

    def alarms(uow: UnitOfWork) -> list[str]:
        ended = select(EventRow).where(EventRow.type == "PrintRunEnded")
        return [one.level for one in uow.session.scalars(ended)]

    assert court.database.read(alarms) == ["alarm"]


def test_s14_a_worker_killed_between_sheets_goes_on_where_it_was(court: Court) -> None:
    letters = wait_for_post(court, 120)
    run = begin(court)
    kill_worker(court, "worker.between_sheet_and_keeping:2")
    assert look(court, run).run.counts[ItemState.MADE] == printing.LETTERS_A_SHEET
    end_leases(court)
    finish(court)
    assert look(court, run).run.state is RunState.DONE
    assert printed_letters(court, run) == letters


def test_s14_a_stopped_run_keeps_its_sheets_and_the_next_prints_the_rest(court: Court) -> None:
    letters = wait_for_post(court, 60)
    run = begin(court)
    assert court.database.run(printing.begin_run, court.clerk, run) == run
    with pytest.raises(MzError, match=r"letter\.run_open"):
        begin(court)
    work_once(court.database, CONSUMERS)
    court.database.run(printing.cancel_run, court.clerk, run)
    finish(court)
    assert look(court, run).run.state is RunState.CANCELLED
    assert printed_letters(court, run) == letters[:50]
    for one in letters[:50]:
        change(court, one, state=NoticeState.SENT)
    second = begin(court)
    finish(court)
    assert printed_letters(court, second) == letters[50:]
    newest = court.database.read(print_views.recent_runs, court.clerk)
    assert [one.run for one in newest] == [second, run]


def test_a_sheet_that_two_workers_made_is_kept_once(court: Court) -> None:
    letters = wait_for_post(court, 60)
    run = begin(court)
    late = printing._next_letters
    waiting = court.database.read(late, run)
    work_once(court.database, CONSUMERS)
    made = printing._typeset(court.database, waiting)
    assert court.database.run(printing._keep, run, made)
    finish(court)
    assert printed_letters(court, run) == letters


def test_a_run_that_cannot_go_on_ends_in_a_state_that_the_desk_sees(court: Court) -> None:
    wait_for_post(court, 3)
    run = begin(court)

    def wear_out(uow: UnitOfWork) -> None:
        uow.session.execute(update(JobRow).values(attempts=MAX_ATTEMPTS - 1))

    court.database.run(wear_out)
    finish(court)
    assert look(court, run).run.state is RunState.FAILED


def test_who_may_not_print_changes_nothing(court: Court) -> None:
    wait_for_post(court, 1)
    nobody = Principal(new_id(), "x", "OFFICER", frozenset())
    for verb, message in ((printing.begin_run, new_id()), (printing.cancel_run, new_id()),
                          (print_views.read_run, new_id())):  # fmt: skip
        with pytest.raises(MzError, match=r"access\.refused"):
            court.database.run(verb, nobody, message)
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(print_views.sheet_bytes, nobody, new_id(), 1)
    assert court.database.read(print_views.recent_runs, court.clerk) == []
    with pytest.raises(MzError, match=r"letter\.run_unknown"):
        look(court, new_id())


def test_s14_print_files_are_deleted_when_their_time_is_over(court: Court) -> None:
    wait_for_post(court, 3)
    run = begin(court)
    finish(court)
    days = court.database.settings.court.printed_sheet_days
    court.clock.ahead_ms += days * DAY_MS - 60_000
    assert court.database.run(delete_sheets) == 0
    assert len(printed_letters(court, run)) == 3
    court.clock.ahead_ms += 120_000
    assert court.database.run(delete_sheets) == 1
    assert court.database.run(delete_sheets) == 0, "once"
    (sheet,) = look(court, run).sheets
    assert (sheet.letters, sheet.deleted, len(sheet.sha256)) == (3, True, 64)
    with pytest.raises(MzError, match=r"letter\.sheet_deleted"):
        court.database.run(print_views.sheet_bytes, court.clerk, run, 1)
    kept = select(func.count()).where(EntryRow.tag == "staff:letters:sheet_deleted")
    assert court.database.read(lambda uow: uow.session.scalar(kept)) == 1
    again = begin(court)
    finish(court)
    assert len(printed_letters(court, again)) == 3, "what still waits is printed anew"
