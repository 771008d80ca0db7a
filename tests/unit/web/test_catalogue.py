"""English is complete: every sentence of the faces has a translation with the same fields."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

CENTRE = Path(__file__).parents[3] / "command_center"
PO = CENTRE / "web/locales/en/LC_MESSAGES/messages.po"
METHODS = [
    ("desk/**.py", "python"),
    ("portal/**.py", "python"),
    ("web/templates/**.html", "jinja2"),
]
FIELD = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_po(io.BytesIO(PO.read_bytes()), locale="en")


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    found = extract_from_dir(str(CENTRE), METHODS, keywords={"_": None, "gettext": None})
    return {
        message for _file, _line, message, _comments, _context in found if isinstance(message, str)
    }


def test_every_sentence_has_its_english(english: Catalog, sentences: set[str]) -> None:
    assert len(sentences) > 300
    known = {message.id for message in english if message.string}
    assert sentences - known == set()


def test_no_english_is_left_over(english: Catalog, sentences: set[str]) -> None:
    assert {message.id for message in english if message.id} - sentences == set()


def test_a_sentence_stands_once() -> None:
    """A reader of catalogues keeps the last of two and says nothing."""
    found = re.findall(r'^msgid "(.+)"$', PO.read_text("utf-8"), re.M)
    assert [text for text, count in Counter(found).items() if count > 1] == []


def test_the_fields_of_both_languages_agree(english: Catalog) -> None:
    wrong = [
        message.id
        for message in english
        if sorted(FIELD.findall(str(message.id))) != sorted(FIELD.findall(str(message.string)))
    ]
    assert wrong == []


def test_the_english_holds_no_chinese(english: Catalog) -> None:
    assert [m.string for m in english if re.search(r"[\u4e00-\u9fff]", str(m.string))] == []


def test_the_scripts_have_the_same_words_in_both_languages() -> None:
    text = (CENTRE / "web/ts/words.ts").read_text("utf-8")
    chinese, english = (
        set(re.findall(r"^\s+(\w+): |, (\w+): ", block, re.M))
        for block in re.findall(r"const (?:ZH|EN)[^{]*\{(.*?)\n\};", text, re.S)
    )
    assert chinese == english != set()
