"""Channels and states of a notice (DOMAIN §5.7), and the one rule how states move.

Receipts arrive late, twice and out of order: a state only ever moves up its rank, so an
"accepted" that comes after "delivered" changes nothing, and a delivery that comes after a
failure still counts.
"""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """Roads to a party."""

    SMS = "SMS"
    VOICE = "VOICE"
    EMAIL = "EMAIL"
    WECHAT = "WECHAT"
    APP_PUSH = "APP_PUSH"
    PORTAL = "PORTAL"
    PAPER = "PAPER"
    HOTLINE_12368 = "HOTLINE_12368"
    BOARD = "BOARD"
    PHONE = "PHONE"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _CHANNEL_WORDS[self][0]

    @property
    def en(self) -> str:
        """The English word."""
        return _CHANNEL_WORDS[self][1]


SENT_BY_JOB = (Channel.SMS, Channel.EMAIL, Channel.WECHAT)
"""The channels that a provider serves, in the order in which one takes the other's place."""

_CHANNEL_WORDS: dict[Channel, tuple[str, str]] = {
    Channel.SMS: ("短信", "text message"),
    Channel.VOICE: ("语音", "voice call"),
    Channel.EMAIL: ("电子邮件", "e-mail"),
    Channel.WECHAT: ("微信", "WeChat"),
    Channel.APP_PUSH: ("应用推送", "app push"),
    Channel.PORTAL: ("站内", "portal"),
    Channel.PAPER: ("书面", "paper"),
    Channel.HOTLINE_12368: ("12368 热线", "12368 hotline"),
    Channel.BOARD: ("公告栏", "notice board"),
    Channel.PHONE: ("电话", "telephone"),
}


class NoticeState(StrEnum):
    """States of a notice."""

    HELD = "HELD"
    QUEUED = "QUEUED"
    SENDING = "SENDING"
    TEMP_FAIL = "TEMP_FAIL"
    SENT = "SENT"
    NO_CONTACT = "NO_CONTACT"
    PERM_FAIL = "PERM_FAIL"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    DELIVERED = "DELIVERED"
    READ = "READ"
    ACKED = "ACKED"
    MISDIRECTED = "MISDIRECTED"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _STATE_WORDS[self][0]

    @property
    def en(self) -> str:
        """The English word."""
        return _STATE_WORDS[self][1]

    @property
    def failed(self) -> bool:
        """True for a final failure, which asks for a clerk."""
        return self in FINAL_FAILURES


_STATE_WORDS: dict[NoticeState, tuple[str, str]] = {
    NoticeState.HELD: ("暂缓", "held"),
    NoticeState.QUEUED: ("待发", "queued"),
    NoticeState.SENDING: ("发送中", "sending"),
    NoticeState.TEMP_FAIL: ("暂时失败", "failed for now"),
    NoticeState.SENT: ("已提交", "submitted"),
    NoticeState.NO_CONTACT: ("无联系方式", "no contact"),
    NoticeState.PERM_FAIL: ("永久失败", "failed"),
    NoticeState.REFUSED: ("拒收", "refused"),
    NoticeState.EXPIRED: ("超时", "expired"),
    NoticeState.DELIVERED: ("已达终端", "delivered"),
    NoticeState.READ: ("已读", "read"),
    NoticeState.ACKED: ("已确认", "acknowledged"),
    NoticeState.MISDIRECTED: ("非本人", "not the party's number"),
}

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
