"""Guessing passwords and codes over HTTP, from an address of one's own (127.0.0.x)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
import requests
from requests.adapters import HTTPAdapter

from schemas.field_api import Enrol
from schemas.ids import new_id
from schemas.sign import Ed25519Signer
from tests.integration.crash.house import House


class From(HTTPAdapter):
    """Connects from a loopback address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *words: object, **named: object) -> None:
        """Bind to the address before connecting."""
        super().init_poolmanager(*words, source_address=(self._address, 0), **named)


@pytest.fixture
def guesser(request: pytest.FixtureRequest) -> Iterator[requests.Session]:
    """A session whose requests come from another address in each test."""
    number = 10 + sum(request.node.name.encode()) % 200
    with requests.Session() as session:
        session.mount("http://", From(f"127.0.0.{number}"))
        yield session


def test_a_staff_account_is_shut_after_five_guesses(
    house: House, guesser: requests.Session
) -> None:
    clerk = house.cast.staff["FINANCE"]
    url = f"{house.site.public_url}/desk/sign-in"
    for guess in range(6):
        answer = guesser.post(url, data={"number": clerk.number, "password": f"g{guess}"})
        assert answer.status_code == (401 if guess < 5 else 429)
        assert ("sign_in.wrong" if guess < 5 else "sign_in.locked") in answer.text
        assert "mz_desk" not in guesser.cookies
    right = {"number": clerk.number, "password": clerk.password}
    assert "sign_in.locked" in guesser.post(url, data=right).text
    duty = {"number": house.cast.duty.number, "password": house.cast.duty.password}
    assert guesser.post(url, data=duty, allow_redirects=False).status_code == 303


def test_a_party_account_is_shut_after_five_guesses(
    house: House, guesser: requests.Session
) -> None:
    password = house.desk.issue_password(house.cast.case, house.cast.party("APPLICANT"))
    url = f"{house.site.public_url}/portal/sign-in"
    account = house.cast.case_number
    codes = []
    for guess in range(6):
        answer = guesser.post(url, data={"account": account, "password": f"guess-{guess}"})
        codes.append(answer.status_code)
    assert codes[:5] == [401] * 5
    assert codes[5] == 429
    answer = guesser.post(url, data={"account": account, "password": password})
    assert answer.status_code == 429, "the right one opens nothing now, to anybody"


def test_codes_are_not_guessed(house: House, guesser: requests.Session) -> None:
    signer = Ed25519Signer.generate()
    url = f"{house.site.public_url}/device/v1/enrol"
    good = house.desk.enrolment_code(house.cast.officer)
    found = []
    for guess in range(11):
        ask = Enrol(f"AAAAA-{guess:05}", new_id(), "x", "ed25519", signer.public, "file", "test")
        answer = guesser.post(url, data=msgspec.json.encode(ask))
        found.append((answer.status_code, answer.json()["code"]))
    assert found == [(403, "enrolment.code_wrong")] * 10 + [(429, "enrolment.throttled")]
    ask = Enrol(good, new_id(), "x", "ed25519", signer.public, "file", "test")
    assert guesser.post(url, data=msgspec.json.encode(ask)).status_code == 429
    elsewhere = requests.post(url, data=msgspec.json.encode(ask), timeout=20)
    assert elsewhere.status_code == 200, "the officer himself is not kept out"
