"""Refusals as staff read them: beside a field of the form, or as a page of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for

from command_center.desk.refused import came_from, form_again
from command_center.desk.sentences import SENTENCES
from command_center.platform.pages import gettext as _
from schemas.problems import Kind, MzError

_PLACE = re.compile(r"line (\d+) (.*)")
_SENTENCE_OF = {code: words for room in SENTENCES.values() for code, words in room.items()}


@dataclass(frozen=True)
class ProblemShown:
    """A refusal: its sentence, its stable code, and of a text with lines the line, else empty."""

    code: str
    sentence: str
    title: str = ""
    line: str = ""


def sentence_of(code: str) -> str:
    """Return the sentence of a code in the reader's language."""
    sentence = _SENTENCE_OF.get(code)
    return str(sentence) if sentence is not None else _("未能完成；没有任何改动")


def sentences_of(subjects: tuple[str, ...]) -> dict[str, str]:
    """Return the sentences of every code of these subjects (`import.`), for what a script shows."""
    return {code: str(words) for code, words in _SENTENCE_OF.items() if code.startswith(subjects)}


def shown(error: MzError) -> ProblemShown:
    """Return a refusal with its sentence in the reader's language; of a template of papers it says
    where."""
    kinds = {
        Kind.NOT_FOUND: _("没有找到"),
        Kind.REFUSED: _("没有权限") if error.code == "access.refused" else _("不能这样办"),
        Kind.THROTTLED: _("尝试过多"),
        Kind.UNAVAILABLE: _("暂时不可用"),
    }
    title = kinds.get(error.kind, _("未能完成"))
    found = _PLACE.fullmatch(error.detail)
    where = error.detail if error.code.startswith("wording.") else ""
    if found:
        where = _("第 %(n)s 行 %(what)s", n=found[1], what=found[2])
    said = sentence_of(error.code)
    sentence = f"{said}（{where}）" if where else said
    return ProblemShown(error.code, sentence, title, found[1] if found else "")


def error_page(error: MzError) -> Response:
    """Answer a refused page; who is not signed in is led to the sign-in."""
    if error.kind is Kind.UNAUTHENTICATED and "HX-Request" not in request.headers:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return make_response(redirect(url_for("desk.sign_in", next=target)))
    if error.kind is Kind.UNAUTHENTICATED:
        return Response(status=401, headers={"HX-Redirect": url_for("desk.sign_in")})
    if (form := form_again(error, shown(error).sentence)) is not None:
        return form
    page = render_template("desk/problem.html", problem=shown(error), theme="light", home=_back())
    return make_response(page)


def _back() -> str:
    """Return the page of the desk that the refused one was asked from, else its first page."""
    came = came_from()
    again = request.method == "GET" and request.referrer == request.url
    return url_for("desk.home") if came is None or again else came
