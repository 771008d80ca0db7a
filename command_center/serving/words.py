"""The words of service (DOMAIN §2.9, §5.7): methods, rungs of the address ladder, outcomes."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """How papers are served. A short message is none of these: it only tells."""

    DIRECT = "DIRECT"
    LEFT = "LEFT"
    ENTRUSTED = "ENTRUSTED"
    MAIL = "MAIL"
    FORWARDED = "FORWARDED"
    ELECTRONIC = "ELECTRONIC"
    PUBLIC = "PUBLIC"


class Rung(StrEnum):
    """Where an address is from, the strongest first."""

    CONFIRMED = "CONFIRMED"
    AGREED = "AGREED"
    USED = "USED"
    REGISTERED = "REGISTERED"


class Outcome(StrEnum):
    """How an attempt ended. ARRIVED: in the addressee's system; ANSWERED: he replied or acted;
    LEFT: refused and left there, with a witness or filmed; REFUSED: refused and taken back."""

    PENDING = "PENDING"
    SIGNED = "SIGNED"
    LEFT = "LEFT"
    REFUSED = "REFUSED"
    ARRIVED = "ARRIVED"
    READ = "READ"
    ANSWERED = "ANSWERED"
    RETURNED = "RETURNED"
    FAILED = "FAILED"
    PUBLISHED = "PUBLISHED"


METHOD_WORDS = {
    Method.DIRECT: ("直接送达", "direct service"),
    Method.LEFT: ("留置送达", "service by leaving"),
    Method.ENTRUSTED: ("委托送达", "entrusted service"),
    Method.MAIL: ("邮寄送达", "service by mail"),
    Method.FORWARDED: ("转交送达", "forwarded service"),
    Method.ELECTRONIC: ("电子送达", "electronic service"),
    Method.PUBLIC: ("公告送达", "service by publication"),
}
RUNG_WORDS = {
    Rung.CONFIRMED: ("当事人确认", "confirmed by the party"),
    Rung.AGREED: ("约定", "agreed beforehand"),
    Rung.USED: ("诉讼中使用", "used in proceedings"),
    Rung.REGISTERED: ("登记", "registered"),
}
OUTCOME_WORDS = {
    Outcome.PENDING: ("等待结果", "waiting"),
    Outcome.SIGNED: ("签收", "signed for"),
    Outcome.LEFT: ("留置", "left"),
    Outcome.REFUSED: ("拒收", "refused"),
    Outcome.ARRIVED: ("到达特定系统", "arrived in the system"),
    Outcome.READ: ("已阅", "read"),
    Outcome.ANSWERED: ("已回复或者按文书行事", "replied or acted on it"),
    Outcome.RETURNED: ("退回", "returned"),
    Outcome.FAILED: ("未成", "failed"),
    Outcome.PUBLISHED: ("已公告", "published"),
}
OUTCOMES = {
    Method.DIRECT: (Outcome.SIGNED, Outcome.LEFT, Outcome.REFUSED, Outcome.FAILED),
    Method.LEFT: (Outcome.LEFT, Outcome.FAILED),
    Method.ENTRUSTED: (Outcome.SIGNED, Outcome.REFUSED, Outcome.FAILED),
    Method.MAIL: (Outcome.SIGNED, Outcome.REFUSED, Outcome.RETURNED, Outcome.FAILED),
    Method.FORWARDED: (Outcome.SIGNED, Outcome.REFUSED, Outcome.FAILED),
    Method.ELECTRONIC: (Outcome.ARRIVED, Outcome.READ, Outcome.ANSWERED, Outcome.FAILED),
    Method.PUBLIC: (Outcome.PUBLISHED, Outcome.FAILED),
}
"""Which outcomes a method can have: whoever refuses one of several papers may sign for the rest."""
BY_HAND = (Method.DIRECT, Method.ENTRUSTED, Method.MAIL, Method.FORWARDED)
"""How papers are served together, with a receipt (送达回证) that is signed line by line."""
