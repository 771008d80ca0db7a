"""Hostile HTTP at the centre and the relay: a code each, a clean log, and nothing changed."""

from __future__ import annotations

import json

import pytest
import requests

from schemas.ids import new_id
from schemas.sign import Ed25519Signer, sign_envelope, to_token
from schemas.ticket import TICKET, Act, Ticket
from schemas.time import now_ms
from tests.integration.crash.house import House
from tests.integration.hostile.conftest import raw_answer

pytestmark = pytest.mark.usefixtures("clean_logs")
JSON = {"Content-Type": "application/json"}


def desk_session(house: House) -> requests.Session:
    """Return the duty officer's session with his token for scripts."""
    session = requests.Session()
    session.cookies.update(house.desk._session.cookies)
    session.headers["X-CSRF-Token"] = house.desk._csrf
    return session


def code_of(answer: requests.Response) -> str:
    """Return the code of a Problem."""
    return str(answer.json()["code"])


# the centre

MALFORMED = (
    b"", b"{", b"[]", b"null", b'{"recording": 1}', b'{"recording": "x", "more": 1}',
    b'{"recording": "\\ud800"}', b"\xff\xfe", b"[" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_the_desks_json_routes_answer_malformed_json_with_a_problem(
    house: House, body: bytes
) -> None:
    answer = desk_session(house).post(
        f"{house.site.public_url}/desk/tickets/play", data=body, headers=JSON, timeout=20
    )
    assert (answer.status_code, code_of(answer)) == (400, "message.malformed")


def test_the_desks_json_routes_answer_every_refusal_with_a_problem(house: House) -> None:
    url, session = f"{house.site.public_url}/desk", desk_session(house)
    unknown = json.dumps({"recording": "\x00"})
    answer = session.post(f"{url}/tickets/play", data=unknown, headers=JSON, timeout=20)
    assert (answer.status_code, code_of(answer)) == (404, "recording.unknown")
    long = json.dumps({"recording": "a" * 2_000_000})
    answer = session.post(f"{url}/tickets/play", data=long, headers=JSON, timeout=20)
    assert (answer.status_code, code_of(answer)) == (413, "request.too_large")
    answer = session.post(f"{url}/operations/%00/bundle", headers=JSON, json={}, timeout=20)
    assert (answer.status_code, code_of(answer)) == (404, "operation.unknown")
    del session.headers["X-CSRF-Token"]
    answer = session.post(f"{url}/tickets/play", json={"recording": "x"}, timeout=20)
    assert (answer.status_code, code_of(answer)) == (403, "session.csrf")
    session.cookies.clear()
    answer = session.post(f"{url}/tickets/play", json={"recording": "x"}, timeout=20)
    assert (answer.status_code, code_of(answer)) == (401, "session.none")


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "application/xml"])
@pytest.mark.parametrize("path", ["enrol", "contact"])
def test_a_wrong_content_type_is_named(house: House, content_type: str, path: str) -> None:
    answer = requests.post(
        f"{house.site.public_url}/device/v1/{path}", data=b"{}",
        headers={"Content-Type": content_type}, timeout=20,
    )  # fmt: skip
    assert (answer.status_code, code_of(answer)) == (400, "request.wrong_type")


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "///evil", "javascript:alert(1)",
     "/desk/x\r\nSet-Cookie: a=b", "/desk/\x00", "/deskevil"],
)  # fmt: skip
def test_sign_in_leads_nowhere_but_into_the_desk(house: House, target: str) -> None:
    duty = house.cast.duty
    answer = requests.post(
        f"{house.site.public_url}/desk/sign-in", params={"next": target},
        data={"number": duty.number, "password": duty.password},
        allow_redirects=False, timeout=20,
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/desk/"
    assert set(answer.cookies.keys()) == {"mz_desk"}


def test_pages_of_what_is_not_there_are_not_found(house: House) -> None:
    session, url = desk_session(house), house.site.public_url
    for name in ("x", "%00", "..%2f..", "%ff", "😀", "a" * 5000):
        for page in ("operations", "cases", "recordings"):
            assert session.get(f"{url}/desk/{page}/{name}", timeout=20).status_code == 404
    for path in ("/assets/..%2f..%2fapp.py", "/assets/%2e%2e/app.py", "/assets/%00", "/nope"):
        answer = session.get(url + path, timeout=20)
        assert (answer.status_code, code_of(answer)) == (404, "request.unknown_address")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"POST /device/v1/contact HTTP/1.1\r\nContent-Length: -5", b"400"),
        (b"POST /device/v1/contact HTTP/1.1\r\nContent-Length: 99999999999", b"413"),
        (b"POST /device/v1/contact HTTP/1.1\r\nTransfer-Encoding: chunked", b"413"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1", b"414"),
        (b"GET /desk/\xff\xfe HTTP/1.1", b"404"),
        (b"FOO /healthz HTTP/1.1", b"400"),
        (b"\x16\x03\x01\x02\x00", b"400"),
    ],
)
def test_the_centre_answers_bytes_that_are_hardly_http(
    house: House, web_port: int, request_line: bytes, status: bytes
) -> None:
    request = request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert raw_answer(web_port, request).split()[1] == status
    assert requests.get(f"{house.site.public_url}/healthz", timeout=30).ok


