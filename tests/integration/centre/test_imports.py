"""Imports at the centre: terms, how they end, and what was announced and never sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.footage.feed import apply_page
from command_center.footage.imports import (
    UNSENT_MS,
    ImportView,
    NewImport,
    begin_import,
    give_up_unsent,
    go_on,
    list_imports,
    shown_name,
)
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from schemas import feed
from schemas.bridge import ImportStage
from schemas.ids import new_id
from schemas.problems import MzError
from tests.integration.centre.court import Court


def announced(court: Court, name: str = "20260312_142107.mp4") -> str:
    """Announce a file; return its recording."""
    message = NewImport(
        name, 1_000, court.clock() - 86_400_000, 0, court.seeded.officer, recorder_name=name
    )
    made = court.database.run(begin_import, court.staff(Role.COMMANDER), message)
    recording: str = made.recording
    return recording


def told(court: Court, recording: str, stage: ImportStage, code: str = "") -> None:
    item = feed.ImportChanged(1, court.clock(), recording, stage, "", code)
    court.database.run(apply_page, feed.FeedPage("relay-1", new_id(), [item], 1))


def shown(court: Court, recording: str) -> ImportView:
    found = court.database.read(list_imports, court.staff(Role.COMMANDER))
    return next(one for one in found if one.id == recording)


def events(court: Court) -> list[tuple[str, str]]:
    ended = EventRow.type.in_(("ImportDone", "ImportFailed"))
    query = select(EventRow.type, EventRow.text_zh).where(ended)
    return [tuple(one) for one in court.database.read(lambda uow: uow.session.execute(query).all())]


def test_u1_a_file_that_was_announced_and_never_sent_ends_where_someone_sees_it(
    court: Court,
) -> None:
    unsent, begun = announced(court, "unsent.mp4"), announced(court, "begun.mp4")
    court.clock.ahead_ms += 1_000
    told(court, begun, ImportStage.ARRIVING)
    court.clock.ahead_ms += UNSENT_MS - 2_000
    assert court.database.run(give_up_unsent) == 0
    court.clock.ahead_ms += 2_000
    assert court.database.run(give_up_unsent) == 1
    assert court.database.run(give_up_unsent) == 0
    one = shown(court, unsent)
    assert (one.stage, one.code) == (ImportStage.FAILED, "import.abandoned")
    assert shown(court, begun).stage == ImportStage.ARRIVING  # the relay ends it by itself
    assert events(court) == [("ImportFailed", "记录仪文件没有传完，已作废：unsent.mp4")]
    entries = select(EntryRow.subject).where(EntryRow.tag == "recording:import:failed")
    assert court.database.read(lambda uow: list(uow.session.scalars(entries))) == [unsent]
    commander = court.staff(Role.COMMANDER)
    with pytest.raises(MzError, match=r"import\.over"):
        court.database.read(go_on, commander, unsent)
    assert court.database.read(go_on, commander, begun).recording == begun


@pytest.mark.parametrize(
    ("name", "shown_as"),
    [
        ("../../x.mp4", "../../x.mp4"),
        ("a\"b'c<i>.mp4", "a\"b'c<i>.mp4"),
        ("line\nbreak.mp4", "line break.mp4"),
        ("\u202egpj.4pm\u202c\u200f.mp4", "gpj.4pm.mp4"),
        ("名" * 251 + ".mp4", "名" * 251 + ".mp4"),
    ],
)
def test_u1_a_hostile_name_is_kept_as_it_is_and_shown_as_one_plain_line(
    sqlite_court: Court, name: str, shown_as: str
) -> None:
    message = NewImport(
        name, 1_000, sqlite_court.clock() - 86_400_000, 0, sqlite_court.seeded.officer,
        recorder_name="DSJ-7",
    )  # fmt: skip
    who = sqlite_court.staff(Role.COMMANDER)
    made = sqlite_court.database.run(begin_import, who, message)
    assert shown(sqlite_court, made.recording).name == name
    assert shown_name(name) == shown_as
    query = select(EventRow.text_zh).where(EventRow.type == "ImportBegun")
    told_of = sqlite_court.database.read(lambda uow: uow.session.scalar(query))
    assert told_of == f"开始导入记录仪文件：{shown_as}"


@pytest.mark.parametrize("name", ["\u200f\n", "a\0.mp4"])
def test_u1_a_name_that_cannot_be_is_refused(sqlite_court: Court, name: str) -> None:
    message = NewImport(
        name, 1_000, sqlite_court.clock() - 86_400_000, 0, sqlite_court.seeded.officer,
        recorder_name="DSJ-7",
    )  # fmt: skip
    with pytest.raises(MzError, match=r"import\.malformed"):
        sqlite_court.database.run(begin_import, sqlite_court.staff(Role.COMMANDER), message)


def test_u1_a_relay_that_gives_an_upload_up_says_that_nothing_is_kept(sqlite_court: Court) -> None:
    recording = announced(sqlite_court)
    told(sqlite_court, recording, ImportStage.ARRIVING)
    told(sqlite_court, recording, ImportStage.FAILED, "import.abandoned")
    assert shown(sqlite_court, recording).code == "import.abandoned"
    assert events(sqlite_court) == [
        ("ImportFailed", "记录仪文件没有传完，已作废：20260312_142107.mp4")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"size": 0},
        {"size": 300 * 1024**3},
        {"name": " "},
        {"name": "n" * 256},
        {"started_wall_ms": 0},
        {"clock_ahead_ms": 10**15},
    ],
)
def test_u1_a_file_that_cannot_be_is_not_announced(
    sqlite_court: Court, change: dict[str, object]
) -> None:
    facts: dict[str, object] = {
        "name": "a.mp4", "size": 1, "started_wall_ms": sqlite_court.clock() - 1_000,
        "clock_ahead_ms": 0, "officer": sqlite_court.seeded.officer, "recorder_name": "DSJ-7",
    }  # fmt: skip
    message = NewImport(**facts | change)  # type: ignore[arg-type]
    with pytest.raises(MzError, match=r"import\.malformed"):
        sqlite_court.database.run(begin_import, sqlite_court.staff(Role.COMMANDER), message)
    assert sqlite_court.database.read(list_imports, sqlite_court.staff(Role.COMMANDER)) == []
