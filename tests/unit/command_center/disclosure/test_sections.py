"""The nine sections of S-30."""

from __future__ import annotations

from command_center.disclosure.document import CaseCard, OfficerShown, PartyShown, Text
from command_center.disclosure.sections import Known, nine_sections

NINE = [
    "执行立案",
    "执行人员",
    "程序变更",
    "执行措施",
    "财产处置",
    "裁决文书",
    "结案",
    "款项分配",
    "暂缓、中止、终结",
]


def known(state: str = "IN_PROGRESS") -> Known:
    clerk = OfficerShown(Text("书记员", "Clerk"), "温雨桐", "020-55501234")
    card = CaseCard(
        number="（2026）粤0199执2187号",
        state=Text("执行中", "in progress"),
        cause="买卖合同纠纷",
        basis="（2025）粤0199民初6021号民事判决书",
        amount_fen=50_821_450,
        filed_ms=1_770_600_000_000,
        parties=[PartyShown(Text("被执行人", "debtor"), "贺建平", own=True)],
        officers=[clerk],
        clerk=clerk,
    )
    return Known(card, state, [])


def test_s30_exactly_nine_sections_in_their_order() -> None:
    sections = nine_sections(known())
    assert [section.title.zh for section in sections] == NINE
    assert all(section.title.en and section.empty.en for section in sections)


def test_s20_filing_names_basis_amount_and_parties() -> None:
    lines = [line.text.zh for line in nine_sections(known())[0].lines]
    assert lines[0] == "2026年2月9日立案"
    assert "执行依据：（2025）粤0199民初6021号民事判决书" in lines
    assert "执行标的：¥508,214.50" in lines
    assert "被执行人：贺建平" in lines


def test_s20_the_clerk_has_an_office_telephone() -> None:
    assert nine_sections(known())[1].lines[0].text.zh == "书记员：温雨桐，办公电话020-55501234"


def test_sections_without_record_say_so() -> None:
    empty = {s.key: s for s in nine_sections(known()) if not s.lines}
    assert set(empty) == {
        "procedure",
        "measures",
        "disposal",
        "rulings",
        "distribution",
        "suspension",
    }
    assert all("没有这类信息的记录" in section.empty.zh for section in empty.values())


def test_a_stay_stands_in_its_section() -> None:
    suspended = {s.key: s for s in nine_sections(known("SUSPENDED"))}
    assert len(suspended["suspension"].lines) == 1
