"""A page of ours with one of its forms filled in again as it was typed. Passwords and files are
not: the one never leaves a form again, the other no page may choose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

_FIXED = frozenset({"hidden", "submit", "button", "image", "reset"})
_NEVER = frozenset({"password", "file"})
_CHOSEN = frozenset({"checkbox", "radio"})
_CSRF = "csrf"

Attributes = dict[str, str | None]
Edit = tuple[int, int, str]
"""From, to, and what stands there instead."""


@dataclass(frozen=True)
class Typed:
    """What was sent: where to, with what. about: names of fields that the problem may be about,
    the likelier first; wrong: a text that was typed wrongly; page: where the form stands."""

    action: str
    values: MultiDict[str, str]
    about: tuple[str, ...]
    wrong: str
    page: str


@dataclass
class Tag:
    """A start tag with its place in the page."""

    name: str
    attrs: Attributes
    start: int
    end: int

    def get(self, name: str) -> str:
        """Return an attribute, empty where there is none."""
        return self.attrs.get(name) or ""

    def written(self, **changed: str | None) -> str:
        """Return the tag with attributes changed; None: one without a value."""
        attrs = self.attrs | {name.replace("_", "-"): value for name, value in changed.items()}
        return f"<{self.name}" + "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"'
            for name, value in attrs.items()
        ) + ">"  # fmt: skip


@dataclass
class Control(Tag):
    """An input, a button, or a select or text area with what is in it up to `close`."""

    close: int = 0
    options: list[Tag] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return what it is: a type of input, `text` where none is named, else the tag."""
        return (self.get("type") or "text") if self.name == "input" else self.name

    @property
    def typed_in(self) -> bool:
        """Return whether people fill it in."""
        return self.kind not in _FIXED


@dataclass
class Form:
    """A form with its controls, and the folded parts of the page that it stands in."""

    tag: Tag
    folds: list[Tag]
    controls: list[Control] = field(default_factory=list)

    def likeness(self, typed: Typed) -> tuple[int, int]:
        """Return how far this is the form that was sent: equal fixed values, then names."""
        equal = sum(
            one.get("value") in typed.values.getlist(one.get("name"))
            for one in self.controls if not one.typed_in
        )  # fmt: skip
        return equal, sum(one.get("name") in typed.values for one in self.controls)


class _Reader(HTMLParser):
    """Finds the forms of a page, and where its main part begins."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.main: Tag | None = None
        self._starts = [0]
        for line in page.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._folds: list[Tag] = []
        self._form: Form | None = None
        self._apart: list[Control] = []
        self._control: Control | None = None
        self.feed(page)
        self.close()
        for one in self._apart:
            for form in self.forms:
                if form.tag.get("id") == one.get("form"):
                    form.controls.append(one)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = self._at()
        found = Tag(tag, dict(attrs), at, at + len(self.get_starttag_text() or ""))
        if tag == "main":
            self.main = found
        elif tag == "details":
            self._folds.append(found)
        elif tag == "form":
            self._form = Form(found, list(self._folds))
            self.forms.append(self._form)
        elif tag == "option" and self._control is not None:
            self._control.options.append(found)
        elif tag in ("input", "button", "select", "textarea"):
            one = Control(tag, found.attrs, at, found.end, close=found.end)
            if one.get("form"):
                self._apart.append(one)
            elif self._form is not None:
                self._form.controls.append(one)
            self._control = one if tag in ("select", "textarea") else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif self._control is not None and tag == self._control.name:
            self._control.close, self._control = self._at(), None


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page with their controls."""
    return _Reader(page).forms


def refill(page: str, typed: Typed, problem: Markup) -> str:
    """Return the page with what was typed, and the problem (an element with the id `refused`) below
    its field; else above the form; else, where the form is gone, above all."""
    found = _Reader(page)
    own = typed.page.partition("?")[0]
    here = [one for one in found.forms
            if (one.tag.get("action").partition("#")[0] or own) == typed.action]  # fmt: skip
    edits: list[Edit] = []
    if found.main is not None:
        above = "" if here else f'<div class="refused">{problem}</div>'
        edits.append((found.main.start, found.main.end,
                      found.main.written(data_came=typed.page) + above))  # fmt: skip
    if here:
        edits += _filled(max(here, key=lambda one: one.likeness(typed)), typed, problem)
    for start, end, text in sorted(edits, reverse=True):
        page = page[:start] + text + page[end:]
    return page


def _filled(form: Form, typed: Typed, problem: Markup) -> Iterable[Edit]:
    wrong = _wrong(form, typed)
    for one in form.folds:
        yield one.start, one.end, one.written(open=None)
    if wrong is None:
        yield form.tag.start, form.tag.start, str(problem)
    left = {name: list(sent) for name, sent in typed.values.lists()}
    for one in form.controls:
        yield from _control(one, left.get(one.get("name"), []), wrong is one, problem)


def _wrong(form: Form, typed: Typed) -> Control | None:
    """Return the control that the problem is about."""
    shown = [one for one in form.controls if one.typed_in]
    for name in typed.about:
        meant = [one for one in shown if one.get("name").partition("-")[0] == name]
        if len(meant) == 1:
            return meant[0]
    if typed.wrong:
        for one in shown:
            if typed.values.get(one.get("name"), "")[: len(typed.wrong)] == typed.wrong:
                return one
    return shown[0] if len(shown) == 1 else None


def _control(one: Control, sent: list[str], wrong: bool, problem: Markup) -> Iterable[Edit]:
    marks: Attributes = {}
    if wrong:
        marks = {"aria_invalid": "true", "aria_describedby": "refused", "autofocus": None}
    if one.kind in _CHOSEN:
        one.attrs.pop("checked", None)
        if one.get("value") in sent:
            marks["checked"] = None
    elif one.name == "input" and sent and one.get("name") != _CSRF and one.kind not in _NEVER:
        marks["value"] = sent.pop(0)
    if one.name != "button" and (marks or one.kind in _CHOSEN):
        yield one.start, one.end, one.written(**marks)
    if one.name == "textarea" and sent:
        yield one.end, one.close, f"\n{escape(sent[0])}"
    if any(option.get("value") in sent for option in one.options):
        for option in one.options:
            option.attrs.pop("selected", None)
            chosen: Attributes = {"selected": None} if option.get("value") in sent else {}
            yield option.start, option.end, option.written(**chosen)
    if wrong:
        after = one.close + (len(f"</{one.name}>") if one.name in ("select", "textarea") else 0)
        yield after, after, str(problem)
