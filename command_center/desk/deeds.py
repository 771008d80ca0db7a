"""What was done in an operation, on the clock of its footage: subtitles, list, timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from command_center.desk import show
from command_center.desk.strip import LaneOf
from command_center.desk.talk import present_talk
from command_center.footage.talk import TalkView
from command_center.measures.views import MeasureView
from command_center.operations.markers import MarkerView
from command_center.operations.views import OperationView
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal

_BRIEF = 8


@dataclass(frozen=True)
class Deed:
    """A step, measure, order, marker or burst of talk, by the id of its record; `brief` is for the
    timeline, `text` is the subtitle. `apart`: a revoked device sent it, two persons took it over
    out of quarantine."""

    id: str
    kind: str
    at_ms: int
    time: str
    word: str
    brief: str
    text: str
    by: str
    apart: bool = False


def deeds_of(
    view: OperationView,
    measures: Iterable[MeasureView],
    markers: Iterable[MarkerView],
    talk: Iterable[TalkView],
    who: Principal,
    apart: Collection[str] = (),
) -> tuple[Deed, ...]:
    """Return what the reader may see, in order of time. apart: records out of quarantine."""
    found = [
        *(_deed(s.record, "step", s.at_ms, _("现场"), show.pick(s.text_zh, s.text_en),
                s.officer_name, show.pick(s.text_zh.removeprefix("执行人员"), s.text_en),
                s.record in apart)
          for s in view.steps),
        *(_measure(one, one.measure in apart) for one in measures),
        *(_marker(one, one.id in apart) for one in markers),
        *(_talk(one) for one in talk),
    ]  # fmt: skip
    if who.may("order:read"):
        found += [
            _deed(o.id, "order", o.sent_ms, _("指令"), o.text, o.sender_name, o.text[:_BRIEF])
            for o in view.orders
        ]
    return tuple(sorted(found, key=lambda deed: deed.at_ms))


def _measure(one: MeasureView, apart: bool) -> Deed:
    kind = show.pick(one.kind.zh, one.kind.en)
    text = f"{kind} · {one.subject}" if one.subject else kind
    return _deed(
        one.measure, "measure", one.executed_ms, _("措施"), text, one.officer_name, kind, apart
    )


def _marker(one: MarkerView, apart: bool) -> Deed:
    kind = show.pick(one.kind_zh, one.kind_en)
    text = f"{kind} · {one.text}" if one.text else kind
    return _deed(one.id, "marker", one.at_ms, _("标记"), text, one.name, one.text or kind, apart)


def _talk(one: TalkView) -> Deed:
    said = present_talk(one)
    text = f"{said.who} → {said.to} · {said.length}"
    if said.closed:
        text = f"{text} · {_('隐私时段，未开放收听')}"
    return _deed(one.burst, "talk", one.began_ms, _("对讲"), text, said.who, said.who)


def _deed(
    record: str, kind: str, at_ms: int, word: str, text: str, by: str, brief: str,
    apart: bool = False,
) -> Deed:  # fmt: skip
    return Deed(record, kind, at_ms, show.clock(at_ms), word, brief, text, by, apart)


def lanes_of(deeds: Iterable[Deed], *, empty: bool = False) -> list[LaneOf]:
    """Return a lane for each kind; `empty`: those of which there is none too."""
    lanes: list[LaneOf] = []
    names = {"step": _("现场"), "marker": _("标记"), "measure": _("措施"), "order": _("指令"),
             "talk": _("对讲")}  # fmt: skip
    for kind, name in names.items():
        marks = [(kind, deed.at_ms, deed.brief) for deed in deeds if deed.kind == kind]
        if marks or empty:
            lanes.append((name, [], marks))
    return lanes
