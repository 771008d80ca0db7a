"""Measures as the desk shows them: what, since when, until when, and both parties' notices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from command_center.desk import show
from command_center.desk.states import State, measure_state
from command_center.desk.telling import FIRST_LANES, NoticeShown, in_lanes, present_notice
from command_center.measures.defect_words import in_english
from command_center.measures.views import ItemView, MeasureView
from command_center.notices.views import NoticeView
from command_center.platform.pages import gettext as _
from schemas.money import yuan_text

FIRST_ROWS = 20
"""How many rows of a list stand on a page that is about more."""
BEFORE_MS = 5_000


@dataclass(frozen=True)
class ItemShown:
    """A row of the list (清单)."""

    number: int
    name: str
    about: str
    quantity: str
    value: str
    photos: int
    lot: bool
    recording: str
    at_ms: int


@dataclass(frozen=True)
class MeasureShown:
    """A measure with lanes, the first or a page of them; `period` is the control period (起止日期),
    defects: sentence and source. …_count: of all."""

    id: str
    title: str
    state: State
    time: str
    period: str
    suggested: bool
    items: tuple[ItemShown, ...]
    items_count: int
    defects: tuple[tuple[str, str], ...]
    exhibits_awaited: int
    notices: tuple[NoticeShown, ...]
    notices_count: int
    lanes: tuple[NoticeShown, ...]
    sms_count: int


def present_measure(
    measure: MeasureView,
    notices: list[NoticeView],
    lanes: slice = slice(FIRST_LANES),
    nodes: Collection[str] = (),
) -> MeasureShown:
    """Return a measure in the reader's language, with notices of its node: those of `lanes`.
    nodes: of all of these, one after the other."""
    by_node: dict[str, list[NoticeView]] = {}
    for one in notices:
        if one.node in (nodes or (measure.measure,)):
            by_node.setdefault(one.node, []).append(one)
    told = [one for node in by_node.values() for one in in_lanes(node)]
    sms = [one for one in told if one.channel == "SMS"]
    kind = show.pick(measure.kind.zh, measure.kind.en)
    return MeasureShown(
        measure.measure,
        f"{kind} · {measure.subject}",
        measure_state(measure.state),
        show.moment(measure.executed_ms),
        _("%(start)s 至 %(end)s", start=measure.control_from, end=measure.control_to)
        if measure.control_to
        else "",
        measure.period_suggested,
        tuple(present_item(item) for item in measure.items[:FIRST_ROWS]),
        len(measure.items),
        tuple((show.pick(one.text, in_english(one)), one.law) for one in measure.defects),
        measure.exhibits_awaited,
        tuple(present_notice(one) for one in told[lanes]),
        len(told),
        tuple(present_notice(one) for one in sms[:FIRST_LANES]),
        len(sms),
    )


def present_item(item: ItemView) -> ItemShown:
    """Return a row of the list; its footage opens five seconds before its photo."""
    about = " · ".join(text for text in (item.brand_model, item.serial, item.condition) if text)
    value = yuan_text(item.value_fen) if item.value_fen is not None else "—"
    return ItemShown(
        item.number, item.name, about, f"{item.quantity} {item.unit}", value, len(item.photos),
        item.lot is not None, item.footage_recording or "",
        max(0, (item.footage_wall_ms or 0) - BEFORE_MS),
    )  # fmt: skip
