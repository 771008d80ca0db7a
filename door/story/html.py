"""Just enough of HTML to read a page as a person's program would: elements, attributes, text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    )
)  # fmt: skip


class Element:
    """An element of a page; `text` is all text inside it, spaces made single."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element] = []
        self.pieces: list[str | Element] = []

    def get(self, name: str) -> str:
        """Return an attribute, or ''."""
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """Return the text inside."""
        words = [each if isinstance(each, str) else each.text for each in self.pieces]
        return " ".join(" ".join(words).split())

    def all(self, tag: str = "", **attributes: str | None) -> Iterator[Element]:
        """Yield elements inside, in order; `data_x=None` asks that `data-x` is there."""
        for child in self.children:
            if (not tag or child.tag == tag) and child.fits(attributes):
                yield child
            yield from child.all(tag, **attributes)

    def first(self, tag: str = "", **attributes: str | None) -> Element | None:
        """Return the first such element, or None."""
        return next(self.all(tag, **attributes), None)

    def fits(self, wanted: dict[str, str | None]) -> bool:
        """Return whether the attributes are there."""
        for name, value in wanted.items():
            held = self.attributes.get(name.rstrip("_").replace("_", "-"))
            if held is None or value not in (None, held):
                return False
        return True


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {}, None)
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(made)
        self._open.pieces.append(made)
        if tag not in _VOID:
            self._open = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        at: Element | None = self._open
        while at is not None and at.tag != tag:
            at = at.parent
        if at is not None and at.parent is not None:
            self._open = at.parent

    def handle_data(self, data: str) -> None:
        if self._open.tag not in ("script", "style"):
            self._open.pieces.append(data)


def read_page(text: str) -> Element:
    """Return the tree of a page."""
    builder = _Builder()
    builder.feed(text)
    return builder.root
