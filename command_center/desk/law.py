"""The law of deadlines as it stood on a day: every rule, its versions, who verified it (U7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import permits
from command_center.deadlines.rulepack import PropertyClass, RuleInForce, ShareInForce, law
from command_center.deadlines.words import DUTIES, GROUNDS, READINGS
from command_center.desk import show
from command_center.desk.clocks import approver, length_text
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render, settings
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.pages import is_english


@dataclass(frozen=True)
class RuleShown:
    """A version of a rule, in force from `since`."""

    key: str
    title: str
    starts: str
    length: str
    duty: str
    sources: tuple[str, ...]
    profile: str
    since: str
    verified: bool
    verified_by: str
    excluded: tuple[str, ...]
    extension: str
    rolls: bool
    again: str
    full_days: str


@dataclass(frozen=True)
class ShareShown:
    """A bound on an amount: 不低于评估价或者市价的 70%."""

    key: str
    title: str
    text: str
    sources: tuple[str, ...]
    verified: bool
    verified_by: str


@dataclass(frozen=True)
class CeilingShown:
    """The longest control period of a class of property."""

    title: str
    months: int


def _rule(found: RuleInForce, since: dt.date) -> RuleShown:
    rule, extension = found.rule, ""
    if rule.extension_times:
        extension = _("%(who)s批准，%(t)d 次，每次至多 %(n)d", who=approver(rule),
                      t=rule.extension_times, n=rule.extension_count)  # fmt: skip
    return RuleShown(
        rule.key, show.pick(rule.zh, rule.en), show.pick(rule.starts_zh, rule.starts_en),
        length_text(found), show.pick(*DUTIES[rule.duty]),
        tuple(ref.text() for ref in found.sources), found.profile, since.isoformat(),
        rule.verified, show.pick(rule.verified_by, READINGS[rule.verified_by]),
        tuple(show.pick(one, GROUNDS[one]) for one in rule.excluded), extension, rule.rolls,
        _("做完后重新起算，共 %(n)d 年", n=rule.again_years) if rule.again_years else "",
        _("再提前 %(n)d 日", n=rule.cautious) if rule.cautious and settings().court.full_days
        else "",
    )  # fmt: skip


def _share(found: ShareInForce) -> ShareShown:
    share = found.share
    of = share.of_en if is_english() else share.of_zh
    if share.most:
        text = _("%(of)s的 %(least)d%% 至 %(most)d%%", of=of, least=share.least, most=share.most)
    else:
        text = _("不低于%(of)s的 %(least)d%%", of=of, least=share.least)
    return ShareShown(share.key, show.pick(share.zh, share.en), text,
                      tuple(ref.text() for ref in found.sources), share.verified,
                      show.pick(share.verified_by, READINGS[share.verified_by]))  # fmt: skip


def _day() -> dt.date:
    text = request.args.get("day", "")
    return typed.day(text) if text else today()


@blueprint.get("/law")
@permits("deadline:read")
def rules() -> ResponseReturnValue:
    """Show every rule in force on `?day=`, and the ceilings of control periods."""
    day = _day()
    pack, ceilings = law().ceilings(day)
    classes = {
        PropertyClass.DEPOSIT: _("存款等资金"), PropertyClass.MOVABLE: _("动产"),
        PropertyClass.OTHER_RIGHT: _("不动产和其他财产权"),
    }  # fmt: skip
    return render(
        "desk/law.html", day=day.isoformat(),
        packs=[(one.effective_from.isoformat(), one.title_en if is_english() else one.title)
               for one in law().packs],
        rules=[_rule(found, found.since) for found in law().rules(day)],
        shares=[_share(found) for found in law().shares(day)],
        ceilings=[CeilingShown(word, ceilings.months[kind]) for kind, word in classes.items()],
        ceilings_law=law().article(ceilings.source, day).text(), ceilings_since=pack.effective_from,
        ceilings_verified=ceilings.verified,
        ceilings_read=show.pick(ceilings.verified_by, READINGS[ceilings.verified_by]),
    )  # fmt: skip


@blueprint.get("/law/<key>")
@permits("deadline:read")
def rule(key: str) -> ResponseReturnValue:
    """Show one rule and every version of it, the newest first."""
    versions = [_rule(found, since) for since, found in reversed(law().versions(key))]
    return render("desk/rule.html", versions=versions, day=_day().isoformat())
