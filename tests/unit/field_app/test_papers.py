"""Papers of the scene: written from the form alone, typeset to the same bytes, for every form."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import pytest
import zxingcpp

from field_app.papers.tag import write_tags
from field_app.papers.typeset import typeset
from field_app.papers.written import Written, write
from schemas.field_api import OperationBrief
from schemas.measures import served
from schemas.measures.forms import FORMS
from schemas.measures.served import ServedEnd, ServedLine
from schemas.measures.tags import new_tag, tag_link
from schemas.records import ActStep, Attendee, FieldAct, SeizedItem, SignedHow

BRIEF = OperationBrief(
    "o", "c", "（2026）粤0199执3061号", "搜查", "桐花街27号", 0, "planned",
    [("APPLICANT", "顾念慈"), ("DEBTOR", "黎<b>喆昇")], [],
)  # fmt: skip
COURT, OFFICERS = "南江市临江区人民法院", ["陈牧远", "沈知夏"]


def _act(**changed: object) -> FieldAct:
    made = {
        "form": "search", "version": 1, "started_ms": 1_773_297_000_000,
        "finished_ms": 1_773_297_360_000, "place_text": "桐花街27号",
        "facts": {"searched": "书房", "found": "账簿"}, "attendees": [], **changed,
    }  # fmt: skip
    return FieldAct(**made)  # type: ignore[arg-type]


def _written(**changed: object) -> Written:
    return write(_act(**changed), BRIEF, COURT, OFFICERS)


def _pages(written: Written) -> bytes:
    return typeset(written)[0]


def _said(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_the_record_holds_what_18_wants_and_the_list_its_rows() -> None:
    written = _written(
        items=[SeizedItem(1, "账簿", 3, "册", estimated_value_fen=12_345)], custodian="罗以安",
        storage_place="证物室",
        steps=[ActStep("ANNOUNCE", 1_773_297_000_000), ActStep("SHOW_PAPER", 1, "受到阻碍")],
    )  # fmt: skip
    said = _said(_pages(written))
    for text in (
        "搜查笔录及清单", "（2026）粤0199执3061号", "2026年3月12日14时30分开始",
        "执行人员：陈牧远、沈知夏", "保管人：罗以安", "账簿", "壹佰贰拾叁元肆角伍分",
        "为保护您的合法权益", "未出示并宣读执行文书，理由：受到阻碍", "黎<b>喆昇", "第 1 页",
    ):  # fmt: skip
        assert text in said, text


def test_a_refusal_and_an_absence_are_told() -> None:
    lines = "".join(_written(attendees=[
        Attendee("被执行人", "黎", True, SignedHow.REFUSED, refusal_reason="不认可清单"),
        Attendee("GRASSROOTS_REP", "李", False, notified_how="电话", refusal_reason="在外地"),
    ]).lines())  # fmt: skip
    assert "被执行人黎到场，拒绝签名，不认可清单，已录像。" in lines
    assert "基层组织代表李，以电话方式通知，未到场，在外地。" in lines


def test_the_same_act_gives_the_same_bytes_and_another_act_others() -> None:
    assert _pages(_written()) == _pages(_written())
    assert _pages(_written()) != _pages(_written(note="另有门锁"))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_writes_its_paper(form: str) -> None:
    said = _said(_pages(_written(form=form)))
    title = "清单（第0册）" if form == "list_lot" else f"{FORMS[form].zh}笔录"
    assert title in said


def test_r87_papers_are_served_by_a_receipt_that_says_how_each_was_taken() -> None:
    lines = [
        ServedLine(ServedEnd.SIGNED, 1, 2, "", "（2026）粤0199执1号之一", "执行裁定书"),
        ServedLine(ServedEnd.LEFT, 1, 1, "", "（2026）粤0199执1号之二", ""),
        ServedLine(ServedEnd.FAILED, 0, 1, "", "（2026）粤0199执1号之三", "传票", "无人在家"),
    ]
    receipt = _written(
        form="serve", version=2,
        facts={"addressee": "黎<b>喆昇", "served": served.written(lines)},
        attendees=[Attendee("ADULT_FAMILY", "黎母", True)],
    )  # fmt: skip
    said = _said(_pages(receipt))
    for text in (
        "送达回证", "受送达人：黎<b>喆昇", "送达文书3项", "《执行裁定书》", "执1号之一", "签收",
        "拒收留置", "未能送达：无人在家", "成年家属 黎母", "送达结果",
    ):  # fmt: skip
        assert text in said, text
    assert "SIGNED" not in said


def test_a_list_of_many_pages() -> None:
    items = [SeizedItem(n, f"物品{n}", 1, "件") for n in range(1, 301)]
    data = _pages(_written(form="seize_movables", items=items))
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) > 5
    assert "扣押动产笔录及清单" in _said(data)
    assert "物品300" in _said(data)


def test_u5_each_tag_is_a_page_that_scans_and_names_no_person() -> None:
    first, second = new_tag(BRIEF.case_number), new_tag(BRIEF.case_number)
    body = _act(form="seal_real_estate", facts={"seal_tags": f"{first.text} {second.text}"})
    written = write_tags(body, BRIEF, COURT, "https://court.example")
    data, pages = typeset(*written)
    assert (pages, typeset(*written)[0]) == (2, data), "the same act, the same bytes"
    said = _said(data)
    for text in (COURT, BRIEF.case_number, first.printed, first.check, second.printed):
        assert text in said, text
    for hidden in ("顾念慈", "黎", "桐花街", *OFFICERS):
        assert hidden not in said, hidden
    drawn = pypdfium2.PdfDocument(data)
    found = [zxingcpp.read_barcodes(page.render(scale=2).to_pil())[0].text for page in drawn]
    assert found == [tag_link("https://court.example", tag) for tag in (first, second)]
    record = _said(_pages(write(body, BRIEF, COURT, OFFICERS)))
    assert f"封条编号：{first.text}" in record, "the record that people sign names them"


def test_u5_an_act_without_tags_has_none() -> None:
    assert write_tags(_act(), BRIEF, COURT, "https://court.example") == ()
