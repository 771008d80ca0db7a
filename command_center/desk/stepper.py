"""The five nodes of a notice with the time under each; a failure is a square at its node."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.desk.show import minute
from command_center.notices.states import Channel, NoticeState
from command_center.platform.pages import gettext as _

_FAILED_AT = {
    NoticeState.NO_CONTACT: 1,
    NoticeState.PERM_FAIL: 2,
    NoticeState.EXPIRED: 2,
    NoticeState.REFUSED: 3,
    NoticeState.MISDIRECTED: 2,
}


@dataclass(frozen=True)
class Stepper:
    """`reached` is the last node passed (0…4), `failed` the node at which it stopped."""

    reached: int
    failed: int | None
    times: tuple[str, str, str, str, str]
    label: str


def stepper(
    state: str, times_ms: tuple[int | None, int | None, int | None, int | None, int | None]
) -> Stepper:
    """Return the nodes of a notice from its times: queued, sent, delivered, read, acknowledged."""
    known = NoticeState(state)
    reached = max(at for at, ms in enumerate(times_ms) if ms is not None or at == 0)
    queued, sent, delivered, read, acked = (minute(ms) for ms in times_ms)
    times = (queued, sent, delivered, read, acked)
    label = _("告知进度：%(state)s", state=known.zh)
    return Stepper(reached, _FAILED_AT.get(known), times, label)


@dataclass(frozen=True)
class Effect:
    """What a notice is worth as service (送达): telling is not serving (DOMAIN §2.9)."""

    cls: str
    glyph: str
    word: str
    why: str


def effect(channel: str, state: str) -> Effect:
    """Return the effect column: a text message or a portal message tells, and serves nothing."""
    known = NoticeState(state)
    if known is NoticeState.HELD:
        return Effect("warn", "half", _("暂缓告知"), _("批准暂缓，到时自动发送"))
    if known.failed:
        return Effect("bad", "dot", _("未告知"), _("已转其他途径"))
    if known in (NoticeState.DELIVERED, NoticeState.READ, NoticeState.ACKED):
        return Effect("warn", "half", _("仅告知"), _("不产生送达效力"))
    if channel == Channel.PORTAL:
        return Effect("t2", "dot", _("仅告知"), _("登录后可见"))
    if channel == Channel.PAPER and known is NoticeState.QUEUED:
        return Effect("warn", "half", _("待交邮"), _("等待打印和交邮"))
    return Effect("t2", "dot", _("在途"), _("等待回执"))
