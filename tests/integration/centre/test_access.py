"""Signing in, sessions, lockout and CSRF, through the real application."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from command_center.access import sessions, sign_in, throttle
from command_center.access.permissions import Role
from command_center.access.staff import NewStaff, add_staff
from command_center.app import make_app
from command_center.platform.principal import CENTRE
from schemas.problems import Kind, MzError
from tests.integration.centre.court import Court

HERE = "10.0.0.9"


def test_the_right_password_opens_a_session_and_signing_out_ends_it(court: Court) -> None:
    made = sign_in.sign_in(court.database, *court.password(Role.CLERK), HERE)
    found = court.database.read(sessions.find_session, made.token)
    assert found.principal.role == "CLERK"
    assert made.token not in found.token_hash
    court.database.run(sessions.end_session, found.token_hash)
    with pytest.raises(MzError, match=r"session\.none"):
        court.database.read(sessions.find_session, made.token)


def test_five_wrong_passwords_shut_the_account_for_a_quarter_of_an_hour(court: Court) -> None:
    number, password = court.password(Role.CLERK)
    for _ in range(5):
        with pytest.raises(MzError, match=r"sign_in\.wrong"):
            sign_in.sign_in(court.database, number, "wrong", HERE)
    with pytest.raises(MzError, match=r"sign_in\.locked") as locked:
        sign_in.sign_in(court.database, number, password, HERE)
    assert locked.value.kind is Kind.THROTTLED
    court.clock.ahead_ms += 15 * 60_000 + 1
    assert sign_in.sign_in(court.database, number, password, HERE).token


def test_an_address_is_throttled_whatever_the_account(sqlite_court: Court) -> None:
    court = sqlite_court
    for _ in range(throttle.ADDRESS.limit - 1):
        court.database.run(throttle.ADDRESS.failed, HERE)
    with pytest.raises(MzError, match=r"sign_in\.wrong"):
        sign_in.sign_in(court.database, "nobody", "wrong", HERE)
    with pytest.raises(MzError, match=r"sign_in\.throttled"):
        sign_in.sign_in(court.database, *court.password(Role.CLERK), HERE)
    assert sign_in.sign_in(court.database, *court.password(Role.CLERK), "10.0.0.10").token


def test_an_unknown_account_is_refused_with_the_same_words(sqlite_court: Court) -> None:
    with pytest.raises(MzError, match=r"sign_in\.wrong"):
        sign_in.sign_in(sqlite_court.database, "nobody", "whatever", HERE)


@pytest.mark.parametrize("ahead_ms", [sessions.IDLE_MS + 1, sessions.LONGEST_MS + 1])
def test_a_session_ends_by_time(sqlite_court: Court, ahead_ms: int) -> None:
    court = sqlite_court
    made = sign_in.sign_in(court.database, *court.password(Role.CLERK), HERE)
    if ahead_ms > sessions.IDLE_MS + 1:  # kept in use all the while
        for _ in range(ahead_ms // sessions.IDLE_MS):
            court.clock.ahead_ms += sessions.IDLE_MS
            if court.clock.ahead_ms <= sessions.LONGEST_MS:
                court.database.run(sessions.touch_session, made.session.token_hash)
    court.clock.ahead_ms = ahead_ms
    with pytest.raises(MzError, match=r"session\.none"):
        court.database.read(sessions.find_session, made.token)


def test_a_new_password_ends_the_other_sessions(sqlite_court: Court) -> None:
    court = sqlite_court
    number, password = court.password(Role.CLERK)
    here = sign_in.sign_in(court.database, number, password, HERE)
    there = sign_in.sign_in(court.database, number, password, HERE)
    with pytest.raises(MzError, match=r"password\.too_weak"):
        sign_in.change_password(court.database, here.session, password, "aaaaaaaaaaaa")
    with pytest.raises(MzError, match=r"password\.wrong"):
        sign_in.change_password(court.database, here.session, "not it", "a longer one 1")
    sign_in.change_password(court.database, here.session, password, "a longer one 1")
    assert court.database.read(sessions.find_session, here.token)
    with pytest.raises(MzError, match=r"session\.none"):
        court.database.read(sessions.find_session, there.token)
    assert sign_in.sign_in(court.database, number, "a longer one 1", HERE).token


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (NewStaff("1001", "重号", "CLERK", "x"), "staff.number_taken"),
        (NewStaff("2001", "某人", "EMPEROR", "x"), "staff.unknown_role"),
        (NewStaff("2001", "某人", "PARTY", "x"), "staff.unknown_role"),
        (NewStaff(" ", "某人", "CLERK", "x"), "staff.incomplete"),
    ],
)
def test_staff_that_cannot_be_is_refused(sqlite_court: Court, message: NewStaff, code: str) -> None:
    with pytest.raises(MzError) as refused:
        sqlite_court.database.run(add_staff, CENTRE, message)
    assert refused.value.code == code


@pytest.fixture
def browser(sqlite_court: Court) -> FlaskClient:
    return make_app(sqlite_court.database).app.test_client()


def _sign_in(browser: FlaskClient, court: Court, role: Role) -> None:
    number, password = court.password(role)
    answer = browser.post("/desk/sign-in", data={"number": number, "password": password})
    assert answer.status_code in (302, 303), answer.text


def test_the_cookie_is_for_this_site_and_no_script(
    browser: FlaskClient, sqlite_court: Court
) -> None:
    number, password = sqlite_court.password(Role.CLERK)
    answer = browser.post("/desk/sign-in", data={"number": number, "password": password})
    cookie = next(
        value for value in answer.headers.getlist("Set-Cookie") if value.startswith("mz_desk=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert password not in cookie


def test_an_unsafe_request_without_the_sessions_token_changes_nothing(
    browser: FlaskClient, sqlite_court: Court
) -> None:
    _sign_in(browser, sqlite_court, Role.DUTY_OFFICER)
    path = f"/desk/operations/{sqlite_court.seeded.operation}/orders"
    for data in ({"text": "注意安全"}, {"text": "注意安全", "csrf": "0" * 64}):
        assert browser.post(path, data=data, headers={"X-Requested-With": "t"}).status_code == 403
    page = browser.get(f"/desk/operations/{sqlite_court.seeded.operation}").text
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found is not None
    assert "注意安全" not in page
    answer = browser.post(path, data={"text": "注意安全", "csrf": found[1]})
    assert answer.status_code in (200, 302, 303)


def test_another_sites_form_cannot_sign_anyone_in(
    browser: FlaskClient, sqlite_court: Court
) -> None:
    number, password = sqlite_court.password(Role.CLERK)
    answer = browser.post(
        "/desk/sign-in",
        data={"number": number, "password": password},
        headers={"Origin": "http://evil.example", "X-Requested-With": "t"},
    )
    assert answer.status_code == 403


def test_a_role_without_the_permission_is_refused(
    browser: FlaskClient, sqlite_court: Court
) -> None:
    _sign_in(browser, sqlite_court, Role.FINANCE)
    answer = browser.get("/desk/ledger", headers={"X-Requested-With": "t"})
    assert answer.status_code == 403
    assert answer.json == {"code": "access.refused", "kind": "refused", "detail": "ledger:read"}


def test_every_answer_carries_the_security_headers(browser: FlaskClient) -> None:
    for path in ("/", "/desk/sign-in", "/nowhere", "/device/v1/orders"):
        headers = browser.get(path).headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
