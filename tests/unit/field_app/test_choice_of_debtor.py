"""Against which debtor an act is: asked where there are several, chosen without a link."""

from __future__ import annotations

from msgspec import structs

from field_app.window.act import ActDraft
from field_app.window.asked import MOST_PARTIES, choices_of, is_asked
from schemas.field_api import OperationBrief
from schemas.measures.forms import FORMS

ONE = OperationBrief(
    "o", "c", "（2026）粤0199执1号", "", "", 0, "planned",
    [("APPLICANT", "顾念慈"), ("DEBTOR", "黎喆昇")], [],
)  # fmt: skip
TWO = structs.replace(ONE, parties=[*ONE.parties, ("DEBTOR", "恒发贸易有限公司")])


def test_it_is_asked_where_a_case_has_several_debtors_and_they_are_the_choices() -> None:
    assert not is_asked("against", ONE)
    assert not is_asked("against", None)
    assert is_asked("against", TWO)
    assert is_asked("paper", ONE)
    assert choices_of("against", TWO) == [
        ("黎喆昇", "黎喆昇"), ("恒发贸易有限公司", "恒发贸易有限公司"),
    ]  # fmt: skip
    assert len(choices_of("addressee", TWO)) == 3
    many = structs.replace(ONE, parties=[("DEBTOR", f"丁{n}") for n in range(MOST_PARTIES + 1)])
    assert (is_asked("against", many), choices_of("against", many)) == (True, [])


def test_every_form_of_a_measure_has_it_and_none_wants_it() -> None:
    for form in FORMS.values():
        assert ("against" in form.optional) == (form.kind is not None), form.name
        assert "against" not in form.required


def test_what_was_chosen_stands_in_the_record_and_left_open_nothing_does() -> None:
    draft = ActDraft("search", "o", 1, FORMS["search"].version, "桐花街27号")
    assert "against" not in draft.body(2).facts
    draft.facts["against"] = "恒发贸易有限公司"
    assert draft.body(2).facts["against"] == "恒发贸易有限公司"
    assert "against" not in str(draft.lacks())
