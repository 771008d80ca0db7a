"""How states look: icon, words and tone for operations, orders, links. One table each."""

from __future__ import annotations

from dataclasses import dataclass

from field_app.local_api.recording import RecordingStatus
from field_app.local_api.status import Status
from field_app.local_api.talk import TalkState, TalkStatus
from field_app.window import shown
from field_app.window.words import known, tr
from schemas.field_api import OperationBrief, OrderState
from schemas.stream import Route


@dataclass(frozen=True)
class Look:
    """A state as colour, shape and word; `tint` is the surface behind it."""

    icon: str
    words: str
    tone: str
    tint: str


_OPERATIONS = {
    "planned": ("circle", "t2", "s2"),
    "departed": ("route-2", "brand", "brand_s"),
    "on_scene": ("map-pin", "brand", "brand_s"),
    "acting": ("circle-half-2", "brand", "brand_s"),
    "withdrawn": ("door-exit", "ok", "ok_s"),
    "closed": ("circle-check", "ok", "ok_s"),
}
_ORDERS = {
    OrderState.SENT: "check",
    OrderState.RECEIVED: "checks",
    OrderState.READ: "eye",
    OrderState.DONE: "circle-check",
}
_LINKS = {
    "good": ("antenna-bars-5", "ok"),
    "thin": ("antenna-bars-3", "warn"),
    "lost": ("antenna-bars-off", "bad"),
    "none": ("plug-connected-x", "warn"),
}

_ROUTES = {Route.EARPIECE: "ear", Route.LOUDSPEAKER: "volume", Route.TEXT: "message-2"}


def talk_look(talk: TalkStatus) -> Look:
    """Return how talk looks: who speaks, or how this device would hear."""
    if talk.state is TalkState.SPEAKING:
        return Look("microphone", tr("talk.speaking"), "talk", "talk_s")
    if talk.state is TalkState.HEARING:
        words = tr("talk.desk_speaks") if talk.by_desk else tr("talk.crew_speaks")
        return Look(_ROUTES[talk.route], words, "talk", "talk_s")
    return Look(_ROUTES[talk.route], tr(f"talk.{talk.route.value}"), "t1", "s2")


def operation_look(state: str) -> Look:
    """Return how a state of an operation looks."""
    key = state.lower()
    icon, tone, tint = _OPERATIONS.get(key, _OPERATIONS["planned"])
    return Look(icon, tr(f"operation.{key}") if key in _OPERATIONS else state, tone, tint)


def order_look(state: OrderState) -> Look:
    """Return how a state of an order looks."""
    return Look(_ORDERS[state], tr(f"order_state.{state.value}"), "talk", "talk_s")


def link_look(status: Status | None) -> Look:
    """Return how the link to the centre looks."""
    link = status.link if status and status.link in _LINKS else "none"
    icon, tone = _LINKS[link]
    return Look(icon, tr(f"link.{link}"), tone, f"{tone}_s")


def kept_look(newest: RecordingStatus | None) -> Look:
    """Return how far the newest recording is archived."""
    if newest is None or not newest.archived:
        return Look("database", tr("record.kept_none"), "t2", "s2")
    to_ms = newest.archived_to_ms
    if to_ms is not None:
        return Look("square-check", tr("record.kept_to", time=shown.clock(to_ms)), "ok", "ok_s")
    whole = newest.archived == newest.recorded
    words = tr("record.kept_all" if whole else "record.kept_some")
    return Look("square-check", words, "ok", "ok_s")


def parties_line(operation: OperationBrief) -> str:
    """Return `申请执行人 … · 被执行人 …`."""
    return " · ".join(
        f"{tr(f'role.{role}') if known(f'role.{role}') else role} {name}"
        for role, name in operation.parties
    )


def crew_line(operation: OperationBrief) -> str:
    """Return the crew, the presiding officer first."""
    crew = sorted(operation.crew, key=lambda member: not member.presiding)
    return tr("list.comma").join(member.name for member in crew)
