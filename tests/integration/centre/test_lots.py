"""Lots of a list reach the centre in any order and are one list; doubled ones join nothing."""

from __future__ import annotations

from typing import Any

import pytest

from command_center.measures.lots import awaited
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.measures.lots import LotMark
from schemas.records import ExhibitRef, FootageAt, SeizedItem
from tests.integration.centre.court import Court
from tests.integration.centre.test_field_acts import Scene

PAGES = "ab" * 32


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def _rows(first: int, count: int, fen: int = 100) -> list[SeizedItem]:
    return [SeizedItem(n, f"织机{n}", 1, "台", estimated_value_fen=fen)
            for n in range(first, first + count)]  # fmt: skip


def _act(scene: Scene, rows: list[SeizedItem], **facts: str) -> RecordReceipt:
    return scene.send(scene.body("seize_movables", items=rows,
                                 facts={"paper": "甲", "not_exempt": "1", **facts}))  # fmt: skip


def _lot(scene: Scene, number: int, rows: list[SeizedItem], **changed: Any) -> RecordReceipt:
    facts = {"of_act": "seize_movables", "lot": str(number), "first_number": str(rows[0].number)}
    body = scene.body("list_lot", items=rows, facts=facts, attendees=[])
    mine = {"device": scene.other.id, "officer": scene.second,
            "second_officer": scene.court.seeded.officer}  # fmt: skip
    return scene.send(body, **{**mine, **changed})


def _lot_codes(receipt: RecordReceipt) -> list[str]:
    return [defect.code for defect in receipt.defects if defect.code.startswith("lot.")]


def _numbers(scene: Scene, act: RecordReceipt) -> list[int]:
    return [item.number for item in scene.read(act.measure).measure.items]


def test_lots_before_and_after_the_act_are_one_list(scene: Scene) -> None:
    early = _lot(scene, 3, _rows(8, 2))
    assert _lot_codes(early) == []
    act = _act(scene, _rows(1, 4))
    assert _numbers(scene, act) == [1, 2, 3, 4, 8, 9], "the lot that waited has joined"
    late = _lot(scene, 2, _rows(5, 3))
    assert _lot_codes(late) == []
    assert _numbers(scene, act) == list(range(1, 10))
    measure = scene.read(act.measure).measure
    assert measure.value_fen == 900
    assert measure.subject == "织机1等9项"
    assert [item.lot for item in measure.items] == [None] * 4 + [late.record] * 3 + [
        early.record
    ] * 2  # fmt: skip
    assert any("第2册" in line for line in scene.log())


def test_a_doubled_lot_or_row_is_kept_and_joins_nothing(scene: Scene) -> None:
    act = _act(scene, _rows(1, 4))
    assert _lot_codes(_lot(scene, 2, _rows(5, 3))) == []
    assert _lot_codes(_lot(scene, 2, _rows(20, 3))) == ["lot.repeated"]
    assert _lot_codes(_lot(scene, 3, _rows(7, 3))) == ["lot.rows_repeated"]
    assert _lot_codes(_lot(scene, 4, _rows(4, 1))) == ["lot.rows_repeated"], "the act's own row"
    assert _lot_codes(_lot(scene, 1, _rows(30, 1))) == ["lot.unnumbered"], "the act's own lot"
    assert _numbers(scene, act) == list(range(1, 8))
    assert _lot_codes(_lot(scene, 3, _rows(8, 2))) == [], "a refused lot takes no number"


def test_an_act_that_takes_a_waiting_lots_row_says_so(scene: Scene) -> None:
    _lot(scene, 2, _rows(4, 3))
    act = _act(scene, _rows(1, 4))
    assert _lot_codes(act) == ["lot.rows_repeated"]
    assert _numbers(scene, act) == [1, 2, 3, 4]


def test_the_same_lot_again_joins_once(scene: Scene) -> None:
    act, record = _act(scene, _rows(1, 1)), new_id()
    facts = {"of_act": "seize_movables", "lot": "2", "first_number": "2"}
    body = scene.body("list_lot", items=_rows(2, 2), facts=facts)
    sent = [scene.send(body, record, recorded_wall_ms=5) for _time in range(2)]
    assert sent[0] == sent[1]
    assert _numbers(scene, act) == [1, 2, 3]


def test_the_acts_paper_awaits_the_lots_that_it_names_and_knows_their_pages(scene: Scene) -> None:
    marks = "\n".join(LotMark(n, n * 10, n * 10, 1, 3, PAGES).text() for n in (2, 3))
    act = _act(scene, _rows(1, 1), lots=marks)

    def missing() -> list[int]:
        found: list[int] = scene.court.database.read(awaited, act.measure)
        return found

    assert missing() == [2, 3]
    paper = ExhibitRef(PAGES, 9, "application/pdf", "paper")
    assert _lot_codes(_lot(scene, 2, _rows(20, 1), exhibits=[paper])) == []
    other = ExhibitRef("cd" * 32, 9, "application/pdf", "paper")
    assert _lot_codes(_lot(scene, 3, _rows(30, 1), exhibits=[other])) == ["lot.differs"]
    assert missing() == []
    assert _numbers(scene, act) == [1, 20, 30], "another paper is told; the rows are there"


def test_a_row_knows_the_footage_that_shows_it(scene: Scene) -> None:
    moment = FootageAt(new_id(), 41, scene.court.clock() - 5_000)
    act = _act(scene, [SeizedItem(1, "车床", 1, "台", footage=moment)])
    [item] = scene.read(act.measure).measure.items
    assert (item.footage_recording, item.footage_wall_ms) == (moment.recording, moment.wall_ms)
