"""Files of cases (issue 5, item 1): both forms and encodings, a code for each fault."""

from __future__ import annotations

import json

import pytest

from command_center.cases.case_file import LARGEST_BYTES, MOST_ROWS, read_file
from schemas.problems import MzError
from schemas.time import clock_text

HEADER = "案号,案由,执行标的,立案日期,状态,申请执行人,申请执行人证件号,申请执行人电话,被执行人"
GOOD = '（2024）粤0103执5号,买卖合同,"1,234.5",2024-03-12,执行中,甲公司；王五,；,；13800000001,赵六'


def _csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_read_in_every_encoding(encoding: str) -> None:
    (row,) = read_file(_csv(GOOD).decode().encode(encoding))
    assert row.case is not None
    assert row.case.number == "(2024)粤0103执5号"
    assert row.case.amount_fen == 123_450
    assert clock_text(row.case.filed_ms).startswith("00:00:00") or row.case.filed_ms % 1000 == 0
    told = [(one.role, one.name, one.is_person, one.phone) for one in row.case.parties]
    assert told == [
        ("APPLICANT", "甲公司", False, ""), ("APPLICANT", "王五", True, "13800000001"),
        ("DEBTOR", "赵六", True, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2024/3/12", "2024/03/12", "2024.3.12", "2024年3月12日",
                                 "2024/3/12 0:00"])  # fmt: skip
def test_a_spreadsheets_own_way_of_writing_is_understood(day: str) -> None:
    """Excel writes days like 2024/3/12, adds empty columns, and clerks spread short names."""
    header = HEADER.replace("案由", " 案由 ") + ",,"
    row = (
        GOOD.replace("2024-03-12", day).replace("王五", "王\u3000五").replace("赵六", "赵\xa0六,,")
    )
    (plain,), (spread,) = read_file(_csv(GOOD)), read_file(_csv(row, header=header))
    assert spread.case == plain.case
    (beyond,) = read_file(_csv(row + "x", header=header))
    assert (beyond.case, beyond.code) == (None, "case_file.row")
    (cut,) = read_file(_csv("（2024）粤0103执5号,买卖合同", header=header))
    assert (cut.case, cut.code) == (None, "case_file.row")
    assert cut.label == "（2024）粤0103执5号", "half a row is told by its number"


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
def test_lines_end_as_on_any_system_and_rows_of_blanks_are_none(ending: str) -> None:
    text = ending.join((HEADER, GOOD, "  ,\u3000,, ,,,,,", GOOD.replace("执5", "执6")))
    rows = read_file(b"\xef\xbb\xbf" + text.encode("utf-8-sig"))
    assert [(row.line, row.code) for row in rows] == [(2, ""), (4, "")]


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    """The header is row 1; an empty row, and a cell of two lines, are a row as every other."""
    two_lines = GOOD.replace("买卖合同", '"买卖\n合同"').replace("执5", "执6")
    raw = _csv(GOOD, "", ",,,,,,,,", two_lines, GOOD.replace("执5", "执7"))
    assert [row.line for row in read_file(raw)] == [2, 5, 6]
    assert [row.line for row in read_file(b"\n" + raw)] == [3, 6, 7]
    one = {"number": "x"}
    assert [row.line for row in read_file(json.dumps([one, one]).encode())] == [1, 2]


def test_an_amount_with_fen_is_read_with_its_sign_and_unit() -> None:
    amounts = ('"￥1,234.50"', "1234.5元", "1234.50")
    rows = read_file(_csv(*(GOOD.replace('"1,234.5"', one).replace("执5", f"执{at}")
                            for at, one in enumerate(amounts, 1))))  # fmt: skip
    assert [row.case and row.case.amount_fen for row in rows] == [123_450] * 3


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("王䶮".encode("gb18030"), "王䶮"),
        ("赵".encode("gb18030") + b"\xfe\x6d", "赵\u9fb8"),
        ("赵".encode("gb18030") + b"\xfe\x51", "赵\U00020087"),
        ("李\U00031350".encode("gb18030"), "李\U00031350"),  # newer than Python's tables
        ("李\U00020bb7".encode(), "李\U00020bb7"),
        ("阿依古丽·买买提".encode(), "阿依古丽·买买提"),
    ],
)
def test_rare_characters_of_a_name_come_through_whole(raw: bytes, name: str) -> None:
    gb = not raw.startswith(b"\xe6\x9d\x8e") and not raw.startswith(b"\xe9\x98\xbf")
    row = _csv(GOOD).decode().encode("gb18030" if gb else "utf-8")
    (found,) = read_file(row.replace("赵六".encode("gb18030" if gb else "utf-8"), raw))
    assert found.case is not None
    assert (found.case.parties[-1].name, found.case.parties[-1].is_person) == (name, True)


def test_json_says_the_same_by_codes() -> None:
    one = {"number": "(2024)粤0103执5号", "amount": "10", "filed": "2024-03-12", "major": True,
           "applicant": "南江海贸有限公司", "applicant_id": "91110000600037341L",
           "debtor": "赵六", "debtor_id": "11010519491231002x"}  # fmt: skip
    rows = read_file(json.dumps([one, one, 7]).encode())
    assert [row.code for row in rows] == ["", "case_file.repeated", "case_file.row"]
    assert rows[0].case is not None
    assert rows[0].case.major
    assert [(p.is_person, p.id_number[-1]) for p in rows[0].case.parties] == [
        (False, "L"), (True, "X"),
    ]  # fmt: skip


