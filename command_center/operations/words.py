"""The words and the state machine of operations (DOMAIN §5.5)."""

from __future__ import annotations

from schemas.records import Step

STATES = {
    "CALLED_OFF": ("已取消", "called off"),
    "PLANNED": ("待出警", "planned"),
    "DEPARTED": ("已出发", "departed"),
    "ON_SCENE": ("已到场", "on scene"),
    "ACTING": ("实施中", "acting"),
    "WITHDRAWN": ("已撤离", "withdrawn"),
    "CLOSED": ("已归队", "closed"),
}
_FAR_M = 1_000
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


def step_text(step: Step, *, by_position: bool) -> tuple[str, str]:
    """Return what a reported step says, Chinese and English."""
    zh, en = STEP_TEXT[step]
    return (f"{zh}（按定位）", f"{en} (by position)") if by_position else (zh, en)


def off_text(distance_m: int | None) -> tuple[str, str]:
    """Return how far from the operation's place a step was reported, where it is known."""
    if distance_m is None:
        return "", ""
    if distance_m < _FAR_M:
        return f"，距地点 {distance_m} 米", f", {distance_m} m from the place"
    return (
        f"，距地点 {distance_m / 1000:.1f} 公里",
        f", {distance_m / 1000:.1f} km from the place",
    )


def later_state(one: str, other: str) -> str:
    """Return whichever state is further on."""
    return max(one, other, key=ORDER.index)
