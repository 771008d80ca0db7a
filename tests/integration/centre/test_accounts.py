"""S-01, S-06: whatever gives an account power takes two persons; closing one takes one, at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from command_center.access.accounts import (
    DAY_MS,
    AskChange,
    answer_change,
    ask_change,
    close_account,
    count_waiting,
    expire,
    list_changes,
)
from command_center.access.models import Staff
from command_center.access.permissions import Role
from command_center.app import make_app
from command_center.platform.journal import EntryRow
from schemas.problems import MzError
from tests.integration.centre.court import Court

Sign = Callable[[str, str], FlaskClient]


@pytest.fixture
def sign(court: Court) -> Sign:
    app = make_app(court.database).app

    def signed_in(number: str, password: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/desk/sign-in", data={"number": number, "password": password})
        assert answer.status_code in (302, 303), answer.text
        return browser

    return signed_in


def _post(browser: FlaskClient, path: str, **form: str) -> TestResponse:
    token = re.search(r'name="csrf-token" content="([0-9a-f]+)"', browser.get("/desk/staff").text)
    assert token is not None
    return browser.post(f"/desk/staff/{path}", data={**form, "csrf": token[1]})


def _asked(browser: FlaskClient) -> str:
    found = re.search(r'data-change="([^"]+)"', browser.get("/desk/staff").text)
    assert found is not None
    return found[1]


def _issued(answer: TestResponse) -> str:
    found = re.search(r'data-part="secret">([a-z0-9-]+)<', answer.text)
    assert found is not None
    return found[1]


def _tags(court: Court) -> list[str]:
    query = (
        select(EntryRow.tag).where(EntryRow.tag.like("staff:account:%")).order_by(EntryRow.at_ms)
    )
    found: list[str] = court.database.read(lambda uow: list(uow.session.scalars(query)))
    return found[-4:]


def test_s01_an_account_is_opened_by_two_works_and_is_closed_by_one(
    court: Court, sign: Sign
) -> None:
    admin, head = sign(*court.password(Role.ADMIN)), sign(*court.password(Role.BUREAU_HEAD))
    wanted = {"act": "OPEN", "number": "7788", "name": "欧阳昇", "role": "CLERK"}
    assert _post(admin, "changes", **wanted, reason="新").status_code == 400
    assert _post(admin, "changes", **wanted, reason="新调入书记员").status_code == 303
    assert _post(admin, "changes", **wanted, reason="新调入书记员").status_code == 409
    change = _asked(head)
    assert 'class="bub">1<' in head.get("/desk/staff").text
    assert _post(admin, f"changes/{change}", answer="agree").status_code == 403
    answer = _post(head, f"changes/{change}", answer="agree")
    password = _issued(answer)
    assert password not in head.get("/desk/staff").text
    assert _post(head, f"changes/{change}", answer="refuse").status_code == 409
    clerk = sign("7788", password)
    assert clerk.get("/desk/staff").status_code in (302, 403)
    query = select(Staff).where(Staff.number == "7788")
    made = court.database.read(lambda uow: uow.session.scalars(query).one().id)
    assert _post(admin, f"{made}/closing", reason="调离本院").status_code == 303
    assert clerk.get("/desk/self").status_code != 200
    assert _tags(court)[-1] == "staff:account:closed"


def test_s01_a_lost_password_and_a_role_change_end_the_sessions_that_were(
    court: Court, sign: Sign
) -> None:
    admin, head = sign(*court.password(Role.ADMIN)), sign(*court.password(Role.PRESIDENT))
    number, password = court.password(Role.CLERK)
    clerk = sign(number, password)
    reset = {"act": "RESET", "number": number, "reason": "本人忘记密码"}
    assert _post(admin, "changes", **reset).status_code == 303
    assert _post(head, f"changes/{_asked(head)}", answer="refuse").status_code == 303
    assert sign(number, password)
    assert _post(admin, "changes", **reset).status_code == 303
    fresh = _issued(_post(head, f"changes/{_asked(head)}", answer="agree"))
    assert clerk.get("/desk/cases").status_code in (302, 303)
    assert sign(number, fresh)
    role = {"act": "ROLE", "number": number, "role": "ASSISTANT", "reason": "任命为法官助理"}
    assert _post(admin, "changes", **role).status_code == 303
    assert _post(head, f"changes/{_asked(head)}", answer="agree").status_code == 303
    assert _tags(court)[-1] == "staff:account:agreed"
    row = court.database.read(lambda uow: uow.session.get_one(Staff, court.staff(Role.CLERK).id))
    assert row.role == "ASSISTANT"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (AskChange("DELETE", "1", "没有这种"), "account.unknown_act"),
        (AskChange("OPEN", "9", "新调入人员", "某人", "PARTY"), "staff.unknown_role"),
        (AskChange("OPEN", "9" * 41, "新调入人员", "某人", "CLERK"), "staff.incomplete"),
        (AskChange("RESET", "nobody", "忘记密码"), "staff.unknown"),
        (AskChange("REOPEN", "{clerk}", "恢复账号"), "account.open"),
        (AskChange("ROLE", "{admin}", "给自己换角色", "", "PRESIDENT"), "account.own"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    sqlite_court: Court, message: AskChange, code: str
) -> None:
    numbers = {role.lower(): sqlite_court.password(Role(role))[0] for role in ("CLERK", "ADMIN")}
    asked = AskChange(
        message.act, message.number.format(**numbers), message.reason, message.name, message.role
    )
    with pytest.raises(MzError) as refused:
        sqlite_court.database.run(ask_change, sqlite_court.staff(Role.ADMIN), asked)
    assert refused.value.code == code


def test_who_may_not_is_refused(sqlite_court: Court) -> None:
    run, clerk = sqlite_court.database.run, sqlite_court.staff(Role.CLERK)
    admin, head = sqlite_court.staff(Role.ADMIN), sqlite_court.staff(Role.BUREAU_HEAD)
    with pytest.raises(MzError, match=r"access\.refused"):
        run(ask_change, clerk, AskChange("RESET", "1", "忘记密码"))
    with pytest.raises(MzError, match=r"access\.refused"):
        run(close_account, head, clerk.id, "没有权限")
    with pytest.raises(MzError, match=r"account\.own"):
        run(close_account, admin, admin.id, "不能停用自己")
    number = sqlite_court.password(Role.BUREAU_HEAD)[0]
    change = run(ask_change, admin, AskChange("RESET", number, "局长忘记密码"))
    with pytest.raises(MzError, match=r"account\.own"):
        run(answer_change, head, change, "x")
    with pytest.raises(MzError, match=r"account\.unknown_change"):
        run(answer_change, head, admin.id, None)


def test_s01_a_request_that_nobody_answers_expires_in_a_state_that_someone_sees(
    court: Court, sign: Sign
) -> None:
    run, read = court.database.run, court.database.read
    admin, head = court.staff(Role.ADMIN), court.staff(Role.BUREAU_HEAD)
    wanted = AskChange("OPEN", "7799", "新调入人员", "欧阳昇", "CLERK")
    change = run(ask_change, admin, wanted)
    days = court.database.settings.court.account_request_days
    court.clock.ahead_ms += days * DAY_MS - 60_000
    run(expire)
    assert read(count_waiting, head) == 1, "not a minute before its time"
    court.clock.ahead_ms += 120_000
    assert read(count_waiting, head) == 0
    with pytest.raises(MzError, match=r"account\.expired"):
        run(answer_change, head, change, "a hash")
    run(expire)
    run(expire)
    shown = next(one for one in read(list_changes, head) if one.id == change)
    assert (shown.expired, shown.waits, shown.agreed) == (True, False, None)
    assert _tags(court)[-1] == "staff:account:expired"
    assert _tags(court).count("staff:account:expired") == 1
    with pytest.raises(MzError, match=r"account\.answered"):
        run(answer_change, head, change, "a hash")
    page = sign(*court.password(Role.BUREAU_HEAD)).get("/desk/staff").text
    assert "逾期失效" in page
    assert f"/desk/staff/changes/{change}" not in page
    assert run(ask_change, admin, wanted) != change
