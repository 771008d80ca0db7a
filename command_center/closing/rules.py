"""Which state of a case may follow which, and on which grounds (DOMAIN §5.1, §2.8). Pure."""

from __future__ import annotations

from dataclasses import dataclass

_PAUSES = ("SUSPENDED", "DEFERRED", "DELEGATED", "LIFTED", "DESIGNATED", "SETTLED")
FOLLOWING = {
    "ACCEPTED": ("FILED",),
    "FILED": ("NOTICED", "CLOSED"),
    "NOTICED": ("IN_PROGRESS", "CLOSED"),
    "IN_PROGRESS": (*_PAUSES, "CLOSED"),
    **dict.fromkeys(_PAUSES, ("IN_PROGRESS", "CLOSED")),
    "CLOSED": (),
}
"""What may follow a state. A closed case is resumed as a case of its own (执恢), linked with it."""

CLOSE_KINDS = {
    "FULLY_ENFORCED": ("执行完毕", "fully enforced"),
    "TERMINATED_THIS_ROUND": ("终结本次执行程序", "this round ended"),
    "TERMINATED": ("终结执行", "terminated"),
    "CANCELLED": ("销案", "cancelled"),
    "NON_ENFORCEMENT": ("不予执行", "not enforced"),
    "APPLICATION_REJECTED": ("驳回申请", "application rejected"),
}
"""How a case is closed (执行规定 64)."""

EXCLUDING = {"SUSPENDED": "中止执行期间", "DEFERRED": "暂缓执行期间"}
"""States whose days do not count for some deadlines, by the ground of the rule packs."""

GROUNDS = {
    "SUSPENDED": {
        "APPLICANT_AGREES": ("申请人表示可以延期执行", "the applicant agrees to wait"),
        "OBJECTION": ("案外人对执行标的提出确有理由的异议", "a third person objects with reason"),
        "PERSON_DIED": (
            "一方当事人死亡，需要等待继承人继承权利或者承担义务",
            "a party died; the heirs are awaited",
        ),
        "UNIT_ENDED": (
            "一方当事人终止，尚未确定权利义务承受人",
            "a unit ended; its successor is not determined",
        ),
        "OTHER": ("法院认为应当中止执行的其他情形", "another case in which the court stays"),
    },
    "DEFERRED": {
        "SECURITY": (
            "被执行人提供担保并经申请执行人同意", "security was given and the applicant agrees",
        ),
        "SUPERIOR": ("上级法院决定暂缓执行", "the superior court deferred it"),
    },
    "TERMINATED": {
        "WITHDRAWN": ("申请人撤销申请", "the application was withdrawn"),
        "TITLE_REVOKED": ("据以执行的法律文书被撤销", "the title was revoked"),
        "NO_ESTATE": (
            "被执行人死亡，无遗产可供执行，又无义务承担人",
            "the debtor died without estate or successor",
        ),
        "CLAIMANT_DIED": (
            "追索赡养费、扶养费、抚养费案件的权利人死亡", "the person entitled to support died",
        ),
        "DESTITUTE": (
            "被执行人因生活困难无力偿还借款，无收入来源，又丧失劳动能力",
            "the debtor cannot repay, has no income and cannot work",
        ),
        "OTHER": ("法院认为应当终结执行的其他情形", "another case in which the court terminates"),
    },
}  # fmt: skip
"""Grounds by state, or by kind of closing: 民诉法(2023) 267 (stay), 242 and 执行规定 77 (deferral),
268 (termination). What is not here wants a reason in words only."""


@dataclass(frozen=True)
class Step:
    """A step that may follow: the state, the kind of closing if it closes, the ground."""

    state: str
    close_kind: str = ""
    ground: str = ""

    @property
    def code(self) -> str:
        """The step as a form names it."""
        return "/".join((self.state, self.close_kind, self.ground))


def steps_from(state: str) -> list[Step]:
    """Return every step that may follow a state."""
    found = []
    for after in FOLLOWING[state]:
        for kind in CLOSE_KINDS if after == "CLOSED" else ("",):
            grounds = GROUNDS.get(kind or after, {"": ("", "")})
            found += [Step(after, kind, ground) for ground in grounds]
    return found
