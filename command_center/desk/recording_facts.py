"""What the archive says about one recording: the verdict, its facts, what was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from command_center.desk import show
from command_center.desk.footage_spans import last_wall_ms
from command_center.desk.strip import Span
from command_center.footage.imports import shown_name
from command_center.footage.noticed import NoticedView
from command_center.footage.views import RecordingView
from command_center.platform.pages import gettext as _
from schemas.media.opening import Bridged
from schemas.recording_notes import noticed_text


@dataclass(frozen=True)
class Fact:
    """A line of the recording's facts."""

    label: str
    value: str
    cls: str = ""


@dataclass(frozen=True)
class Verdict:
    """The archive's word about a recording, colour, shape and sentence."""

    cls: str
    glyph: str
    word: str
    why: str


@dataclass(frozen=True)
class FindingShown:
    """A broken chain or a Conflict."""

    word: str
    number: int
    time: str


def verdict_of(recording: RecordingView, spans: list[Span]) -> Verdict:
    """Return the word for a recording and its time."""
    gaps = [span for span in spans if span.kind == "gap"]
    if recording.chain == "broken":
        return Verdict("bad", "gap", _("链有断点"), _("断点处的片段已保留并标记"))
    if gaps:
        first = gaps[0]
        return Verdict(
            "bad", "gap", _("%(n)d 处中断未说明", n=len(gaps)),
            _("%(a)s — %(b)s，%(length)s", a=show.clock(first.from_ms), b=show.clock(first.to_ms),
              length=show.seconds(first.to_ms - first.from_ms)),
        )  # fmt: skip
    explained = [span for span in spans if span.kind == "ex"]
    if explained:
        return Verdict("warn", "gapx", _("%(n)d 处中断已说明", n=len(explained)),
                       _("主办人已签署故障说明，不计入已录制"))  # fmt: skip
    if not recording.ended:
        return Verdict("warn", "back", _("录制尚未结束"), _("已存档部分可以回放"))
    if any(r.archived < r.recorded for r in recording.renditions):
        return Verdict("warn", "back", _("还有片段待补传"), _("设备保留原件，直到全部存档"))
    return Verdict("ok", "arch", _("无未说明中断"), _("每个片段均已存档并回读校验"))


def facts_of(recording: RecordingView, noticed: Sequence[NoticedView] = ()) -> tuple[Fact, ...]:
    """Return the lines of a recording. noticed: what its device noticed by itself."""
    recorded = sum(r.recorded for r in recording.renditions)
    archived = sum(r.archived for r in recording.renditions)
    unsigned = sum(high - low + 1 for r in recording.renditions for low, high in r.unsigned)
    chain = {"whole": _("一致，末端已签"), "broken": _("有断点"), "open": _("一致，未结束")}
    whole = "ok b" if archived >= recorded and recorded else ""
    return (
        Fact(_("时长"), show.length(last_wall_ms(recording) - recording.opened_ms), "mono"),
        Fact(_("片段存档"), f"{archived} / {recorded}", f"{whole} mono"),
        Fact(_("段哈希链"), chain[recording.chain], "bad b" if recording.chain == "broken" else ""),
        Fact(_("存档分卷"), _("%(n)d 卷，逐卷回读", n=recording.parts)),
        Fact(_("未签尾段"), _("%(n)d 段", n=unsigned), "warn" if unsigned else ""),
        Fact(_("大小"), show.size(sum(r.bytes for r in recording.renditions)), "mono"),
        Fact(_("录像序号"), str(recording.counter), "mono"),
        Fact(_("录像编号"), show.fingerprint_text(recording.id.replace("-", "")), "mono"),
        *(
            Fact(_("设备提示"), f"{show.clock(one.at_ms)} {noticed_words(one)}", "warn")
            for one in noticed
        ),
        *_bridge_facts(recording.bridged),
    )


def noticed_words(one: NoticedView) -> str:
    """Return what a device noticed, in the reader's language."""
    return show.pick(*noticed_text(one.what, one.value))


def _bridge_facts(bridged: Bridged | None) -> tuple[Fact, ...]:
    """Return where custody begins, and of a file the original and what was said of its clock."""
    if bridged is None:
        return ()
    custody = Fact(
        _("保管起点"),
        _("中继收到时 %(at)s；此前无签名", at=show.moment_second(bridged.arrived_ms)), "warn",
    )  # fmt: skip
    if not bridged.sha256:
        return (custody,)
    return (
        custody,
        Fact(_("时钟"), _("%(ahead)s，已更正", ahead=ahead_words(bridged.clock_ahead_ms))
             if bridged.clock_ahead_ms else ahead_words(0)),
        Fact(_("原件"), f"{shown_name(bridged.name)} · {show.size(bridged.size)}"),
        Fact(_("原件 SHA-256"), show.fingerprint_text(bridged.sha256), "mono"),
    )  # fmt: skip


def ahead_words(ahead_ms: int) -> str:
    """Return how far a recorder's clock was off, in words."""
    if not ahead_ms:
        return _("记录仪时钟准确")
    length = show.length(abs(ahead_ms))
    return _("记录仪时钟快 %(t)s", t=length) if ahead_ms > 0 else _("记录仪时钟慢 %(t)s", t=length)


def findings_of(recording: RecordingView) -> tuple[FindingShown, ...]:
    """Return broken chains and Conflicts of bytes."""
    words = {"fragment.conflict": _("同号不同字节"), "device.revoked": _("撤销后形成")}
    return tuple(
        FindingShown(words.get(f.code, _("链或签名不符")), f.number, show.clock(f.at_ms))
        for f in recording.findings
    )
