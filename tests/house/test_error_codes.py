"""Every error code of the programs is documented, and every documented code exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_center.desk.sentences import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("schemas", "command_center", "media_relay", "field_app")
CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
OF_FORMS: dict[str, set[str]] = {
    "cases": set(),
    "deadlines": {
        "calendar.malformed", "rulepack.malformed", "rulepack.rule_incomplete",
        "rulepack.rule_repeated", "rulepack.unknown_article",
    },
    "guardian": set(),
    "measures": {"id.malformed", "record.conflict", "tag.unknown"},
    "notices": {"notice.fact_missing", "notice.no_template", "settings.malformed"},
    "objections": set(),
    "serving": set(),
}  # fmt: skip
"""Rooms whose verbs forms of the desk call, with what no form can bring about."""
RAISERS = {"MzError", "Problem"}


def _trees() -> Iterator[ast.Module]:
    for program in PROGRAMS:
        for path in (ROOT / program).rglob("*.py"):
            yield ast.parse(path.read_text("utf-8"))


def _literals(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def _documented() -> list[str]:
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def _raised() -> set[str]:
    found: set[str] = set()
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in RAISERS:
                    found |= set(_literals(node.args[0]))
    return found


def test_every_raised_code_is_documented() -> None:
    missing = sorted(_raised() - set(_documented()))
    assert not missing, f"docs/errors.md lacks {missing}"


def test_every_documented_code_is_in_the_code() -> None:
    known = {text for tree in _trees() for text in _literals(tree)}
    prefixes = tuple(f"{code}:" for code in _documented())
    known |= {
        text.split(":")[0] for text in known if text.startswith(prefixes)
    }  # codes printed with their detail
    gone = sorted(set(_documented()) - known)
    assert not gone, f"docs/errors.md names {gone}, which nothing raises"


def test_the_page_is_in_order_and_names_each_code_once() -> None:
    codes = _documented()
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("room", sorted(SENTENCES))
def test_a_sentence_stands_with_the_room_that_raises_its_code(room: str) -> None:
    folder = ROOT / room if room in PROGRAMS else ROOT / "command_center" / room
    known = {
        text
        for path in folder.rglob("*.py")
        if path.name != "sentences.py"
        for text in _literals(ast.parse(path.read_text("utf-8")))
    }
    assert set(SENTENCES[room]) - known == set()


def test_a_code_has_one_sentence() -> None:
    codes = [code for sentences in SENTENCES.values() for code in sentences]
    assert sorted(codes) == sorted(set(codes))


def _raised_in(room: str) -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "command_center" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if called == "MzError" and node.args:
                found |= set(_literals(node.args[0]))
    return found


@pytest.mark.parametrize("room", sorted(OF_FORMS))
def test_whatever_a_room_refuses_of_a_form_is_said_in_a_sentence(room: str) -> None:
    said = {code for sentences in SENTENCES.values() for code in sentences}
    assert _raised_in(room) - said == OF_FORMS[room]


@pytest.mark.parametrize("code", _documented())
def test_a_code_is_thing_and_reason(code: str) -> None:
    assert CODE.fullmatch(code)