def test_parties_of_any_document_are_read_by_number_or_by_the_kind_that_the_file_names() -> None:
    header = (
        "案号,执行标的,立案日期,申请执行人,申请执行人证件号,被执行人,被执行人证件号,"
        "被执行人证件类型"
    )
    rows = read_file(_csv(
        "（2024）粤0103执1号,10,2024-03-12,老厂,D2143569-X,John Smith；陈大文；林小姐；赵六,"
        "E1234567；H12345678；12345678；110105491231002,护照；；台胞证；",
        "（2024）粤0103执2号,10,2024-03-12,甲公司,,John Smith,E1234567,",
        "（2024）粤0103执3号,10,2024-03-12,甲公司,,John Smith,E1234567,驾驶证",
        "（2024）粤0103执4号,10,2024-03-12,甲公司,,甲公司,E1234567,护照；护照",
        "（2024）粤0103执5号,10,2024-03-12,甲公司,,甲公司,（）,",
        header=header,
    ))  # fmt: skip
    assert [row.code for row in rows] == [
        "", "case_file.id_number", "party.unknown_id_kind", "case_file.parties",
        "case_file.id_number",
    ]  # fmt: skip
    assert rows[0].case is not None
    assert [(one.id_kind, one.is_person) for one in rows[0].case.parties] == [
        ("ORG_CODE", False), ("PASSPORT", True), ("HK_MACAO_PERMIT", True),
        ("TAIWAN_PERMIT", True), ("RESIDENT_ID", True),
    ]  # fmt: skip


def test_a_day_of_birth_is_read_with_its_source_where_a_number_names_none() -> None:
    header = (
        "案号,执行标的,立案日期,申请执行人,被执行人,被执行人证件号,被执行人证件类型,"
        "被执行人出生日期,被执行人出生日期来源"
    )
    rows = read_file(_csv(
        "（2024）粤0103执1号,10,2024-03-12,甲公司,John Smith；赵六,E1234567；,护照；,"
        "1938/3/2；2009年12月1日,所持证件；Household Register",
        "（2024）粤0103执2号,10,2024-03-12,甲公司,赵六,,,1899-12-31,HOUSEHOLD",
        "（2024）粤0103执3号,10,2024-03-12,甲公司,赵六,,,2009-02-30,HOUSEHOLD",
        "（2024）粤0103执4号,10,2024-03-12,甲公司,赵六,,,2009-02-28,听说",
        "（2024）粤0103执5号,10,2024-03-12,甲公司,赵六；孙某,,,2009-02-28,HOUSEHOLD；",
        header=header,
    ))  # fmt: skip
    assert [row.code for row in rows] == [
        "", "case_file.birth", "case_file.birth", "party.birth_source", "case_file.parties",
    ]  # fmt: skip
    assert rows[0].case is not None
    assert [(one.birth, one.birth_source) for one in rows[0].case.parties[1:]] == [
        ("1938-03-02", "DOCUMENT"), ("2009-12-01", "HOUSEHOLD"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("执9x号", "执5号", "case.number_malformed"),
        ("12.345", '"1,234.5"', "case_file.amount"),
        ("2024-02-30", "2024-03-12", "case_file.day"),
        ("飞行中", "执行中", "case.unknown_state"),
        ("甲公司；", "甲公司；王五", "case_file.parties"),
        ("13800000001", "；13800000001", "case_file.parties"),
        ("123；", ",；,", "case_file.row"),
        (",=HYPERLINK(1),", ",买卖合同,", "case_file.formula"),
        (",\t,", ",买卖合同,", "case_file.row"),
        ("，甲；@SUM", "；王五", "case_file.formula"),
        ("买\x07卖", "买卖", "case_file.cell"),
        ("买" * 401, "买", "case_file.cell"),
    ],
)
def test_each_fault_has_its_code(wrong: str, right: str, code: str) -> None:
    rows = read_file(_csv(GOOD.replace(right, wrong, 1), GOOD.replace("执5号", "执6号")))
    if wrong == ",\t,":
        assert rows[0].code == ""  # an empty cell
    else:
        assert rows[0].code == code
    assert rows[1].code == ""


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xff\xff", "case_file.encoding"),
        (b"", "case_file.columns"),
        (b"[{", "case_file.malformed"),
        (b"[" * 100_000, "case_file.malformed"),
        (b'{"number": 1}', "case_file.malformed"),
        (_csv('"open', GOOD), "case_file.malformed"),
        (_csv(GOOD, header=HEADER + ",案号"), "case_file.columns"),
        (_csv(GOOD, header=HEADER + ",别的"), "case_file.columns"),
        (b"x" * (LARGEST_BYTES + 1), "case_file.too_large"),
        (_csv(*["x"] * (MOST_ROWS + 1)), "case_file.too_large"),
        (("案" * (LARGEST_BYTES // 3 + 1)).encode("gb18030"), "case_file.too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(raw: bytes, code: str) -> None:
    with pytest.raises(MzError, match=code):
        read_file(raw)
