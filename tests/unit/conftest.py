"""What every unit test begins with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from field_app.window import words


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """The app's words are Chinese, whatever a test or window before chose; so they are after."""
    words.choose(words.LANGUAGES[0])
    yield
    words.choose(words.LANGUAGES[0])
