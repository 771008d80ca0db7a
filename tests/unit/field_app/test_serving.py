"""The lines of a receipt while they are filled: what is offered, who took it, what is shown."""

from __future__ import annotations

from field_app.window import serving
from field_app.window.act import ActDraft
from field_app.window.people import AttendeeDraft
from schemas.field_api import OperationBrief, PaperToServe
from schemas.measures.forms import FORMS
from schemas.measures.served import MOST_LINES, ServedEnd
from schemas.records import SignedHow

RULING = PaperToServe("p-1", "（2026）粤0199执1号之一", "执行裁定书")
NOTICE = PaperToServe("p-2", "（2026）粤0199执1号告知第1号", "执行措施告知书", "黎喆昇")
OTHERS = PaperToServe("p-3", "（2026）粤0199执1号告知第2号", "执行措施告知书", "顾念慈")
DONE = PaperToServe("p-4", "（2026）粤0199执1号之二", "执行裁定书", "", ["黎喆昇"])
BRIEF = OperationBrief(
    "o", "c", "（2026）粤0199执1号", "", "", 0, "planned",
    [("APPLICANT", "顾念慈"), ("DEBTOR", "黎喆昇")], [], papers=[RULING, NOTICE, OTHERS, DONE],
)  # fmt: skip


def draft() -> ActDraft:
    made = ActDraft("serve", "o", 1, FORMS["serve"].version, "桐花街27号")
    made.facts["addressee"] = "黎喆昇"
    made.attendees = [AttendeeDraft("见证人", "许广生"), AttendeeDraft("被执行人", "黎喆昇")]
    return made


def test_only_his_papers_are_offered_that_he_has_not_got_and_each_once() -> None:
    made = draft()
    assert serving.offered(made, BRIEF) == [RULING, NOTICE]
    serving.add(made, [RULING])
    assert serving.offered(made, BRIEF) == [NOTICE]
    made.facts["addressee"] = "顾念慈"
    assert serving.offered(made, BRIEF) == [OTHERS, DONE]
    assert serving.offered(made, None) == []
    made.facts["addressee"] = ""
    assert serving.offered(made, BRIEF) == [], "whose papers, is not said"


def test_the_one_person_who_may_receive_is_named_and_a_witness_never() -> None:
    made = draft()
    assert serving.receivers(made) == [("2", "被执行人 黎喆昇")]
    serving.add(made, [RULING])
    assert serving.lines_of(made)[0].receiver == 2
    made.attendees.append(AttendeeDraft("成年家属", "黎母"))
    serving.add(made, [NOTICE])
    assert serving.lines_of(made)[1].receiver == 0, "the officer says which of two"


def test_a_line_says_what_it_wants_until_it_is_signed_or_explained() -> None:
    made = draft()
    serving.add(made, [RULING])
    shown = serving.shown(made, serving.lines_of(made)[0])
    assert (shown.title, shown.word, shown.wanting) == ("执行裁定书", "签收", True)
    made.attendees[1].signed = SignedHow.SIGNED
    assert not serving.shown(made, serving.lines_of(made)[0]).wanting
    serving.change(made, 0, end=ServedEnd.REFUSED, note="")
    assert serving.shown(made, serving.lines_of(made)[0]).wanting
    serving.change(made, 0, note="要求先看裁定")
    said = serving.shown(made, serving.lines_of(made)[0])
    assert (said.wanting, said.note) == (
        False, "（2026）粤0199执1号之一\n1 份 · 被执行人 黎喆昇\n要求先看裁定",
    )  # fmt: skip


def test_taking_a_person_off_takes_him_off_his_lines() -> None:
    made = draft()
    serving.add(made, [RULING])
    made.remove_person(made.attendees[0])
    assert serving.lines_of(made)[0].receiver == 1
    made.remove_person(made.attendees[0])
    assert serving.lines_of(made)[0].receiver == 0


def test_the_record_says_what_was_typed_and_no_more_than_a_receipt_holds() -> None:
    made = draft()
    serving.add_typed(made, "（2026）粤0199执1号之九")
    body = made.body(5)
    assert (body.version, body.facts["addressee"]) == (2, "黎喆昇")
    assert "（2026）粤0199执1号之九" in body.facts["served"]
    assert [lack.key for lack in made.lacks() if lack.key.startswith("served")] == [
        "served_unsigned"
    ]
    serving.add(made, [RULING] * 60)
    assert len(serving.lines_of(made)) == MOST_LINES
    serving.remove(made, 0)
    assert serving.lines_of(made)[0].title == "执行裁定书"
