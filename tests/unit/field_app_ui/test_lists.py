"""Lists of many things: by scan, from a table, in lots; what is wrong is named by its row."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from field_app.local_api.acts import MAX_DRAFT, Draft
from field_app.local_api.papers import Typeset
from field_app.window.act import ActDraft
from field_app.window.forms import kept, restored
from field_app.window.frames import Frame
from field_app.window.items import ItemDraft
from field_app.window.list_import import read_items
from field_app.window.scan import code_in, take_code
from field_app.window.spreadsheet import MOST_BYTES, MOST_ROWS, read_table
from schemas.measures.lots import LotMark, read_marks
from schemas.problems import MzError
from schemas.records import FootageAt

HEAD = ["序号", "物品名称", "数量", "单位", "型号", "编号", "估值（元）", "备注"]


def _sheet(folder: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def _refused(path: Path) -> str:
    with pytest.raises(MzError) as caught:
        read_table(path)
    return caught.value.code


def test_a_sheet_becomes_the_list(tmp_path: Path) -> None:
    path = _sheet(tmp_path, [HEAD, [1, "车床", 2, "台", "CAK50", 4_017, 68000.5, "旧"], [None] * 8,
                             [2, "布料", "10", "匹", "", "", "", ""]])  # fmt: skip
    report = read_items(read_table(path), [])
    assert report.wrong == []
    lathe, cloth = report.items
    assert (lathe.name, lathe.quantity, lathe.unit, lathe.serial) == ("车床", 2, "台", "4017")
    assert lathe.value_fen() == 6_800_050
    assert (cloth.quantity, cloth.value_fen()) == (10, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_of_the_courts_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("名称,数量\n喆牌电脑,3\n".encode(encoding))
    assert read_items(read_table(path), []).items == [ItemDraft(name="喆牌电脑", quantity=3)]


def test_every_wrong_row_is_named_by_its_number() -> None:
    rows = [
        HEAD, ["1", "", "1"], ["2", "桌", "两"], ["3", "椅", "0"], [],
        ["4", "灯", "1", "", "", "S-1", "六千"], ["5", "灯", "1", "", "", "S-1"],
        ["6", "镜", "1", "", "", "S-0"], ["7", "长" * 300],
    ]  # fmt: skip
    report = read_items(rows, [ItemDraft(name="旧", serial="S-0")])
    assert [(one.row, one.key) for one in report.wrong] == [
        (2, "name"), (3, "quantity"), (4, "quantity"), (6, "value"), (7, "serial"), (8, "serial"),
        (9, "long"),
    ]  # fmt: skip


def test_more_than_a_list_holds_is_told_before_anything_is_taken() -> None:
    rows = [["名称"], *([f"物{n}"] for n in range(2_501))]
    assert [one.key for one in read_items(rows, []).wrong] == ["too_many"]
    assert read_items(rows[:-1], []).wrong == []


def test_what_is_no_table_is_refused_by_code(tmp_path: Path) -> None:
    assert _refused(tmp_path / "none.xlsx") == "table.absent"
    trials = {
        "huge.csv": (b"x" * (MOST_BYTES + 1), "table.too_large"),
        "rows.csv": (b"a\n" * (MOST_ROWS + 1), "table.too_large"),
        "bytes.csv": (b"\xff\xff\xff\xff", "table.unreadable"),
        "short.xlsx": (b"PK\x03\x04cut", "table.unreadable"),
        "quote.csv": (b'a,"b\n', "table.unreadable"),
    }
    for name, (data, code) in trials.items():
        (tmp_path / name).write_bytes(data)
        assert _refused(tmp_path / name) == code, name
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * 140_000_000)
    (tmp_path / "bomb.xlsx").write_bytes(bomb.getvalue())
    assert _refused(tmp_path / "bomb.xlsx") == "table.too_large"
    with pytest.raises(MzError, match="no_name_column"):
        read_items([["甲", "乙"]], [])


def test_a_wedge_scanner_adds_counts_and_says_what_repeats() -> None:
    items = [ItemDraft(name="打印机", unit="台", brand_model="L330", serial="SN-1")]
    assert take_code(items, " SN-2 ").what == "added"
    assert (items[1].name, items[1].unit, items[1].brand_model) == ("打印机", "台", "L330")
    repeated = take_code(items, "SN-1")
    assert (repeated.what, repeated.at, len(items)) == ("repeated", 0, 2)
    assert take_code(items, "6901234567892").what == "added"
    assert take_code(items, "6901234567892").what == "counted"
    assert items[2].quantity == 2, "the same goods' code is one more of them"
    assert take_code([ItemDraft(name="x")] * 2_500, "SN-9").what == "full"
    assert take_code(items, LotMark(2, 501, 900, 400, 17, "ab" * 32).text()).what == "mark"


def test_a_code_is_found_in_the_picture_of_the_camera() -> None:
    out = io.BytesIO()
    segno.make("SN-2019-0417").save(out, kind="png", scale=6)
    picture = Image.new("L", (640, 360), 200)
    picture.paste(Image.open(out).convert("L"), (200, 60))
    planes = picture.tobytes() + bytes([128]) * (640 * 360 // 2)
    assert code_in(Frame(640, 360, 0, planes)) == "SN-2019-0417"
    assert code_in(Frame(640, 360, 0, bytes(640 * 360 * 3 // 2))) == ""


@given(st.builds(LotMark, *[st.integers(0, 999_999)] * 5, st.just("ab" * 32)))
def test_a_lots_mark_reads_back(mark: LotMark) -> None:
    assert read_marks(f"手写的一行\n{mark.text()}\n") == [mark]


def test_a_lot_numbers_its_rows_from_where_it_begins_and_marks_its_pages() -> None:
    draft = ActDraft(
        form="list_lot", operation="o", started_ms=1,
        facts={"of_act": "seize_movables", "lot": "2", "first_number": "501"},
        items=[ItemDraft(name="甲"), ItemDraft(name="乙")],
    )  # fmt: skip
    assert [item.number for item in draft.body(2).items] == [501, 502]
    draft.take_paper(Typeset("ab" * 32, [], 3))
    assert draft.paper is not None
    [mark] = read_marks(draft.paper.mark)
    assert mark == LotMark(2, 501, 502, 2, 3, "ab" * 32)
    act = ActDraft(form="seize_movables", operation="o", started_ms=1)
    act.add_mark(mark.text())
    act.add_mark(mark.text())
    assert read_marks(act.body(2).facts["lots"]) == [mark], "the same mark again changes nothing"


def test_a_draft_of_2500_things_with_photos_is_kept_whole() -> None:
    footage = FootageAt("0192f0c0-0000-7000-8000-000000000001", 123_456, 1_773_297_360_000)
    item = ItemDraft("数控车床", 2, "台", "沈阳机床 CAK5085", "SN-2019-0417", "可运行", "185000",
                     ["ab" * 32, "cd" * 32], [], footage)  # fmt: skip
    draft = ActDraft(form="seize_movables", operation="o", started_ms=1, items=[item] * 2_500)
    text = kept(draft)
    assert len(text) < MAX_DRAFT
    assert restored(Draft(draft.name, text)) == draft
