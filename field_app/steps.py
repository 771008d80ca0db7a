"""The steps of an operation as the officer reports them, forward only (DOMAIN §5.5)."""

from __future__ import annotations

from schemas.records import FieldRecord, OperationStep, Step

_TITLES = {
    Step.DEPARTED: "出发",
    Step.ON_SCENE: "到达现场",
    Step.ACTING: "开始执行",
    Step.WITHDRAWN: "撤离",
}
STATES = ("planned", "departed", "on_scene", "acting", "withdrawn", "closed")
_STEPS = {step.value: step for step in Step}


def later(one: str, other: str) -> str:
    """Return the state that lies further on; an unknown one counts as the first."""
    ranks = {state: rank for rank, state in enumerate(STATES)}
    one, other = one.lower(), other.lower()
    return one if ranks.get(one, 0) >= ranks.get(other, 0) else other


def next_step(state: str) -> Step | None:
    """Return the step that follows a state, None after withdrawal."""
    known = state.lower() if state.lower() in STATES else STATES[0]
    following = STATES[min(STATES.index(known) + 1, len(STATES) - 1)]
    return _STEPS.get(following)


def title_of(step: OperationStep) -> str:
    """Return what the record of a step is called in the outbox."""
    return f"{_TITLES[step.step]}{'（按定位）' if step.by_position else ''}"


def tells(record: FieldRecord, step: Step) -> bool:
    """Tell whether a record says that the crew came to a step."""
    return isinstance(record.body, OperationStep) and record.body.step is step
