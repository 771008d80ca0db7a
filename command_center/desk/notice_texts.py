"""The texts of notices: what is in force, what is proposed, a look before proposing."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk.page import blueprint, render
from command_center.notices.court_templates import (
    NewTemplate,
    Preview,
    all_templates,
    decide_template,
    preview,
    propose_template,
)
from command_center.notices.templates import Audience, Purpose
from command_center.platform.pages import gettext as _
from schemas.ids import new_id
from schemas.time import court_time


def purposes() -> dict[Purpose, str]:
    """Return the words of the purposes."""
    return {
        Purpose.ACCOUNT_OPENED: _("查询告知书"), Purpose.MEASURE_EXECUTED: _("执行措施"),
        Purpose.MEASURE_DEBTOR_NAMED: _("核定被执行人"),
        Purpose.MEASURE_RENEWED: _("续行"), Purpose.MEASURE_RELEASED: _("解除"),
        Purpose.MEASURE_BECAME_ENFORCEMENT: _("转为执行措施"),
        Purpose.PROCEDURE_CHANGED: _("程序变更"), Purpose.ROUND_RECHECKED: _("终本后查询财产"),
        Purpose.OBJECTION_REGISTERED: _("异议立案审查"), Purpose.OBJECTION_DECIDED: _("异议裁定"),
        Purpose.OPERATION_CORRECTED: _("行动更正"),
        Purpose.MEASURE_CONVERTED: _("财产已处分"), Purpose.MEASURE_TURN_LOST: _("轮候未生效"),
        Purpose.MEASURE_TURN_CAME: _("轮候生效"), Purpose.MEASURE_EXPIRING: _("期限将届满"),
        Purpose.DELAY_EXPLAINED: _("未按期完成的原因"), Purpose.CALL_THE_COURT: _("请联系法院"),
    }  # fmt: skip


def purpose_word(purpose: str) -> str:
    """Return the word of a purpose, itself where it has none."""
    return purposes().get(Purpose(purpose), purpose)


def _audiences() -> dict[Audience, str]:
    return {
        Audience.APPLICANT: _("申请执行人"), Audience.DEBTOR: _("被执行人"),
        Audience.ANYONE: _("任何一方"),
    }  # fmt: skip


@blueprint.get("/notices/texts")
@permits("notice:read")
def notice_texts() -> ResponseReturnValue:
    """Show every text, newest first, with its version and how many messages it costs."""
    return _page(NewTemplate(new_id(), "", "", "", _today()))


def _today() -> str:
    return court_time(database().clock()).date().isoformat()


def _page(typed: NewTemplate, seen: Preview | None = None) -> str:
    texts = database().read(all_templates, principal())
    return render("desk/notice_texts.html", texts=texts, purposes=purposes(),
                  audiences=_audiences(), seen=seen, typed=typed, me=principal().id)  # fmt: skip


@blueprint.post("/notices/texts")
@permits("template:propose")
def propose_text() -> ResponseReturnValue:
    """Show a text as a party would read it, or propose it; what is refused stays as typed."""
    form = request.form
    message = NewTemplate(
        form.get("template", ""), form.get("purpose", ""), form.get("audience", ""),
        form.get("body", ""), form.get("effective", ""),
    )  # fmt: skip
    if form.get("act") == "preview":
        seen = database().read(preview, message.purpose, message.audience, message.body)
        return _page(message, seen)
    database().run(propose_template, principal(), message)
    return redirect(url_for("desk.notice_texts"), 303)


@blueprint.post("/notices/texts/<template>")
@permits("template:approve")
def decide_text(template: str) -> ResponseReturnValue:
    """Approve a proposed text, or refuse it."""
    approve = request.form.get("approve") == "1"
    database().run(decide_template, principal(), template, approve=approve)
    return redirect(url_for("desk.notice_texts"), 303)
