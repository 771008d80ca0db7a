"""Importing cases on both databases and at the desk: looked at, whole rows, again no change."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from command_center.access.permissions import Role
from command_center.cases.importing import import_file, look_at_file
from command_center.cases.models import Case, CaseText, CaseWord, Contact, Party
from command_center.platform.journal import EntryRow
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

HEADER = "案号,执行标的,立案日期,申请执行人,被执行人,被执行人电话\n"
ROWS = (
    "（2023）粤0777执1号,100,2023-01-02,海贸有限公司,欧阳锋,13900000001\n"
    "（2023）粤0777执2号,100,2023-01-02,海贸有限公司,欧阳锋,不是电话\n"
    "（2023）粤0777执3号,1.0.0,2023-01-02,海贸有限公司,欧阳锋,\n"
    "（2023）粤0777执4号,100,2023-01-02,海贸有限公司,欧阳锋；洪七公,；\n"
)
FILE = (HEADER + ROWS).encode()


def _counts(uow: UnitOfWork) -> list[int]:
    tables = (Case, Party, Contact, CaseText, CaseWord, EntryRow)
    return [uow.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


def test_rows_are_whole_and_the_same_file_again_changes_nothing(court: Court) -> None:
    who, database = court.staff(Role.CLERK), court.database
    before = database.read(_counts)
    looked = database.run(look_at_file, who, FILE)
    assert database.read(_counts) == before
    done = database.run(import_file, who, FILE)
    told = [(row.outcome, row.code) for row in done.rows]
    assert told == [(row.outcome, row.code) for row in looked.rows]
    assert told == [
        ("NEW", ""), ("REFUSED", "contact.malformed"), ("REFUSED", "case_file.amount"), ("NEW", ""),
    ]  # fmt: skip
    after = database.read(_counts)
    assert (after[0] - before[0], after[1] - before[1]) == (2, 5)
    again = database.run(import_file, who, FILE)
    assert [row.outcome for row in again.rows] == ["SAME", "REFUSED", "REFUSED", "SAME"]
    assert database.read(_counts) == after
    other = FILE.replace(b"100", b"200", 1)
    assert database.run(import_file, who, other).rows[0].code == "case_file.differs"
    with pytest.raises(MzError, match="access"):
        database.run(import_file, court.staff(Role.BAILIFF), FILE)


def test_the_desk_looks_first_and_then_imports(sqlite_centre: Centre) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    page = clerk.page("cases/import")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token is not None
    looked = clerk.http.post(
        f"{clerk.url}/cases/import/look", files={"file": ("x.csv", FILE)},
        headers={"X-CSRF-Token": token[1]}, timeout=20,
    )  # fmt: skip
    assert "尚未导入" in looked.text
    assert looked.text.count("data-row=") == 4
    assert clerk.page("cases?q=oyf").count("data-case=") == 0
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", looked.text, re.DOTALL)
    assert text is not None
    done = clerk.post("cases/import", text=text[1])
    assert "导入完成" in done.text
    assert clerk.page("cases?q=oyf").count("data-case=") == 2
    broken = clerk.http.post(
        f"{clerk.url}/cases/import/look", files={"file": ("x.csv", b"<script>")},
        headers={"X-CSRF-Token": token[1]}, timeout=20,
    )  # fmt: skip
    assert (broken.status_code, "case_file.columns" in broken.text) == (400, True)


def test_the_command_line_imports_and_names_what_it_refused(
    sqlite_court: Court, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(FILE)
    command = [sys.executable, "-m", "command_center.cli", "cases", str(file), "--settings",
               str(sqlite_court.settings_file)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    lines = [line.split("\t")[:3] for line in done.stdout.splitlines()]
    assert lines[:2] == [["2", "NEW", "-"], ["3", "REFUSED", "contact.malformed"]]


def test_s_18_one_case_is_opened_by_its_form(sqlite_centre: Centre) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    assert 'name="debtor_id"' in clerk.page("cases/new")
    officer, _ = sqlite_centre.court.password(Role.ENF_OFFICER)
    typed = {
        "number": "(2026)粤0199执3001号", "filed": "2026-03-02", "cause": "<i>借款</i>",
        "amount": "1,200.50", "applicant": "周明远", "applicant_phone": "13800000001",
        "debtor": "梁启文；南江市某某有限公司",
        "officer": officer,
    }  # fmt: skip
    wrong = clerk.post("cases/new", **{**typed, "amount": "many"})
    assert wrong.status_code == 400
    assert "case_file.amount" in wrong.text
    assert "&lt;i&gt;借款" in wrong.text
    assert 'value="many"' in wrong.text
    made = clerk.post("cases/new", **typed)
    assert re.search(r"/cases/[0-9a-f-]{36}$", made.url)
    assert "（2026）粤0199执3001号" in made.text
    assert "¥1,200.50" in made.text
    assert "梁启文" in made.text
    assert clerk.post("cases/new", **typed).url == made.url
    other = clerk.post("cases/new", **{**typed, "cause": "别的"})
    assert (other.status_code, "case_file.differs" in other.text) == (400, True)
    officer_reader = Reader(sqlite_centre, Role.ENF_OFFICER)
    assert officer_reader.http.get(f"{officer_reader.url}/cases/new", timeout=20).status_code == 403
