"""The words and the state machine of operations (DOMAIN §5.5)."""

from __future__ import annotations

from schemas.records import Step

STATES = {
    "PLANNED": ("待出警", "planned"),
    "DEPARTED": ("已出发", "departed"),
    "ON_SCENE": ("已到场", "on scene"),
    "ACTING": ("实施中", "acting"),
    "WITHDRAWN": ("已撤离", "withdrawn"),
    "CLOSED": ("已归队", "closed"),
}
ORDER = tuple(STATES)
"""States in their order: a step moves an operation forward, never back."""

STEP_STATE = {
    Step.DEPARTED: "DEPARTED",
    Step.ON_SCENE: "ON_SCENE",
    Step.ACTING: "ACTING",
    Step.WITHDRAWN: "WITHDRAWN",
}
STEP_TEXT = {
    Step.DEPARTED: ("执行人员已出发", "The crew departed"),
    Step.ON_SCENE: ("执行人员已到达现场", "The crew arrived at the scene"),
    Step.ACTING: ("执行措施开始实施", "The act began"),
    Step.WITHDRAWN: ("执行人员已撤离现场", "The crew withdrew from the scene"),
}
EVENT_TYPE = {
    Step.DEPARTED: "CrewDeparted",
    Step.ON_SCENE: "CrewArrived",
    Step.ACTING: "ActBegan",
    Step.WITHDRAWN: "CrewWithdrew",
}

CREW_ROLES = {
    "ENF_OFFICER": ("执行员", "enforcement officer"),
    "CLERK": ("书记员", "clerk"),
    "BAILIFF": ("司法警察", "bailiff"),
    "ASSISTANT": ("法官助理", "judge's assistant"),
    "JUDGE": ("法官", "judge"),
}


def later_state(one: str, other: str) -> str:
    """Return whichever state is further on."""
    return max(one, other, key=ORDER.index)
