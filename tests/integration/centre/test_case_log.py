"""The enforcement log on both databases and at the desk: append-only, corrected by new lines."""

from __future__ import annotations

import re

import pytest
from alembic import command

from command_center.access.permissions import Role
from command_center.cases.log import LATE_MS, LogLine, NewEntry, log_of_case, write_entry
from command_center.platform.opening import migration_config
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import now_ms
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def _log(court: Court) -> list[LogLine]:
    return court.database.read(log_of_case, court.staff(Role.CLERK), court.seeded.cases[0].id)


def test_a_mistake_is_set_right_by_a_new_line_and_a_late_one_says_so(court: Court) -> None:
    who, case = court.staff(Role.CLERK), court.seeded.cases[0].id
    before, at = _log(court), now_ms() - LATE_MS - 60_000
    entry = NewEntry(new_id(), case, at, "现场查封两台设备，账号6222021234567893391", "临江路8号")
    for _again in range(2):
        court.database.run(write_entry, who, entry)
    first = next(line for line in _log(court) if line.act == "NOTE")
    assert (first.is_late, first.text) == (True, "现场查封两台设备，账号尾号3391")
    wrong = [
        ("log.no_reason", NewEntry(new_id(), case, at, "三台", corrects=first.seq)),
        (
            "log.unknown",
            NewEntry(new_id(), court.seeded.cases[1].id, at, "三台", "", first.seq, "x"),
        ),
        ("log.no_text", NewEntry(new_id(), case, at, " ")),
        ("log.too_long", NewEntry(new_id(), case, at, "x" * 2_001)),
        ("log.ahead", NewEntry(new_id(), case, now_ms() + 60_000, "x")),
        ("case.unknown", NewEntry(new_id(), new_id(), at, "x")),
    ]
    for code, message in wrong:
        with pytest.raises(MzError, match=code):
            court.database.run(write_entry, who, message)
    right = NewEntry(new_id(), case, at, "现场查封三台设备", "", first.seq, "清点有误")
    court.database.run(write_entry, who, right)
    after = _log(court)
    assert len(after) == len(before) + 2
    assert first in after
    made = next(line for line in after if line.act == "CORRECTION")
    assert (made.corrects, made.reason, made.text) == (first.seq, "清点有误", "现场查封三台设备")
    with pytest.raises(MzError, match="access"):
        court.database.run(write_entry, court.staff(Role.AUDITOR), right)


def test_the_migration_goes_down_and_up_and_the_log_stays(court: Court) -> None:
    who, case = court.staff(Role.CLERK), court.seeded.cases[0].id
    court.database.run(write_entry, who, NewEntry(new_id(), case, now_ms() - 1, "到场"))
    before = [line.text for line in _log(court)]
    url = court.database.settings.database_url
    court.database.close()
    command.downgrade(migration_config(url), "0020")
    command.upgrade(migration_config(url), "head")
    assert [line.text for line in _log(court)] == before


def test_the_desk_records_and_corrects(sqlite_centre: Centre) -> None:
    clerk, case = Reader(sqlite_centre, Role.CLERK), sqlite_centre.court.seeded.cases[0].id
    path = f"cases/{case}/log"
    clerk.post(path, entry=new_id(), at="2026-03-12T14:36:52", text="到场，大门紧锁")
    page = clerk.page(f"cases/{case}")
    assert "补记于" in page
    seq = re.search(r'data-log="(\d+)"[^/]*</time>到场，大门紧锁', page)
    assert seq is not None
    clerk.post(path, entry=new_id(), at="2026-03-12T14:36:52", text="侧门紧锁", corrects=seq[1],
               reason="写错")  # fmt: skip
    page = clerk.page(f"cases/{case}")
    assert "更正 2026-03-12 14:36:52 的记录" in page
    assert "已更正，见后" in page
    assert "到场，大门紧锁" in page
    refused = clerk.post(path, entry=new_id(), at="2026-03-12T14:36", text="x", corrects="x")
    assert (refused.status_code, "log.unknown" in refused.text) == (404, True)
