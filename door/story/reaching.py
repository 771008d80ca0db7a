"""Where telling goes wrong: a stranger says so, and a dead telephone falls back to a letter."""

from __future__ import annotations

from typing import Any

from door.story import freezing
from door.story.clerk import Clerk
from door.story.telling import wait_for

_TOLD_S = 40
NUMBER_SWITCHED_OFF = "13955500000"
"""The simulated provider never reaches a number that ends so."""
TRACKING = "EX202603120001"


def reach(officer: Clerk, clerk: Clerk, case: str, debtor: tuple[str, str]) -> dict[str, Any]:
    """Freeze in a case; its debtor's telephone answers "not me", so a call is logged by hand;
    the new number is dead; the letter is posted. debtor: his id and name. Return what the desk
    shows of each."""
    party, name = debtor
    measure = officer.register(case, "FREEZE", "DEPOSIT", freezing.fields())
    wait_for(
        lambda: clerk.answer_text((name, "对您实施冻结"), "您好，不是本人"), _TOLD_S, "sms.absent",
        "没有被执行人的短信", "the debtor's message is not there",
    )  # fmt: skip
    not_me, tasks = clerk.replies(), [clerk.tasks(case)]
    called = clerk.log_call(tasks[0][0], "告知冻结存款及救济途径") if tasks[0] else []
    tasks.append(clerk.tasks(case))
    clerk.add_number(case, party, NUMBER_SWITCHED_OFF, "当面核对身份证")
    officer.renew(measure, freezing.renewal())
    wait_for(
        lambda: ("SMS", "perm_fail") in _states(clerk), _TOLD_S, "sms.not_failed",
        "关机的号码没有失败回执", "the dead telephone's receipt did not come",
    )  # fmt: skip
    letters = clerk.letters()
    for letter in letters:
        clerk.post_letter(letter, TRACKING)
    return {
        "tasks": tasks, "called": called,
        "not_me": not_me, "letters": len(letters), "left": len(clerk.letters()),
        "states": sorted(_states(clerk)),
    }  # fmt: skip


def _states(clerk: Clerk) -> set[tuple[str, str]]:
    """Return how debtors were told, channel and state."""
    told = clerk.registered_notices()
    return {(each.channel, each.state) for each in told if each.party == "DEBTOR"}
