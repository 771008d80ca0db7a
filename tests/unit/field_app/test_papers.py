"""Papers of the scene: written from the form alone, typeset to the same bytes, for every form."""

from __future__ import annotations

import io

import pypdf
import pytest

from field_app.papers.typeset import typeset
from field_app.papers.written import Written, write
from schemas.field_api import OperationBrief
from schemas.measures.forms import FORMS
from schemas.records import ActStep, Attendee, FieldAct, SeizedItem, SeizeMovables, SignedHow

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


def _said(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_the_record_holds_what_18_wants_and_the_list_its_rows() -> None:
    written = _written(
        items=[SeizedItem(1, "账簿", 3, "册", estimated_value_fen=12_345)], custodian="罗以安",
        storage_place="证物室",
        steps=[ActStep("ANNOUNCE", 1_773_297_000_000), ActStep("SHOW_PAPER", 1, "受到阻碍")],
    )  # fmt: skip
    said = _said(typeset(written))
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
    assert typeset(_written()) == typeset(_written())
    assert typeset(_written()) != typeset(_written(note="另有门锁"))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_writes_its_paper(form: str) -> None:
    said = _said(typeset(_written(form=form)))
    assert f"{FORMS[form].zh}笔录" in said


def test_movables_by_their_own_record_and_a_list_of_many_pages() -> None:
    items = [SeizedItem(n, f"物品{n}", 1, "件") for n in range(1, 301)]
    body = SeizeMovables(1, 2, "某处", items, "保管人", "仓库", [], not_exempt=True)
    data = typeset(write(body, BRIEF, COURT, OFFICERS))
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) > 5
    assert "扣押笔录及清单" in _said(data)
    assert "物品300" in _said(data)