# the relay


def test_tricks_with_paths_reach_no_file_of_the_relay(
    house: House, recording: str, relay_port: int
) -> None:
    play = house.desk.play_ticket(recording)["ticket"]
    head = f"HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {play}\r\n\r\n"
    expected = {
        "/v1/exhibits/../../keys/relay.pem": 404,
        "/v1/exhibits/%2e%2e%2f%2e%2e%2fkeys%2frelay.pem": 403,
        "/v1/exhibits/..%2findex.db": 403,
        "/v1/exhibits/..": 403,
        "/v1/exhibits/%00": 403,
        "/v1/exhibits/" + "A" * 64: 403,
        "/v1/recordings/../../keys/relay.pem": 404,
        "/v1/recordings/..%2f..%2fkeys/1/init.mp4": 403,
        f"/v1/recordings/{recording}%00/holdings": 403,
        f"/v1/recordings/{recording}/99/index.m3u8": 404,
        f"/v1/recordings/{recording}/-1/index.m3u8": 404,
        f"/v1/recordings/{recording}/1/99999999999-2.m4s": 404,
        f"/v1/recordings/{recording}/1/0-9999999.m4s": 404,
        f"/v1/recordings/{recording}/1/5-2.m4s": 404,
        f"/v1/recordings/{recording}/1/..%2finit.m4s": 404,
        f"/v1/recordings/{recording}/1/index.m3u8": 200,
    }
    for path, status in expected.items():
        answer = raw_answer(relay_port, f"GET {path} {head}".encode())
        assert answer.split()[1] == str(status).encode(), path
        if status != 200:
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"], path


@pytest.mark.parametrize("token", ["", "x", "=", "é", "a" * 9_000, "a" * 200_000])
def test_a_token_that_is_none_is_refused(house: House, recording: str, token: str) -> None:
    answer = requests.get(
        f"{house.site.http_url}/v1/recordings/{recording}/holdings",
        headers={"Authorization": f"Bearer {token}".encode("latin1")},
        timeout=20,
    )
    assert answer.status_code in (400, 401, 413)


def test_a_ticket_that_names_many_exhibits_fits(house: House) -> None:
    """An operation with hundreds of photos is exported like any other."""
    keys = house.site.data / "centre" / "keys" / "centre.pem"
    ticket = Ticket(
        new_id(), Act.PLAY, new_id(), now_ms() - 1000, now_ms() + 60_000,
        exhibits=[f"{number:064x}" for number in range(400)],
    )  # fmt: skip
    token = to_token(sign_envelope(Ed25519Signer.from_pem(keys.read_bytes()), TICKET, ticket))
    answer = requests.get(
        f"{house.site.http_url}/v1/exhibits/{7:064x}",
        headers={"Authorization": f"Bearer {token}"}, timeout=20,
    )  # fmt: skip
    assert (answer.status_code, code_of(answer)) == (404, "vault.not_found")
