"""The simulated text messages (模拟短信): what the simulated provider kept and sent to nobody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State
from command_center.desk.telling import party_role
from command_center.notices.simulated_spool import (
    SimulatedMessage,
    answer_simulated,
    simulated_messages,
)
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class MessageShown:
    """A simulated message as the party's telephone would show it."""

    key: str
    number: str
    text: str
    time: str
    about: str
    state: State


def _present(message: SimulatedMessage) -> MessageShown:
    if message.receipt_ms is None:
        state = State("", "dot", _("等待模拟回执"))
    else:
        state = State("ok", "tick2", _("模拟回执 %(code)s", code=message.receipt))
    about = f"{party_role(message.party_role)} {message.party_name}".strip()
    if message.submissions > 1:
        about += " · " + _("提交 %(n)d 次", n=message.submissions)
    return MessageShown(
        message.key, message.number_masked, message.text, show.moment_second(message.submitted_ms),
        about, state,
    )  # fmt: skip


@blueprint.get("/simulated-sms")
@permits("sms:read")
def simulated_sms() -> ResponseReturnValue:
    """Show each simulated message to each party."""
    found = database().read(simulated_messages, principal())
    return render("desk/simulated_sms.html", messages=[_present(message) for message in found])


@blueprint.post("/simulated-sms/<key>/replies")
@permits("contact:keep")
def simulate_reply(key: str) -> ResponseReturnValue:
    """Let the simulated telephone answer a message."""
    database().run(answer_simulated, principal(), key, request.form.get("text", ""))
    return redirect(url_for("desk.simulated_sms"), 303)
