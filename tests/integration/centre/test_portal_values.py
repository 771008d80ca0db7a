"""U3: a party finds the integrity value of his paper on his page, and learns whether it is it."""

from __future__ import annotations

import re

import msgspec
import requests

from command_center.access.permissions import Role
from command_center.disclosure import documents, grants
from command_center.disclosure.sign_in import COOKIE, portal_sign_in
from schemas.integrity import qr_text, value_of
from schemas.records import OperationStep, Step
from tests.integration.centre.running import Centre
from tests.integration.centre.test_integrity import SIGNER, Scene


class Party:
    """The debtor with a browser."""

    def __init__(self, centre: Centre) -> None:
        self._court, self._centre = centre.court, centre
        self._case = self._court.seeded.cases[0]
        debtor = next(id_ for id_, role, _ in self._case.parties if role == "DEBTOR")
        clerk = self._court.staff(Role.CLERK)
        issued = grants.issue_password(self._court.database, clerk, self._case.id, debtor)
        entered = portal_sign_in(self._court.database, issued.account, issued.password, "::1")
        self._http = requests.Session()
        self._http.cookies.set(COOKIE, entered.token)

    def page(self, language: str = "zh") -> str:
        self._court.database.run(documents.rebuild, self._case.id)
        asked = {"Accept-Language": language}
        return self._http.get(f"{self._centre.url}/portal/case", headers=asked, timeout=20).text

    def compare(self, code: str) -> str:
        token = re.search(r'action="/portal/case/values[^>]*>.*?value="([^"]+)"', self.page(), re.S)
        assert token is not None
        answer = self._http.post(
            f"{self._centre.url}/portal/case/values", {"code": code, "csrf": token[1]},
            timeout=20,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        told = re.search(r"data-compared>.*?<span>([^<]+)</span>", answer.text)
        assert told is not None
        return told[1]


def test_u3_a_party_compares_the_value_of_his_paper(sqlite_centre: Centre) -> None:
    scene, party = Scene(sqlite_centre.court), Party(sqlite_centre)
    raw = msgspec.json.encode(scene.statement())
    view = scene.state(raw)
    assert view.code not in party.page(), "while the crew is there nothing is told"
    scene.send(OperationStep(Step.WITHDRAWN, scene.court.clock()))
    page = party.page()
    for said in (view.code, view.value, "1 份记录", "纸上的 16 位校验值"):
        assert said in page, said
    for hidden in (SIGNER[0].name, "沈知夏", scene.court.seeded.operation, scene.device.id):
        assert hidden not in page, hidden
    paper = qr_text(value_of(raw), scene.court.seeded.operation)
    for typed in (view.code, view.code.lower().replace(" ", ""), paper):
        assert party.compare(typed).startswith("一致"), typed
    assert party.compare("0000 0000 0000 0000").startswith("不一致")
    for wrong in ("", "9F3A", "MZ-INTEGRITY-1", "x" * 150):
        assert party.compare(wrong).startswith("校验值是 16 位"), wrong


def test_u3_a_value_that_cannot_be_read_is_not_shown(sqlite_centre: Centre) -> None:
    scene, party = Scene(sqlite_centre.court), Party(sqlite_centre)
    scene.state(b"{}")
    scene.send(OperationStep(Step.WITHDRAWN, scene.court.clock()))
    assert "data-value=" not in party.page()


def test_the_nine_sections_are_counted_in_the_readers_language(sqlite_centre: Centre) -> None:
    party = Party(sqlite_centre)
    chinese, english = party.page(), party.page("en")
    numerals = [re.findall(r'class="no">([^<]+)<', page) for page in (chinese, english)]
    assert numerals == [list("一二三四五六七八九"), list("123456789")]
    assert chinese.count('data-section="closing"') == 1
    assert chinese.count("尚未结案。") == 1, "one line is not said twice"
