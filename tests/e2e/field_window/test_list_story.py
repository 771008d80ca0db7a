"""The list of an act on the real window: scanned, imported, thousands of rows, in lots."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kivy.base import EventLoop
from kivy.tests.common import UnitTestTouch

from field_app.theme.tokens import TOUCH_DP
from field_app.window.items import ItemDraft
from schemas.measures.lots import LotMark, read_marks
from schemas.records import FieldAct
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import SimulatedService

MANY = 2_500
OPEN_MS, TOUCH_P95_MS = 200, 100
SLOWEST = 5  # `bench field` holds them to their goals; here other tests share the machine


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    officer = open_window(tmp_path)
    officer.enter()
    yield officer
    officer.close()


def _open_list(hand: Hand, act: str) -> None:
    hand.choose_act(act)
    hand.on("act")
    hand.tap(hand.part("whole_list"))
    hand.on("list")


def _scan(hand: Hand, code: str) -> None:
    """As a keyboard wedge types: the letters, then Enter."""
    entry = hand.part("scan").ids.entry
    hand.tap(hand.part("scan"))
    entry.insert_text(code)
    entry.dispatch("on_text_validate")
    hand.frames(3)


def test_a_list_is_scanned_and_what_repeats_is_told(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _open_list(hand, "扣押动产")
    _scan(hand, "SN-0001")
    draft = hand.here.draft
    draft.items[0].name = "打印机"
    _scan(hand, "SN-0002")
    assert hand.says("已加入第 2 项")
    assert draft.items[1].name == "打印机"
    _scan(hand, "SN-0001")
    assert hand.says("重复：已是第 1 项")
    assert len(draft.items) == 2
    hand.picture(pictures / "field-list-scan.png")
    hand.tap(hand.said("SN-0002", hand.part("rows")))
    hand.on("item")
    hand.type(hand.part("value"), "6800")
    hand.tap(hand.part("memo"))
    hand.wait(lambda: service.speaking and hand.says("停止并保存语音"))
    hand.tap(hand.part("memo"))
    hand.wait(lambda: hand.says("语音 1 段"))
    hand.picture(pictures / "field-item-memo.png")
    hand.tap(hand.part("done"))
    hand.on("list")
    assert hand.says("¥6,800.00")
    assert draft.body(2).items[1].photos == ["cd" * 32]
    for part in ("table", "picture", "add"):
        assert hand.part(part).height >= TOUCH_DP


def test_a_table_comes_whole_or_not_at_all(
    hand: Hand, service: SimulatedService, tmp_path: Path, pictures: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("名称,数量,估值\n车床,2,68000\n,1,\n布料,十,五百\n", "utf-8")
    _open_list(hand, "扣押动产")
    draft = hand.here.draft
    hand.tap(hand.part("table"))
    hand.on("table")
    hand.type(hand.part("path"), str(path))
    hand.tap(hand.part("read"))
    hand.wait(lambda: hand.says("3 行中有 2 行不对"))
    assert hand.says("第 3 行：缺名称")
    assert hand.says("第 4 行：估值“五百”不是金额")
    assert hand.part("take").disabled
    assert draft.items == []
    hand.picture(pictures / "field-table-wrong.png")
    path.write_text("名称,数量,估值\n车床,2,68000\n布料,10,500\n", "utf-8")
    hand.tap(hand.part("read"))
    hand.wait(lambda: hand.says("2 行全部可以导入"))
    hand.tap(hand.part("take"))
    hand.on("list")
    assert [item.name for item in draft.items] == ["车床", "布料"]


def _frame_ms() -> float:
    begun = time.perf_counter()
    EventLoop.idle()
    return (time.perf_counter() - begun) * 1_000


def test_2500_things_open_at_once_scroll_smoothly_and_outlive_the_window(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.choose_act("扣押动产")
    hand.on("act")
    draft = hand.here.draft
    draft.items += [
        ItemDraft(f"织机零件 {n}", 1 + n % 3, "件", "北辰 L330", f"SN-{n:05d}", "旧", "120",
                  ["ab" * 32])
        for n in range(1, MANY + 1)
    ]  # fmt: skip
    hand.frames(3)
    begun = time.perf_counter()
    hand.window.window_root.go("list", draft=draft)
    EventLoop.idle()
    opened_ms = (time.perf_counter() - begun) * 1_000
    hand.frames(3)
    rows = hand.part("rows")
    hand.picture(pictures / "field-list-2500.png")
    frames = []
    x, y = rows.to_window(*rows.center)
    for _swipe in range(6):
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        for step in range(12):
            touch.touch_move(x, y + 22 * step)
            frames.append(_frame_ms())
        touch.touch_up()
        frames += [_frame_ms() for _ in range(6)]
    p95 = sorted(frames)[int(len(frames) * 0.95)]
    print(f"open {opened_ms:.0f} ms, touch to frame p95 {p95:.0f} ms")
    assert rows.scroll_y < 1, "the list follows the finger"
    assert opened_ms <= SLOWEST * OPEN_MS
    assert p95 <= SLOWEST * TOUCH_P95_MS
    assert len(rows.layout_manager.children) < 40, "only the rows in sight exist"
    _scan(hand, "SN-99999")
    assert hand.says("清单已满")
    hand.wait(lambda: any(f"SN-{MANY:05d}" in one.text for one in service.drafts.values()))


def test_a_lot_is_signed_by_itself_and_its_mark_goes_to_the_act(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.choose_act("清单分册")
    hand.on("act")
    hand.pick(hand.here.entries["of_act"], "seize_movables")
    hand.type(hand.here.entries["lot"], "2")
    hand.type(hand.here.entries["first_number"], "501")
    hand.tap(hand.part("whole_list"))
    hand.on("list")
    _scan(hand, "SN-0501")
    hand.tap(hand.said("SN-0501", hand.part("rows")))
    hand.on("item")
    assert hand.says("第 501")
    hand.type(hand.part("name"), "织机")
    hand.tap(hand.part("done"))
    hand.on("list")
    hand.window.window_root.back()
    hand.on("act")
    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("扣押动产清单（第2册）"))
    assert hand.says("主办人设备扫此码")
    mark = hand.here.mark
    hand.part("page").scroll_y = 0.2
    hand.picture(pictures / "field-list-lot.png")
    [said] = read_marks(mark)
    assert (said.lot, said.first, said.last, said.rows) == (2, 501, 501, 1)
    hand.window.window_root.back()
    hand.on("act")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.on("record")
    lot = service.saved[-1].body
    assert isinstance(lot, FieldAct)
    assert (lot.form, [item.number for item in lot.items]) == ("list_lot", [501])

    hand.window.window_root.go("act", form="seize_movables")
    hand.tap(hand.part("whole_list"))
    hand.on("list")
    _scan(hand, mark)
    assert hand.says("已登记一册清单的标记")
    hand.window.window_root.back()
    hand.on("act")
    assert hand.here.entries["lots"].text == mark
    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("清单第2册：第501项至第501项，共1项"))


def test_a_mark_that_is_none_is_a_thing_like_any_other(hand: Hand) -> None:
    _open_list(hand, "扣押动产")
    _scan(hand, LotMark(2, 1, 2, 2, 1, "x").text().replace("MZL1", "MZL9"))
    assert len(hand.here.draft.items) == 1
