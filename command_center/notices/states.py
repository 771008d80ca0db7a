"""Channels and states of a notice (DOMAIN §5.7), and the one rule how states move.

Receipts arrive late, twice and out of order: a state only ever moves up its rank, so an
"accepted" that comes after "delivered" changes nothing, and a delivery that comes after a
failure still counts.
"""

from __future__ import annotations

from command_center.platform.worded import Worded


class Channel(Worded):
    """Roads to a party."""

    SMS = "SMS", "短信", "text message"
    VOICE = "VOICE", "语音", "voice call"
    EMAIL = "EMAIL", "电子邮件", "e-mail"
    WECHAT = "WECHAT", "微信", "WeChat"
    APP_PUSH = "APP_PUSH", "应用推送", "app push"
    PORTAL = "PORTAL", "站内", "portal"
    PAPER = "PAPER", "书面", "paper"
    HOTLINE_12368 = "HOTLINE_12368", "12368 热线", "12368 hotline"
    BOARD = "BOARD", "公告栏", "notice board"
    PHONE = "PHONE", "电话", "telephone"


SENT_BY_JOB = (Channel.SMS, Channel.EMAIL, Channel.WECHAT)
"""The channels that a provider serves, in the order in which one takes the other's place."""


class NoticeState(Worded):
    """States of a notice."""

    HELD = "HELD", "暂缓", "held"
    QUEUED = "QUEUED", "待发", "queued"
    SENDING = "SENDING", "发送中", "sending"
    TEMP_FAIL = "TEMP_FAIL", "暂时失败", "failed for now"
    SENT = "SENT", "已提交", "submitted"
    NO_CONTACT = "NO_CONTACT", "无联系方式", "no contact"
    PERM_FAIL = "PERM_FAIL", "永久失败", "failed"
    REFUSED = "REFUSED", "拒收", "refused"
    EXPIRED = "EXPIRED", "超时", "expired"
    DELIVERED = "DELIVERED", "已达终端", "delivered"
    READ = "READ", "已读", "read"
    ACKED = "ACKED", "已确认", "acknowledged"
    MISDIRECTED = "MISDIRECTED", "非本人", "not the party's number"

    @property
    def failed(self) -> bool:
        """True for a final failure, which asks for a clerk."""
        return self in FINAL_FAILURES


FINAL_FAILURES = frozenset(
    {
        NoticeState.NO_CONTACT,
        NoticeState.PERM_FAIL,
        NoticeState.REFUSED,
        NoticeState.EXPIRED,
        NoticeState.MISDIRECTED,
    }
)

_RANK: dict[NoticeState, int] = {
    NoticeState.HELD: -1,
    NoticeState.QUEUED: 0,
    NoticeState.SENDING: 1,
    NoticeState.TEMP_FAIL: 1,  # back to SENDING with the next attempt
    NoticeState.SENT: 2,
    NoticeState.NO_CONTACT: 3,
    NoticeState.PERM_FAIL: 3,
    NoticeState.REFUSED: 3,
    NoticeState.EXPIRED: 3,
    NoticeState.DELIVERED: 4,
    NoticeState.READ: 5,
    NoticeState.ACKED: 6,
    NoticeState.MISDIRECTED: 7,  # no receipt of a stranger's telephone counts
}


def advance(state: NoticeState, seen: NoticeState) -> NoticeState:
    """Return the state after `seen` was learnt: never a step back.

    SENDING and TEMP_FAIL alternate; among failures the first one stands.
    """
    if _RANK[seen] > _RANK[state]:
        return seen
    if {state, seen} == {NoticeState.SENDING, NoticeState.TEMP_FAIL}:
        return seen
    return state
