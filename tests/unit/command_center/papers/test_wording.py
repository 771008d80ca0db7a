"""The court's own text of a paper: what it may hold, how it is filled in, what its print shows."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from pypdf import PdfReader

from command_center.papers.elements import require_elements
from command_center.papers.facts import Frame, MeasureFacts, Person, Printed, ServiceFacts
from command_center.papers.filling import fill
from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.samples import sample, try_out
from command_center.papers.typeset import typeset
from command_center.papers.wording import MOST_CHARACTERS, plain_text, read_wording
from command_center.papers.wording_forms import FORMS
from command_center.papers.wordings import WORDINGS
from schemas.problems import MzError

COURT = "南江市人民法院"
NOTICE = WORDINGS[PaperKind.MEASURE_NOTICE]
HOSTILE = (
    '#read("/etc/passwd") *粗* $x$ <seal> \\u{41} {{7*7}} 【落款】 [x] #set page(footer: none)'
)
KINDS = pytest.mark.parametrize("kind", WORDINGS)


def words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def body_of(pdf: bytes) -> str:
    """Return a print's words without what the foot says of its template's version."""
    return re.sub(r"模板[A-Z_]+(本院)?第\d+版", "", words(pdf))


def refused(code: str, detail: str = "") -> object:
    return pytest.raises(MzError, match=f"^{re.escape(code)}: {re.escape(detail)}")


def test_every_kind_that_has_a_template_may_have_a_text_of_the_court() -> None:
    assert set(WORDINGS) == set(FORMS) == set(TEMPLATES)


_HOLES = {
    PaperKind.E_SERVICE_CERT, PaperKind.SERVICE_RECEIPT, PaperKind.RULING_RELEASE,
    PaperKind.ASSIST_NOTICE, PaperKind.ASSIST_RENEW,
}  # fmt: skip
"""Where the record says the least, these shipped ones leave an empty row or half a sentence."""


@KINDS
def test_the_text_to_begin_with_prints_what_the_shipped_template_prints(kind: PaperKind) -> None:
    text, template = WORDINGS[kind], TEMPLATES[kind]
    assert plain_text(text) == text
    for least in (False,) if kind in _HOLES else (False, True):
        worded = sample(kind, COURT, 1, text, least=least)
        frame = msgspec.structs.replace(
            worded.frame, file=template.file, version=template.version, edition=0
        )
        own, shipped = typeset(worded), typeset(Printed(frame, worded.facts))
        assert body_of(own.pdf) == body_of(shipped.pdf)
        assert own.place.page == shipped.place.page


@KINDS
def test_what_a_paper_must_say_cannot_be_left_out(kind: PaperKind) -> None:
    for name in FORMS[kind].obliged | {"落款"}:
        text = "\n".join(
            line for line in WORDINGS[kind].split("\n")
            if f"【{name}" not in line and f"{{{name}}}" not in line
        )  # fmt: skip
        with pytest.raises(MzError, match=r"^wording\.lacking") as told:
            read_wording(kind, text)
        assert name in told.value.detail


@pytest.mark.parametrize(
    ("line", "code", "detail"),
    [
        ("本院{执行依据", "wording.malformed", "line 1 {"),
        ("本院]依据", "wording.malformed", "line 1 ]"),
        ("[本院[依据]]", "wording.malformed", "line 1 ["),
        ("[本院", "wording.malformed", "line 1 ["),
        ("{{执行依据}}", "wording.malformed", "line 1 {"),
        ("本院【落款】为准", "wording.malformed", "line 1 【"),
        ("｜{措施}", "wording.malformed", "line 1 ｜"),
        ("{措施}｜{措施}", "wording.malformed", "line 1 ｜"),
        ("一｜二｜三", "wording.malformed", "line 1 ｜"),
        ("{账号}", "wording.unknown_fact", "line 1 账号"),  # of other kinds: never on this one
        ("{facts.account}", "wording.unknown_fact", "line 1 facts.account"),
        ("{}", "wording.unknown_fact", "line 1 "),
        ("【财产表】", "wording.unknown_part", "line 1 财产表"),
        ("【 落款】", "wording.unknown_part", "line 1  落款"),
        ("【当事人：全体】", "wording.part_text", "line 1 当事人"),
        ("【标题】", "wording.part_text", "line 1 标题"),
        (f"【标题：{'长' * 41}】", "wording.part_text", "line 1 标题"),
        ("【签名：甲、乙、丙、丁、戊】", "wording.part_text", "line 1 签名"),
        ("【落款】", "wording.repeated", "line 1 落款"),
        ("地点在{地点}。", "wording.may_lack", "line 1 地点"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(line: str, code: str, detail: str) -> None:
    with refused(code, detail):
        read_wording(PaperKind.MEASURE_NOTICE, f"{line}\n{NOTICE}")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("字" * 601, "wording.too_long"),
        ("\n".join("字" * 500 for _ in range(9)), "wording.too_long"),
        ("\n".join("字" for _ in range(81)), "wording.too_long"),
        ("本院\u202e依据", "wording.character"),
        ("本院\u200b依据", "wording.character"),
        ("本院\0依据", "wording.character"),
        ("a" * 41, "wording.unbroken"),
    ],
)
def test_what_would_hide_or_run_off_is_refused(line: str, code: str) -> None:
    assert MOST_CHARACTERS == 4000
    with refused(code):
        plain_text(f"{line}\n{NOTICE}")


def test_wide_signs_and_blanks_are_one_text() -> None:
    typed = "　｛措施｝［和｛裁定文号｝］ \r\n措施|｛措施｝\r\n"
    assert plain_text(typed) == "{措施}[和{裁定文号}]\n措施｜{措施}"


def test_markup_is_printed_as_it_is_written() -> None:
    hostile = '#read("/etc/passwd") *粗* $x$ <seal> \\u41 //尾 #set page(footer: none)'
    text = f"{hostile}\n【标题：{hostile[:30]}】\n行｜{hostile}\n【页脚：{hostile[:50]}】\n{NOTICE}"
    full, _least = try_out(PaperKind.MEASURE_NOTICE, COURT, 3, text)
    said = words(full)
    assert said.count("".join(hostile.split())) == 2
    assert "root:" not in said
    assert "本院第3版" in said
    assert "扫码核验本文书" in said


def test_a_name_of_the_record_is_never_read_as_a_part_of_the_text() -> None:
    made = sample(PaperKind.MEASURE_NOTICE, COURT, 1, NOTICE, least=False)
    assert isinstance(made.facts, MeasureFacts)
    facts = msgspec.structs.replace(
        made.facts, to=HOSTILE, officers="{账号}", parties=[Person("被执行人", HOSTILE, "")]
    )
    worded = fill(PaperKind.MEASURE_NOTICE, NOTICE, made.frame, facts)
    said = words(typeset(Printed(made.frame, facts, worded)).pdf)
    assert said.count("".join(HOSTILE.split())) == 2
    assert "{账号}" in said
    assert "6200" not in said


def test_what_a_record_lacks_is_left_out_with_its_words_or_named() -> None:
    text = f"[在{{地点}}]完成，[由{{执行人员}}经办]。\n{NOTICE}"
    made = sample(PaperKind.MEASURE_NOTICE, COURT, 1, text, least=True)
    assert made.worded is not None
    assert made.worded.blocks[0].text == "完成，。"
    rows = next(one for one in made.worded.blocks if one.sort == "rows").rows
    assert [label for label, _value in rows] == ["措施", "对象", "实施时间"]
    assert isinstance(made.facts, MeasureFacts)
    bare = msgspec.structs.replace(made.facts, basis="", remedy="")
    unfit = fill(PaperKind.MEASURE_NOTICE, text, made.frame, bare)
    assert unfit.lacking == ["执行依据", "救济途径"]
    with refused("paper.wording_unfit", "执行依据、救济途径"):
        typeset(Printed(made.frame, bare, unfit))


def test_a_fact_that_the_law_wants_is_not_lost_with_another_one() -> None:
    text = NOTICE.replace("执行人员｜{执行人员}", "在场｜{地点}，{执行人员}")
    made = sample(PaperKind.MEASURE_NOTICE, COURT, 1, text, least=False)
    assert isinstance(made.facts, MeasureFacts)
    no_place = msgspec.structs.replace(made.facts, place="")
    assert fill(PaperKind.MEASURE_NOTICE, text, made.frame, no_place).lacking == ["执行人员"]


def test_room_to_write_by_hand_stays_where_the_record_says_nothing() -> None:
    made = sample(PaperKind.SERVICE_RECEIPT, COURT, 1, WORDINGS[PaperKind.SERVICE_RECEIPT],
                  least=True)  # fmt: skip
    assert isinstance(made.facts, ServiceFacts)
    assert made.worded is not None
    assert made.worded.blocks[0].rows[1:] == [["送达地址", "＿"], ["送达方式", "＿"]]
    assert "□签收" in words(typeset(made).pdf)


def test_a_print_that_hides_what_it_must_show_is_refused() -> None:
    made = sample(PaperKind.MEASURE_NOTICE, COURT, 2, NOTICE, least=False)
    assert made.worded is not None
    pdf = typeset(made).pdf
    require_elements(pdf, made.frame, made.worded)
    for other in (
        Printed(msgspec.structs.replace(made.frame, number="（2026）粤0000执2号"), made.facts),
        Printed(msgspec.structs.replace(made.frame, edition=3), made.facts),
        Printed(msgspec.structs.replace(made.frame, court="南河市人民法院"), made.facts),
    ):
        with refused("paper.element_missing"):
            require_elements(pdf, other.frame, made.worded)
    with refused("paper.element_missing", "拘留天数"):
        other = msgspec.structs.replace(made.worded, said=[("拘留天数", "一年")])
        require_elements(pdf, made.frame, other)


def test_a_fact_that_runs_off_the_sheet_is_refused() -> None:
    made = sample(PaperKind.MEASURE_NOTICE, COURT, 1, NOTICE, least=False)
    assert isinstance(made.facts, MeasureFacts)
    facts = msgspec.structs.replace(made.facts, what="A" * 200)
    worded = fill(PaperKind.MEASURE_NOTICE, NOTICE, made.frame, facts)
    with pytest.raises(MzError, match=r"^paper\.off_page"):
        typeset(Printed(made.frame, facts, worded))


def test_a_long_fact_over_two_pages_is_found_whole() -> None:
    kind = PaperKind.DETENTION_DECISION
    made = sample(kind, COURT, 1, WORDINGS[kind], least=False)
    facts = msgspec.structs.replace(made.facts, reason="被执行人拒不履行，并隐匿财产。" * 60)
    worded = fill(kind, WORDINGS[kind], made.frame, facts)
    assert len(PdfReader(io.BytesIO(typeset(Printed(made.frame, facts, worded)).pdf)).pages) == 2


def test_a_paper_from_before_texts_of_courts_is_read_as_it_was() -> None:
    frame = Frame(COURT, "搜查令", "一号", "2026-03-12", "SEARCH_WARRANT", 1, "search_warrant", "x")
    facts = sample(PaperKind.SEARCH_WARRANT, COURT, 1, WORDINGS[PaperKind.SEARCH_WARRANT],
                   least=False).facts  # fmt: skip
    kept = msgspec.json.encode(Printed(frame, facts))
    assert b"edition" not in kept
    assert b"worded" not in kept
    assert msgspec.json.decode(kept, type=Printed) == Printed(frame, facts)
