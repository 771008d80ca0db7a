"""A refused form is filled in again as it was typed, and nothing else of its page is touched."""

from __future__ import annotations

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from command_center.desk.refilling import Typed, refill

PROBLEM = Markup('<p class="err" id="refused">!</p>')
PAGE = """<!doctype html><html><body><main class="main" id="main">
<form action="/desk/other" method="post"><input name="how" value="stays"></form>
<details class="a"><summary>x</summary><form method="post" action="/desk/act#here">
<input type="hidden" name="csrf" value="fresh"><input type="hidden" name="id" value="new">
<label class="fld"><input class="inp" name="how" value="" required><span>hint</span></label>
<textarea name="text" rows="2">before</textarea>
<select name="rung"><option value="A" selected>a</option><option value="B">b</option></select>
<input type="checkbox" name="papers" value="p1" checked>
<input type="checkbox" name="papers" value="p2">
<input name="day" type="date" value="2026-01-01"><input name="word" type="password">
<button name="act" value="one">1</button></form></details></main></body></html>"""


def typed(**changed: str) -> Typed:
    values = MultiDict(
        {"csrf": "old", "id": "first", "how": '来电"<b>', "text": "</textarea>\n<script>x</script>",
         "rung": "B", "papers": "p2", "day": "2026-02-03", "word": "secret"} | changed
    )  # fmt: skip
    return Typed("/desk/act", values, ("no", "how"), "", "/desk/page?a=1&b=2")


def test_what_was_typed_stands_in_its_fields_and_the_problem_beside_its_own() -> None:
    page = refill(PAGE, typed(), PROBLEM)
    assert (
        '<label class="fld"><input class="inp" name="how" value="来电&#34;&lt;b&gt;" required '
        'aria-invalid="true" aria-describedby="refused" autofocus>'
        '<p class="err" id="refused">!</p><span>hint</span></label>'
    ) in page
    assert "\n&lt;/textarea&gt;\n&lt;script&gt;x&lt;/script&gt;</textarea>" in page
    assert '<option value="A">a</option><option value="B" selected>b</option>' in page
    assert 'value="p1">\n<input type="checkbox" name="papers" value="p2" checked>' in page
    assert 'name="day" type="date" value="2026-02-03"' in page
    assert '<details class="a" open>' in page
    assert '<main class="main" id="main" data-came="/desk/page?a=1&amp;b=2">' in page


def test_the_id_is_sent_again_the_token_is_fresh_and_a_password_is_never_put_back() -> None:
    page = refill(PAGE, typed(), PROBLEM)
    assert 'name="csrf" value="fresh"' in page
    assert 'name="id" value="first"' in page
    assert "secret" not in page
    assert 'action="/desk/other" method="post"><input name="how" value="stays">' in page


def test_a_problem_of_no_one_field_stands_above_its_form() -> None:
    one = Typed("/desk/act", typed().values, ("busy",), "", "/desk/page")
    assert '<summary>x</summary><p class="err" id="refused">!</p><form method="post"' in refill(
        PAGE, one, PROBLEM
    )


def test_what_was_typed_wrongly_names_its_field() -> None:
    one = Typed("/desk/act", typed(day="31.2.").values, ("day_malformed",), "31.2.", "/desk/page")
    assert 'value="31.2." aria-invalid="true"' in refill(PAGE, one, PROBLEM)


def test_of_forms_with_one_address_the_one_that_was_sent_is_filled() -> None:
    page = (
        '<main><form action="/desk/act"><input name="why"><button name="act" value="no">n</button>'
        '</form><form action="/desk/act"><input name="why"><button name="act" value="yes">y'
        "</button></form></main>"
    )
    sent = Typed("/desk/act", MultiDict({"why": "此", "act": "yes"}), ("why",), "", "/desk/page")
    first, _mark, second = refill(page, sent, PROBLEM).partition("</form>")
    assert ("此" in first, "此" in second) == (False, True)


def test_where_the_form_is_gone_the_problem_stands_above_all() -> None:
    page = refill('<main id="main"><p>done</p></main>', typed(), PROBLEM)
    assert page.endswith(
        '<div class="refused"><p class="err" id="refused">!</p></div><p>done</p></main>'
    )
