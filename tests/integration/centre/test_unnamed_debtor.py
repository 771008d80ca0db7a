"""S-11: an act in the field of a case of several debtors, whose record names none of them."""

from __future__ import annotations

import pytest

from command_center.access.permissions import Role
from command_center.cases.parties import leave, rename_party
from command_center.cases.service import NewParty, add_party
from command_center.disclosure.build import build
from command_center.disclosure.grants import ensure_grants
from command_center.measures.against import NAMED, debtor_of, name_debtor, unnamed_defects
from command_center.measures.change import node_of
from command_center.measures.changes import close_measure
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_field_acts import FREEZE, Scene
from tests.integration.centre.test_measures_by_law import _notices
from tests.integration.centre.test_proof_pages import Reader

NUMBER = "440199197911204417"


def _second_debtor(court: Court) -> str:
    other = NewParty(court.seeded.cases[0].id, "DEBTOR", "李东升", True, NUMBER, "13900000055",
                     phone_confirmed=True)  # fmt: skip
    made: str = court.database.run(add_party, court.staff(Role.CLERK), other)
    return made


class Unnamed:
    """A freeze at the counter, in a case of two debtors."""

    def __init__(self, court: Court) -> None:
        self.court, self.scene, self.case = court, Scene(court), court.seeded.cases[0]
        self.applicant, self.debtor = (party for party, _role, _name in self.case.parties)
        self.other = _second_debtor(court)
        receipt = self.scene.send(self.scene.body("freeze_deposit", facts=FREEZE))
        self.measure, self.codes = str(receipt.measure), [one.code for one in receipt.defects]

    def texts(self, node: str) -> dict[str, str]:
        return {row.party: row.text for row in _notices(self.court, node)
                if row.channel == "PORTAL"}  # fmt: skip

    def meaning(self, party: str) -> str:
        grants = {one.party: one for one in self.court.database.run(ensure_grants, self.case.id)}
        made = self.court.database.read(lambda uow: build(uow, grants[party], new_id(), 1))
        return made.measures[0].meaning.zh

    def name(self, party: str) -> None:
        clerk = self.court.staff(Role.CLERK)
        self.court.database.run(name_debtor, clerk, self.measure, party)


def test_nobody_is_told_that_it_was_done_to_him_while_nobody_knows(court: Court) -> None:
    act = Unnamed(court)
    assert "debtor.unnamed" in act.codes
    told = act.texts(act.measure)
    assert told.keys() == {act.applicant, act.debtor, act.other}
    assert all("对被执行人（待核定）实施冻结" in one for one in told.values())
    for debtor in (act.debtor, act.other):
        assert act.meaning(debtor).startswith("本案被执行人不止一名")
    for party in (new_id(), act.applicant):
        with pytest.raises(MzError, match=r"measure\.no_such_debtor"):
            act.name(party)
    act.name(act.other)
    with pytest.raises(MzError, match=r"measure\.debtor_named"):
        act.name(act.debtor)
    named = act.texts(node_of(act.measure, NAMED))
    assert "经核定是对您实施的" in named[act.other]
    assert all(
        "经核定是对被执行人李某某实施的" in named[one] for one in (act.debtor, act.applicant)
    )
    assert act.meaning(act.other).startswith("冻结不改变归属")
    assert act.meaning(act.debtor) == "这项措施针对本案的另一名被执行人，不是针对你单位。"
    detail = act.scene.read(act.measure)
    assert "debtor.unnamed" not in {one.code for one in detail.measure.defects}
    assert detail.changes[-1].act == "DEBTOR_NAMED"


def _against(court: Court, name: str) -> tuple[str | None, list[str], Scene, str]:
    """Return against whom a freeze is whose record names a debtor, and the defects of that."""
    scene = Scene(court)
    receipt = scene.send(scene.body("freeze_deposit", facts={**FREEZE, "against": name}))
    measure = str(receipt.measure)
    codes = [one.code for one in receipt.defects if one.code.startswith("debtor.")]
    return scene.read(measure).measure.target, codes, scene, measure


def test_the_officer_says_at_the_scene_against_which_debtor_it_is(court: Court) -> None:
    other = _second_debtor(court)
    target, codes, scene, measure = _against(court, "李东升")
    assert (target, codes) == (other, [])
    told = {row.party: row.text for row in _notices(court, measure) if row.channel == "PORTAL"}
    assert "待核定" not in "".join(told.values())
    assert ("against", "李东升") in {(one.name, one.value) for one in scene.read(measure).facts}


