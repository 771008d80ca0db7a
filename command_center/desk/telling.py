"""Notices as the desk shows them: two lanes, five nodes, and what telling is worth as service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from command_center.cases.words import PARTY_ROLES
from command_center.desk import show
from command_center.desk.notice_texts import purpose_word
from command_center.desk.states import State, notice_state
from command_center.desk.stepper import Effect, Stepper, effect, stepper
from command_center.measures.views import MeasureView
from command_center.notices.states import Channel
from command_center.notices.views import NoticeView
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class NoticeShown:
    """A lane: who, by which road, how far, with what effect; about: in a word what was told of
    `node`, and when."""

    id: str
    node: str
    about: tuple[str, str]
    state_code: str
    role_code: str
    channel_code: str
    state: State
    role: str
    party: str
    channel: str
    stepper: Stepper
    effect: Effect


def present_notice(notice: NoticeView) -> NoticeShown:
    """Return a notice in the reader's language."""
    times = (
        notice.created_ms, notice.sent_ms, notice.delivered_ms, notice.read_ms, notice.acked_ms,
    )  # fmt: skip
    return NoticeShown(
        notice.notice, notice.node, (purpose_word(notice.purpose), show.moment(notice.created_ms)),
        notice.state.lower(), notice.party_role, notice.channel.value,
        notice_state(notice.state),
        party_role(notice.party_role), notice.party_name,
        show.pick(notice.channel.zh, notice.channel.en), stepper(notice.state, times),
        effect(notice.channel, notice.state),
    )  # fmt: skip


def title_of(notice: NoticeView, about: Mapping[str, tuple[MeasureView, str]]) -> str:
    """Return what is told of which measure, against whom; of another node what is told. about: the
    measure and the name of the debtor by node."""
    found = about.get(notice.node)
    if found is None:
        return purpose_word(notice.purpose)
    measure, against = found
    what = "" if notice.node == measure.measure else purpose_word(notice.purpose)
    kind = show.pick(measure.kind.zh, measure.kind.en)
    return " · ".join(filter(None, (what, kind, measure.subject, against)))


def party_role(code: str) -> str:
    """Return the word of a party's role."""
    return show.pick(*PARTY_ROLES[code]) if code in PARTY_ROLES else code


def why_failed(code: str) -> str:
    """Return why a notice failed: what this house wrote in words, a gateway's own code as it is."""
    whole = {
        "no_phone": _("没有可用的电话号码"), "number_stopped": _("号码已停用"),
        "not_me": _("机主称非本人"), "no provider": _("没有开通这条途径"),
        "no answer: may have arrived": _("没有回应，可能已经收到"),
    }  # fmt: skip
    if code in whole:
        return whole[code]
    begun = {
        "退信：": _("退信：%(why)s"), "gave up: ": _("多次失败，不再提交：%(why)s"),
        "no answer: ": _("没有回应：%(why)s"), "job failed: ": _("系统未能发送：%(why)s"),
    }  # fmt: skip
    for start, text in begun.items():
        if code.startswith(start):
            return text % {"why": code.removeprefix(start)}
    return code


_ORDER = (Channel.SMS, *(one for one in Channel if one is not Channel.SMS))
FIRST_LANES = 12
"""So many lanes of a measure stand on a page of something else; of more than that, those that
failed come first."""


def in_lanes(notices: list[NoticeView]) -> list[NoticeView]:
    """Return the applicants first, then the debtors, each by channel in the order in which one
    takes the other's place."""
    crowded = len(notices) > FIRST_LANES
    return sorted(
        notices,
        key=lambda n: (
            crowded and not n.state.failed, n.party_role != "APPLICANT", n.party,
            _ORDER.index(n.channel),
        ),
    )  # fmt: skip
