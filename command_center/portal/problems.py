"""Refusals as parties read them: what happened, whether anything was lost, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, url_for

from command_center.platform.pages import gettext as _
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class ProblemShown:
    """A refusal: its sentence and its stable code."""

    code: str
    sentence: str
    title: str = ""


def shown(error: MzError) -> ProblemShown:
    """Return a refusal in the reader's language."""
    sentences = {
        "portal.wrong": _("案号或密码不正确"),
        "portal.locked": _("密码连续错误，请 15 分钟后再试，或拨 12368"),
        "sign_in.throttled": _("尝试过多，请 15 分钟后再试，或拨 12368"),
        "session.csrf": _("页面已过期，请返回后重试"),
        "disclosure.not_ready": _("案件信息正在生成，请稍候刷新"),
        "paper.unknown": _("本院没有签章发出这份文书；请拨 12368 核实"),
        "tag.unknown": _("没有登记这枚封条。刚贴上的请稍后再查；有疑问请拨 12368 核实"),
        "request.unknown_address": _("没有这个页面"),
    }
    sentence = sentences.get(error.code, _("暂时无法完成，请稍后再试，或拨 12368"))
    title = _("请稍候") if error.kind is Kind.UNAVAILABLE else _("未能完成")
    return ProblemShown(error.code, sentence, title)


def error_page(error: MzError) -> Response:
    """Answer a refused page; who is not signed in is led to the sign-in."""
    if error.kind is Kind.UNAUTHENTICATED:
        return make_response(redirect(url_for("portal.sign_in")))
    page = render_template(
        "desk/problem.html", problem=shown(error), theme="light", home=url_for("portal.landing")
    )
    return make_response(page)
