"""The colour scheme in use, as one Kivy property that every part binds to."""

from __future__ import annotations

from kivy.event import EventDispatcher
from kivy.properties import OptionProperty

from field_app.theme.tokens import SCHEMES, TABLE, Rgba


class Theme(EventDispatcher):
    """`T.of("t1", T.scheme)` in a rule gives a colour and follows a change of scheme."""

    scheme = OptionProperty("light", options=list(SCHEMES))

    def of(self, token: str, scheme: str) -> Rgba:
        """Return a token's colour in a scheme. Raises `KeyError` for an unknown token."""
        return TABLE[scheme][token]


THEME = Theme()
