"""The words of the app: one flat catalogue per language, Chinese first."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from schemas.measures.people import ATTENDEE_WORDS, AttendeeKind, attendee_code

FOLDER = Path(__file__).parent.parent / "locales"
LANGUAGES = ("zh-CN", "en")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return a language's catalogue, key → text with `{names}`. Unknown languages raise."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language}")
    return msgspec.json.decode((FOLDER / f"{language}.json").read_bytes(), type=dict[str, str])


class _Chosen:
    language = LANGUAGES[0]


def choose(language: str) -> None:
    """Make `language` the one that `tr` speaks."""
    catalogue(language)
    _Chosen.language = language


def chosen() -> str:
    """Return the language that `tr` speaks."""
    return _Chosen.language


def tr(key: str, **values: object) -> str:
    """Return the text of a key with its values in place. Raises `KeyError` for an unknown key."""
    return catalogue(_Chosen.language)[key].format(**values)


def pick(zh: str, en: str) -> str:
    """Return the one of two texts that the chosen language says."""
    return zh if _Chosen.language == LANGUAGES[0] else en


def on_paper(words: str, about: str) -> str:
    """Return a common reason of `about` as papers write it, in Chinese, whatever the language that
    the officer chose it in; own words stay as they are."""
    for language in LANGUAGES:
        for key, text in catalogue(language).items():
            if text == words and key.startswith(f"{about}."):
                return catalogue(LANGUAGES[0])[key]
    return words


def attendee(kind: str) -> str:
    """Return the word of an attendee's kind, or the kind as it was written."""
    code = attendee_code(kind)
    return pick(*ATTENDEE_WORDS[AttendeeKind(code)]) if code in AttendeeKind.__members__ else kind


def known(key: str) -> bool:
    """Tell whether a key has a text: codes of problems and defects may be newer than the app."""
    return key in catalogue(_Chosen.language)


def tr_problem(code: str, detail: object = "") -> str:
    """Return what a coded problem means for the officer, with its detail where the sentence has a
    place for it; the code stands behind it."""
    key = f"problem.{code}"
    said = tr(key, detail=detail) if known(key) else tr("problem.other")
    return f"{said} [{code}]"
