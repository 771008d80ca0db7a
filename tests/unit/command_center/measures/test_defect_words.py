"""Defects on English pages: a sentence for every code, with numbers and words of the record."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from command_center.measures import rules
from command_center.measures.defect_words import ENGLISH, in_english
from schemas.field_api import Defect
from schemas.measures.fields import FIELDS
from schemas.measures.guide import STEPS

ROOM = Path(rules.__file__).parent
OF_MEASURES = (
    "rules", "act_rules", "checks", "lots", "tags", "field_service", "field_acts", "changes",
    "against",
)  # fmt: skip
"""Where defects of measures are made; those of other records are told as events."""
_CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_BUILT = {"step.missing", "step.no_reason"}
_OF_NO_MEASURE = {"beside.not_own_device", "beside.no_interval"}


def _codes(path: Path) -> set[str]:
    """Return the codes that a module names, but for those of refusals."""
    tree = ast.parse(path.read_text("utf-8"))
    refused = {
        id(call.args[0]) for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "MzError"
    }  # fmt: skip
    return {
        node.value for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and _CODE.fullmatch(node.value) and id(node) not in refused
    }  # fmt: skip


def test_every_defect_of_a_measure_has_its_english_and_no_other_has() -> None:
    made = set().union(*(_codes(ROOM / f"{name}.py") for name in OF_MEASURES)) | _BUILT
    assert made - _OF_NO_MEASURE == set(ENGLISH)
    assert all(text.isascii() for text in ENGLISH.values())


@pytest.mark.parametrize(
    ("code", "text", "english"),
    [
        ("attachment.excessive", "控制财产价额为应付款项的1.262倍，可能明显超标的", "1.262 times"),
        ("seizure.item_unnamed", "清单第17项没有名称。", "Item 17 of the list has no name."),
        ("lot.rows_repeated", "清单序号3、4等12项与其他册重复，重复的一册未并入清单。", "12 rows"),
        ("signature.missing", "保管人在场，尚未签名或者盖章。", "Custodian was present"),
        ("signature.missing", "邻居在场，尚未签名或者盖章。", "Somebody was present"),
        ("tag.elsewhere", "封条 9F3A 7C21 E04B 已经用于另一项措施，须查明。", "9F3A 7C21 E04B"),
        ("field.missing", f"没有写明“{FIELDS['receipt'].zh}”。", FIELDS["receipt"].en[1:]),
        ("recorders.fewer_than_two", "现场扣押应当有两台以上记录仪同时摄录，本次为1台", "was 1;"),
        ("of.tomorrow", "明天的瑕疵。", "of.tomorrow"),
    ],
)
def test_what_the_record_says_stands_in_the_english(code: str, text: str, english: str) -> None:
    assert english in in_english(Defect(code, text, ""))


def test_each_field_and_step_is_named() -> None:
    every = [(words.zh, words.en) for words in (*FIELDS.values(), *STEPS.values())]
    for zh, _en in every:
        said = in_english(Defect("step.missing", f"没有记明{zh}。", ""))
        same = {f": {en}." for word, en in every if word == zh}
        assert said.endswith(tuple(same))
