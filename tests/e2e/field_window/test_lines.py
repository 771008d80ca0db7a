"""Lines of text on the real window end where a reader of Chinese expects it (禁则处理, S-05)."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from field_app.theme.lines import CLOSING, OPENING
from field_app.theme.parts import Txt
from field_app.window.words import catalogue
from tests.e2e.field_window.hand import Hand

_SPOKEN = "执行法院查封扣押冻结被人民币元录像在场签名喆堃昇珺第三条一二"
_LATIN = ["2026", "0199", "A12345", "officer", "GB/T", "v1.2", "3,061.50", "￥20"]
_CROWD = re.compile(rf"([{re.escape(OPENING + CLOSING)} ]{{2}})[{re.escape(OPENING + CLOSING)} ]+")
"""More marks than a line holds are broken somewhere: nobody writes so."""
_TEXT = st.lists(
    st.one_of(
        st.sampled_from(_SPOKEN), st.sampled_from(_SPOKEN), st.sampled_from("，。、；：！？"),
        st.sampled_from("（）《》「」“”〔〕"), st.sampled_from(["——", "……", "·", " ", "\n"]),
        st.sampled_from(_LATIN),
    ),
    min_size=1, max_size=160,

).map(lambda parts: _CROWD.sub(r"\1", "".join(parts)))  # fmt: skip


def drawn(label: Txt) -> list[str]:
    """Return the lines as Kivy laid them out."""
    return ["".join(word.text for word in line.words) for line in label._label._cached_lines]


def _laid(text: str, width: float, points: int = 17, *, bold: bool = False) -> Txt:
    label = Txt(text=text, points=points, bold=bold)
    label.width = width
    label.texture_update()
    return label


@pytest.mark.parametrize("bold", [False, True])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_TEXT, width=st.integers(200, 420), points=st.sampled_from([13, 17, 22, 29]))
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(
    hand: Hand, bold: bool, text: str, width: int, points: int
) -> None:
    label = _laid(text, width, points, bold=bold)
    lines = drawn(label)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text), "what is drawn is the text"
    assert label.text == text
    ends = {len(re.sub(r"\s", "", part)) for part in _heads(text)}
    at = 0
    for line, following in pairwise(lines):
        at += len(re.sub(r"\s", "", line))
        if at in ends:
            continue
        assert following[0] not in CLOSING, (line, following)
        assert line.rstrip()[-1:] not in OPENING, (line, following)


def _heads(text: str) -> list[str]:
    """Return the text up to each line feed of its own."""
    return [text[: found.start()] for found in re.finditer("\n", text)]


def test_words_and_numbers_stay_whole_and_a_digest_fills_its_lines(hand: Hand) -> None:
    lines = drawn(_laid("查封扣押冻结财产规定二〇二六年案号粤0199执3061号之一", 200))
    assert all("0199" in line or "0199" not in "".join(lines) for line in lines if "019" in line)
    assert not any(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(lines))
    digest = "9f3a7c21" * 8
    shown = drawn(_laid(f"校验值{digest}，请核对", 200))
    assert "".join(shown) == f"校验值{digest}，请核对"
    assert len(shown) <= 5, "a run that no line holds is cut, and fills each"
    english = drawn(_laid("The officer's device keeps everything until it is archived.", 200))
    assert " ".join(english) == "The officer's device keeps everything until it is archived."


def test_rows_of_items_break_between_items_and_never_within_a_name(hand: Hand) -> None:
    day = "11月28日 星期六 · 陈志远 · 执法记录仪 01 · 在线"
    crew = "合议庭与执行组：陈志远、沈知夏、欧阳明月、阿依古丽、王磊"
    names = ("陈志远", "沈知夏", "欧阳明月", "阿依古丽", "王磊")
    for width in range(150, 400, 7):
        assert "陈志远" in "|".join(drawn(_laid(day, width)))
        for line in drawn(_laid(day, width)) if width > 240 else ():
            assert line.removesuffix(" ·").strip(" ·").split(" · ")[0] in day.split(" · "), line
        broken = "|".join(drawn(_laid(crew, width)))
        assert all(name in broken for name in names), broken
    date = drawn(_laid("时间：2026年11月28日15时08分开始，2026年11月28日15时09分完成。", 340, 22))
    assert not any(line.startswith("分") for line in date), "no name beside a number"
    order = drawn(_laid("收到 · 周法官 14:20", 100, 14))
    assert order[0].startswith("收到 · 周法官"), "no line of one short word"
    long = drawn(_laid("查封被执行人名下位于临江区桐花街的全部办公设备 · 陈志远", 200))
    assert len(long) == 3, "an item that no line holds fills its lines"


def test_the_words_of_the_app_itself_obey_at_every_width(hand: Hand) -> None:
    longest = sorted(catalogue("zh-CN").values(), key=len)[-60:]
    for said in longest:
        for width in range(200, 400, 40):
            for line, following in pairwise(drawn(_laid(said, width))):
                assert following[0] not in CLOSING, (line, following)
                assert line[-1] not in OPENING, (line, following)