@pytest.mark.parametrize("name", ["李东", "王某" * 90, "李东升\u202e{{x}}\n#sys$", "【法院】"])
def test_a_name_that_is_no_debtors_is_a_defect_and_the_act_stays(
    sqlite_court: Court, name: str
) -> None:
    _second_debtor(sqlite_court)
    target, codes, scene, measure = _against(sqlite_court, name)
    assert (target, codes) == (None, ["debtor.unknown"])
    clerk = sqlite_court.staff(Role.CLERK)
    debtor = next(one for one, role, _ in sqlite_court.seeded.cases[0].parties if role == "DEBTOR")
    sqlite_court.database.run(name_debtor, clerk, measure, debtor)
    assert not [one for one in scene.read(measure).measure.defects
                if one.code.startswith("debtor.")]  # fmt: skip


def test_a_debtor_who_was_renamed_or_left_meanwhile_is_known_by_what_the_device_knew(
    sqlite_court: Court,
) -> None:
    court, clerk, other = sqlite_court, sqlite_court.staff(Role.CLERK), _second_debtor(sqlite_court)
    today = court_time(court.clock()).date().isoformat()
    court.database.run(rename_party, clerk, other, "李东昇", today, "户口簿")
    assert _against(court, "李东升")[:2] == (other, [])
    court.database.run(leave, clerk, other, today, "裁定")
    assert court.database.read(debtor_of, court.seeded.cases[0].id, "", "李东升") != other, (
        "the only debtor who is left")  # fmt: skip


def test_name_and_number_of_different_debtors_leave_it_open(sqlite_court: Court) -> None:
    court, case, other = sqlite_court, sqlite_court.seeded.cases[0], _second_debtor(sqlite_court)
    name = next(name for _, role, name in case.parties if role == "DEBTOR")
    read = court.database.read
    assert read(debtor_of, case.id, NUMBER, "李东升") == other
    assert read(debtor_of, case.id, NUMBER, name) is None
    assert [one.code for one in read(unnamed_defects, case.id, NUMBER, name)] == [
        "debtor.contradicted"
    ]


def test_a_measure_is_not_closed_before_its_debtor_is_named(sqlite_centre: Centre) -> None:
    court, clerk = sqlite_centre.court, Reader(sqlite_centre, Role.CLERK)
    _second_debtor(court)
    scene, who = Scene(court), court.staff(Role.CLERK)
    measure = str(scene.send(scene.body("search")).measure)
    page = clerk.page(f"measures/{measure}")
    assert 'data-part="close-wants"' in page
    refused = clerk.post(f"measures/{measure}/closing")
    assert (refused.status_code, "measure.debtor_unnamed" in refused.text) == (403, True)
    debtor = next(one for one, role, _ in court.seeded.cases[0].parties if role == "DEBTOR")
    court.database.run(name_debtor, who, measure, debtor)
    assert 'data-part="close-wants"' not in clerk.page(f"measures/{measure}")
    with pytest.raises(MzError, match=r"measure\.party_untold"):
        court.database.run(close_measure, who, measure)


def test_u13_the_holders_number_says_which_debtor_it_is(court: Court) -> None:
    case, other = court.seeded.cases[0].id, _second_debtor(court)
    assert court.database.read(debtor_of, case, NUMBER) == other
    assert court.database.read(debtor_of, case, "440199197911204425") is None
    assert court.database.read(debtor_of, case, "") is None


def test_an_act_against_the_only_debtor_is_his(court: Court) -> None:
    scene, case = Scene(court), court.seeded.cases[0]
    receipt = scene.send(scene.body("freeze_deposit", facts=FREEZE))
    debtor = next(one for one, role, _ in case.parties if role == "DEBTOR")
    assert scene.read(receipt.measure).measure.target == debtor
    assert "debtor.unnamed" not in [one.code for one in receipt.defects]


def test_a_clerk_finds_out_on_the_page_of_the_measure(sqlite_centre: Centre) -> None:
    act, clerk = Unnamed(sqlite_centre.court), Reader(sqlite_centre, Role.CLERK)
    page = clerk.page(f"measures/{act.measure}")
    assert ('data-part="unnamed"' in page, 'data-part="against"' in page) == (True, False)
    done = clerk.post(f"measures/{act.measure}/debtor", party=act.other).text
    assert ('data-part="unnamed"' in done, 'data-part="against">李东升' in done) == (False, True)
    assert done.count("核定被执行人") >= 2, "among what was told, and among what became of it"
