"""Templates keep the house's rules: no inline code or style, forms carry their token."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from command_center.platform.pages import Assets
from schemas.problems import MzError

WEB = Path(__file__).parents[3] / "command_center/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
INLINE = re.compile(
    r"\sstyle=|<style|javascript:"
    r"|\son(click|load|error|submit|change|input|key\w+|mouse\w+)="
)
FORMS = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.S)
names = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)


@names
def test_nothing_is_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert INLINE.search(text) is None
    assert re.search(r"<script(?![^>]*\ssrc=)", text) is None
    assert re.search(r"hx-on|hx-trigger=\"[^\"]*\[", text) is None


@names
def test_no_foreign_address(path: Path) -> None:
    found = re.findall(r"https?://[^\"'\s<]+", path.read_text("utf-8"))
    assert [url for url in found if "w3.org" not in url] == []


def test_forms_that_change_something_carry_the_token() -> None:
    found = [
        (path.name, form)
        for path in TEMPLATES
        if path.name != "sign_in.html"  # no session yet: the origin is checked instead
        for form in FORMS.findall(path.read_text("utf-8"))
    ]
    assert len(found) > 50
    assert [name for name, form in found if "csrf()" not in form] == []


def test_every_icon_of_the_templates_is_in_the_sprite() -> None:
    listed = set((WEB / "icons.txt").read_text("utf-8").split())
    text = "".join(path.read_text("utf-8") for path in TEMPLATES)
    used = set(re.findall(r"icon\('([a-z0-9-]+)'", text))
    desk = WEB.parent / "desk"
    feed, frame = ((desk / name).read_text("utf-8") for name in ("events.py", "page.py"))
    used |= set(re.findall(r'\("[A-Z][a-z]+", "([a-z0-9-]+)"\)', feed))
    used |= set(re.findall(r'\("[a-z]+", "([a-z0-9-]+)", _\(', frame))
    assert used - listed == set()
    assert len(used) > 30


def test_every_tone_of_a_note_has_its_style() -> None:
    styles = "".join(path.read_text("utf-8") for path in (WEB / "styles").glob("*.css"))
    text = "".join(path.read_text("utf-8") for path in TEMPLATES)
    used = set(re.findall(r'class="note ([a-z]+)["\s]', text))
    assert used == {one for one in used if f".note.{one} {{" in styles or one.startswith("mt")}


def test_a_missing_build_is_said_with_its_code(tmp_path: Path) -> None:
    with pytest.raises(MzError) as caught:
        Assets(tmp_path).path("ts/desk.ts")
    assert caught.value.code == "asset.missing"


def test_an_unknown_asset_is_said_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"ts/desk.ts": {"file": "assets/desk-1.js"}}')
    assets = Assets(tmp_path)
    assert assets.path("ts/desk.ts") == "assets/desk-1.js"
    with pytest.raises(MzError):
        assets.path("ts/none.ts")
