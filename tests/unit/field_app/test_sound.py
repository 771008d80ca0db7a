"""Which words of the command line mean which ears and mouth."""

from __future__ import annotations

import pytest

from field_app.talk.sound import NONE, make_sound
from schemas.problems import MzError
from schemas.stream import Route


def test_a_desktop_hears_by_the_sinks_that_are_named() -> None:
    both, alone = make_sound("pulse:ear,loud"), make_sound("pulse:ear")
    assert set(both.outputs) == {Route.EARPIECE, Route.LOUDSPEAKER}
    assert "loud" in both.outputs[Route.LOUDSPEAKER]
    assert set(alone.outputs) == {Route.EARPIECE}
    assert make_sound("none") == NONE


@pytest.mark.parametrize("text", ["", "alsa:0", "pulse", "pulse:", "pulse:,loud", "pulse:a,b,c"])
def test_another_word_is_refused(text: str) -> None:
    with pytest.raises(MzError, match=r"sound\.unknown"):
        make_sound(text)
