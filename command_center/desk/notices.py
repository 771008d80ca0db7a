"""The register of notices: nodes with both parties' lanes, one notice's trace, clerks' tasks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.deadlines import today
from command_center.desk.notice_texts import purpose_word
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, notice_state
from command_center.desk.telling import (
    NoticeShown,
    in_lanes,
    party_role,
    present_notice,
    title_of,
    why_failed,
)
from command_center.desk.turning import Tab, asked_page, stay_on, turn
from command_center.measures.nodes import told_about
from command_center.measures.views import MeasureView
from command_center.notices.calls import BY_HAND, CallResult, NewCall, log_call
from command_center.notices.letters import (
    POST,
    Letter,
    open_letters,
    post_letter,
    settle_letter,
)
from command_center.notices.replies import Reply, count_open_replies, open_replies, settle_reply
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import TaskView, count_open_tasks, finish_task, open_tasks
from command_center.notices.views import (
    NoticeCounts,
    NoticeDetail,
    NoticeView,
    ReceiptView,
    counts,
    read_notice,
    register,
)
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id, short_id


@dataclass(frozen=True)
class RegisterFacts:
    """What the register reads in one look."""

    notices: list[NoticeView]
    counts: NoticeCounts
    tasks: list[TaskView]
    tasks_open: int
    letters: list[Letter]
    replies: list[Reply]
    replies_open: int
    detail: NoticeDetail | None
    about: dict[str, tuple[MeasureView, str]]


@dataclass(frozen=True)
class NodeShown:
    """What both parties were told of."""

    time: str
    title: str
    case_id: str
    case_number: str
    selected: bool
    notices: tuple[NoticeShown, ...]


@dataclass(frozen=True)
class TraceLine:
    """A step of a notice."""

    time: str
    text: str
    cls: str = ""


@dataclass(frozen=True)
class DetailShown:
    """One notice with its text and trace."""

    id: str
    party: str
    role: str
    title: str
    state: State
    text: str
    about: str
    trace: tuple[TraceLine, ...]
    roads: tuple[NoticeShown, ...]


@dataclass(frozen=True)
class TaskShown:
    """A party that no machine could tell, the notice that failed, and why in its own words."""

    id: str
    notice: str
    party: str
    reason: str
    why: str
    case_id: str
    case_number: str
    time: str


@dataclass(frozen=True)
class LetterShown:
    """A letter that waits for the post, or for its 送达回证, or came back and why."""

    id: str
    party: str
    case_id: str
    case_number: str
    about: str
    tracking: str
    why: str
    time: str


@dataclass(frozen=True)
class ReplyShown:
    """An answer by text message; `party` is empty where nobody knows the number."""

    id: str
    party: str
    number: str
    case_id: str
    case_number: str
    text: str
    not_me: bool
    times: int
    time: str


@dataclass(frozen=True)
class RegisterShown:
    """The register as the page shows it. posted: letters under way; returned: that came back."""

    note: str
    tabs: tuple[Tab, ...]
    nodes: tuple[NodeShown, ...]
    detail: DetailShown | None
    tasks: tuple[TaskShown, ...]
    tasks_open: int
    to_post: tuple[LetterShown, ...]
    posted: tuple[LetterShown, ...]
    returned: tuple[LetterShown, ...]
    replies: tuple[ReplyShown, ...]
    replies_open: int


def _read(
    uow: UnitOfWork, who: Principal, failed_only: bool, page: int, notice: str | None
) -> RegisterFacts:
    found = register(uow, who, failed_only=failed_only, page=page)
    detail = read_notice(uow, who, notice) if notice else None
    shown = [*found, *([detail.notice] if detail else ())]
    nodes, cases = {one.node for one in shown}, {one.case for one in shown}
    about = told_about(uow, who, nodes, cases) if who.may("measure:read") else {}
    return RegisterFacts(
        found, counts(uow, who), open_tasks(uow, who), count_open_tasks(uow),
        open_letters(uow, who), open_replies(uow, who), count_open_replies(uow),
        detail, about,
    )  # fmt: skip


def _nodes(facts: RegisterFacts) -> tuple[NodeShown, ...]:
    by_node: dict[str, list[NoticeView]] = {}
    for notice in facts.notices:
        by_node.setdefault(notice.node, []).append(notice)
    chosen = facts.detail.notice.node if facts.detail else ""
    return tuple(
        NodeShown(
            show.moment_second(min(n.created_ms for n in told)), title_of(told[0], facts.about),
            told[0].case, show.case_number(told[0].case_number), node == chosen,
            tuple(present_notice(n) for n in in_lanes(told)),
        )
        for node, told in by_node.items()
    )  # fmt: skip


def _detail(facts: RegisterFacts) -> DetailShown | None:
    if facts.detail is None:
        return None
    notice = facts.detail.notice
    about = [_("%(n)d 字", n=len(notice.text))]
    if notice.channel == "SMS":
        about.append(_("%(n)d 条", n=notice.messages))
    about += [_("模板 %(name)s", name=notice.template), _("不含证件号与账号")]
    return DetailShown(
        notice.notice, notice.party_name, party_role(notice.party_role),
        title_of(notice, facts.about), notice_state(notice.state), notice.text,
        " · ".join(about), _trace(facts.detail),
        tuple(present_notice(one) for one in facts.detail.roads),
    )  # fmt: skip


def _trace(detail: NoticeDetail) -> tuple[TraceLine, ...]:
    """Return what happened to a notice, in the order in which it happened."""
    notice = detail.notice
    lines = [(notice.created_ms, _("与所告知的事项同一事务生成"), ""), *_held(detail)]
    for one in detail.attempts:
        if one.provider == POST:
            lines.append((one.began_ms, _("已交邮，单号 %(code)s", code=one.code), ""))
            continue
        if one.provider == BY_HAND:
            lines.append((one.began_ms, _("电话 %(code)s", code=one.code), ""))
            continue
        text = _("第 %(n)d 次提交 %(number)s", n=one.number, number=notice.number_masked)
        if one.submissions > 1:
            text += _("，可能重复 %(n)d 次", n=one.submissions - 1)
        lines.append((one.began_ms, text, ""))
    lines += _receipts(detail)
    if notice.delivered_ms is not None:
        lines.append((notice.delivered_ms, _("已达终端"), "a"))
    if notice.read_ms is not None:
        lines.append((notice.read_ms, _("当事人已读"), "a"))
    if notice.acked_ms is not None:
        lines.append((notice.acked_ms, _("当事人已确认知悉"), "a"))
    if notice.failed_ms is not None and notice.state.failed:
        lines.append((notice.failed_ms, _failed(detail), "f"))
    for task in detail.tasks:
        lines.append((task.created_ms, _("生成待办：由书记员告知"), ""))
        if task.done_ms is not None:
            done = _("待办办结：%(outcome)s", outcome=task.outcome)
            lines.append((task.done_ms, " · ".join(filter(None, (done, task.done_by))), "a"))
    lines.sort(key=lambda line: line[0])
    return tuple(TraceLine(show.trace_time(at_ms), text, cls) for at_ms, text, cls in lines)


def _held(detail: NoticeDetail) -> list[tuple[int, str, str]]:
    """Return for what a notice waited, and why it went on."""
    held, notice = detail.held, detail.notice
    if held is None:
        return []
    who, until = held.approver or _("系统按规定"), show.moment(held.until_ms)
    why = _("暂缓发送：%(reason)s（%(who)s批准，最迟至 %(until)s）", reason=held.reason, who=who,
            until=until)  # fmt: skip
    lines = [(notice.created_ms, why, "")]
    if notice.released_ms is not None:
        ended = _("暂缓解除：%(how)s", how=show.pick(*held.lifted))
        lines.append((notice.released_ms, ended, "a"))
    return lines


def _receipts(detail: NoticeDetail) -> list[tuple[int, str, str]]:
    """Return the receipts; those of the parts of one message that say the same are one line."""
    told: dict[str, list[ReceiptView]] = {}
    for one in detail.receipts:
        told.setdefault(one.code, []).append(one)
    lines = []
    for code, alike in told.items():
        text = _("回执 %(code)s", code=why_failed(code))
        if len(alike) > 1:
            text += _("（%(n)d 条）", n=len(alike))
        lines.append((alike[0].first_ms, text, "f" if alike[0].state.failed else ""))
    return lines


def _failed(detail: NoticeDetail) -> str:
    """Return that a notice failed for good, why, and what took its place."""
    notice = detail.notice
    order = [one.notice for one in detail.roads]
    later = [one for one in detail.roads[order.index(notice.notice) + 1 :]
             if one.channel is not Channel.PORTAL]  # fmt: skip
    text = _("最终失败：%(why)s", why=show.pick(notice.state.zh, notice.state.en))
    if notice.code and notice.state is not NoticeState.MISDIRECTED:
        text += _("（%(why)s）", why=why_failed(notice.code))
    if not later:
        return text
    return text + _("，改由%(road)s", road=show.pick(later[0].channel.zh, later[0].channel.en))


def _task(task: TaskView) -> TaskShown:
    return TaskShown(
        task.task, task.notice, task.party_name, show.pick(task.reason.zh, task.reason.en),
        why_failed(task.code), task.case, show.case_number(task.case_number),
        show.moment(task.created_ms),
    )  # fmt: skip


def _letters(found: list[Letter], state: NoticeState) -> tuple[LetterShown, ...]:
    return tuple(
        LetterShown(
            one.notice, one.party_name, one.case, show.case_number(one.case_number),
            f"{purpose_word(one.purpose)} {short_id(one.notice)}",
            one.tracking, why_failed(one.why), show.moment(one.created_ms),
        )
        for one in found
        if one.state is state
    )  # fmt: skip


def _reply(one: Reply) -> ReplyShown:
    return ReplyShown(
        one.reply, one.party_name, one.number_masked, one.case,
        show.case_number(one.case_number) if one.case_number else "", one.text, one.not_me,
        one.times, show.moment(one.received_ms),
    )  # fmt: skip


@blueprint.get("/notices")
@permits("notice:read")
def notices() -> ResponseReturnValue:
    """Show a page of the register; `?failed=1` narrows it, `?notice=ID` opens one."""
    failed_only, asked = request.args.get("failed") == "1", asked_page()
    facts = database().read(_read, principal(), failed_only, asked, request.args.get("notice"))
    tally = facts.counts
    note = _(
        "应告知 %(all)d 条 · 已达 %(done)d · 在途 %(waiting)d · 失败 %(failed)d",
        all=tally.all, done=tally.delivered, waiting=tally.waiting, failed=tally.failed,
    )  # fmt: skip
    here = url_for("desk.notices")
    tabs = (
        Tab(_("全部"), tally.all, here, not failed_only),
        Tab(_("失败"), tally.failed, f"{here}?failed=1", failed_only),
    )
    page = RegisterShown(
        note, tabs, _nodes(facts), _detail(facts), tuple(_task(task) for task in facts.tasks),
        facts.tasks_open,
        _letters(facts.letters, NoticeState.QUEUED), _letters(facts.letters, NoticeState.SENT),
        _letters(facts.letters, NoticeState.PERM_FAIL),
        tuple(_reply(reply) for reply in facts.replies), facts.replies_open,
    )  # fmt: skip
    results = [(one.value, show.pick(one.zh, one.en)) for one in CallResult]
    total = tally.failed if failed_only else tally.all
    return render("desk/notices.html", register=page, call_results=results, new_run=new_id(),
                  today=today().isoformat(),
                  turn=turn("desk.notices", {"failed": "1" if failed_only else ""}, asked,
                            len(facts.notices), total))  # fmt: skip


@blueprint.post("/notices/tasks/<task>")
@permits("notice:retry")
def close_task(task: str) -> ResponseReturnValue:
    """Record how the party was told instead."""
    database().run(finish_task, principal(), task, request.form.get("outcome", ""))
    return redirect(stay_on(url_for("desk.notices")), 303)


@blueprint.post("/notices/tasks/<task>/calls")
@permits("notice:retry")
def task_called(task: str) -> ResponseReturnValue:
    """Record a telephone call to the party of a task."""
    form = request.form
    call = NewCall(typed.moment(form.get("at", "")), form.get("said", ""), form.get("result", ""))
    notice = database().run(log_call, principal(), task, call)
    return redirect(url_for("desk.notices", notice=notice), 303)


@blueprint.post("/notices/letters/<notice>/posted")
@permits("notice:retry")
def letter_posted(notice: str) -> ResponseReturnValue:
    """Record the tracking number of a letter."""
    database().run(post_letter, principal(), notice, request.form.get("tracking", ""))
    return redirect(stay_on(url_for("desk.notices")), 303)


@blueprint.post("/notices/letters/<notice>/settled")
@permits("notice:retry")
def letter_settled(notice: str) -> ResponseReturnValue:
    """Record the 送达回证 that came back, or the letter itself."""
    form = request.form
    database().run(
        settle_letter, principal(), notice,
        received=form.get("received") == "1", why=form.get("why", ""),
        day=form.get("day", ""),
    )  # fmt: skip
    return redirect(stay_on(url_for("desk.notices")), 303)


@blueprint.post("/notices/replies/<reply>")
@permits("notice:retry")
def reply_settled(reply: str) -> ResponseReturnValue:
    """Record what was done about a reply."""
    database().run(settle_reply, principal(), reply, request.form.get("outcome", ""))
    return redirect(stay_on(url_for("desk.notices")), 303)
