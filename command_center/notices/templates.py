"""What parties are told, as versioned data: one text for each purpose and audience.

A notice says who, which case, what was done, when, and where to look; it never carries a full
ID or account number and never a link (DOMAIN §2.9): look-alike links are how parties are robbed.
A template is never edited: a better text is the next version.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import string
from collections.abc import Mapping
from enum import StrEnum

from command_center.platform import typed
from schemas.problems import Kind, MzError

_LINK = re.compile(r"(?:[a-z]+://|www\.)[!-~]+", re.IGNORECASE)


class Purpose(StrEnum):
    """Why a party is told."""

    MEASURE_EXECUTED = "measure_executed"
    MEASURE_DEBTOR_NAMED = "measure_debtor_named"
    MEASURE_RENEWED = "measure_renewed"
    MEASURE_RELEASED = "measure_released"
    MEASURE_CONVERTED = "measure_converted"
    MEASURE_TURN_CAME = "measure_turn_came"
    MEASURE_TURN_LOST = "measure_turn_lost"
    MEASURE_BECAME_ENFORCEMENT = "measure_became_enforcement"
    MEASURE_EXPIRING = "measure_expiring"
    DELAY_EXPLAINED = "delay_explained"
    PROCEDURE_CHANGED = "procedure_changed"
    ROUND_RECHECKED = "round_rechecked"
    OBJECTION_REGISTERED = "objection_registered"
    OBJECTION_DECIDED = "objection_decided"
    OPERATION_CORRECTED = "operation_corrected"
    ACCOUNT_OPENED = "account_opened"  # 查询告知书: the account, never the password
    CALL_THE_COURT = "call_the_court"  # to a number that nobody has confirmed


class Audience(StrEnum):
    """Which side a text speaks to."""

    APPLICANT = "applicant"
    DEBTOR = "debtor"
    ANYONE = "anyone"


@dataclasses.dataclass(frozen=True)
class Template:
    """A text with `$name` fields; `fields` are exactly those it uses. own: a text of the court,
    which counts its versions by itself."""

    purpose: Purpose
    audience: Audience
    version: int
    body: str
    own: bool = False

    @property
    def name(self) -> str:
        """`purpose.audience/2`, of the court `purpose.audience/court-2`, as the notice records it;
        no two texts have one name."""
        series = "court-" if self.own else ""
        return f"{self.purpose}.{self.audience}/{series}{self.version}"

    @functools.cached_property
    def fields(self) -> frozenset[str]:
        """The names of the facts that the text needs."""
        return frozenset(string.Template(self.body).get_identifiers())


TEMPLATES: tuple[Template, ...] = (
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.DEBTOR,
        1,
        "$addressee：$case_number案，本院于$when对您实施$measure：$what，期限至$until。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.APPLICANT,
        1,
        "$addressee：$case_number案，本院于$when对被执行人$debtor实施$measure：$what，"
        "期限至$until。凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院于$when对被执行人$debtor实施$measure：$what，"
        "期限至$until。凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.DEBTOR,
        2,
        "$addressee：$case_number案，本院于$when对您实施$measure：$what$term"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.DEBTOR,
        3,
        "$addressee：$case_number案，本院于$when对$you实施$measure：$what$term"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.APPLICANT,
        2,
        "$addressee：$case_number案，本院于$when对被执行人$debtor实施$measure：$what$term"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXECUTED,
        Audience.ANYONE,
        2,
        "$addressee：$case_number案，本院于$when对被执行人$debtor实施$measure：$what$term"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_DEBTOR_NAMED,
        Audience.DEBTOR,
        1,
        "$addressee：$case_number案，本院告知过的$measure：$what，经核定是对您实施的。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_DEBTOR_NAMED,
        Audience.DEBTOR,
        2,
        "$addressee：$case_number案，本院告知过的$measure：$what，经核定是对$you实施的。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_DEBTOR_NAMED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院告知过的$measure：$what，经核定是对被执行人$debtor实施的。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_RENEWED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院于$when续行$measure：$what，期限至$until。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_RELEASED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院于$when解除$measure：$what，理由：$ground。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_TURN_CAME,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，轮候$measure于$when生效：$what，期限至$until。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_CONVERTED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院$measure的财产：$what，已于$when全部处分，文书：$paper。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_TURN_LOST,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，$measure：$what，因在先措施的财产已于$when全部处分，"
        "未产生效力。凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_BECAME_ENFORCEMENT,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，诉讼保全的$measure：$what自$when起转为执行措施，期限连续计算。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXPIRING,
        Audience.APPLICANT,
        1,
        "$addressee：$case_number案，$measure：$what的期限将于$until届满，届满前未续行的效力消灭。"
        "您可以书面申请续行，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.MEASURE_EXPIRING,
        Audience.APPLICANT,
        2,
        "$addressee：$case_number案，$measure：$what的期限将于$until届满，届满前未续行的效力消灭。"
        "$you可以书面申请续行，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.DELAY_EXPLAINED,
        Audience.APPLICANT,
        1,
        "$addressee：$case_number案，$what未能在$until前完成，原因：$reason"
        "您可凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.DELAY_EXPLAINED,
        Audience.APPLICANT,
        2,
        "$addressee：$case_number案，$what未能在$until前完成，原因：$reason"
        "$you可凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.PROCEDURE_CHANGED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院于$when决定$change，理由：$reason，文书：$paper。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.ROUND_RECHECKED,
        Audience.APPLICANT,
        1,
        "$addressee：$case_number案终结本次执行程序后，本院于$when再次查询被执行人的财产：$result。"
        "发现财产线索的，您可以随时申请恢复执行。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.ROUND_RECHECKED,
        Audience.APPLICANT,
        2,
        "$addressee：$case_number案终结本次执行程序后，本院于$when再次查询被执行人的财产：$result。"
        "发现财产线索的，$you可以随时申请恢复执行。"
        "凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.OBJECTION_REGISTERED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，$who提出的$objection，本院已于$when立案审查，案号$number。"
        "您可以提交书面意见，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.OBJECTION_REGISTERED,
        Audience.ANYONE,
        2,
        "$addressee：$case_number案，$who提出的$objection，本院已于$when立案审查，案号$number。"
        "$you可以提交书面意见，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.OBJECTION_DECIDED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，$who提出的$objection，本院于$when裁定：$outcome，"
        "理由：$reason，文书：$paper。裁定书另行送达，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.OPERATION_CORRECTED,
        Audience.ANYONE,
        1,
        "$addressee：$case_number案，本院曾告知的$when执行行动经核查不属本案，已经更正；"
        "其间的措施以解除、失效的告知为准。凭案号和查询密码登录明证查看，咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.ACCOUNT_OPENED,
        Audience.ANYONE,
        1,
        "$addressee：您可凭案号$case_number和查询密码登录明证查询案件进展。"
        "查询密码由本院另行当面或者书面交付，不会用短信发送。咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.ACCOUNT_OPENED,
        Audience.ANYONE,
        2,
        "$addressee：$you可凭案号$case_number和查询密码登录明证查询案件进展。"
        "查询密码由本院另行当面或者书面交付，不会用短信发送。咨询$phone，核实请拨12368。",
    ),
    Template(
        Purpose.CALL_THE_COURT,
        Audience.ANYONE,
        1,
        "您有一条法院通知，请拨打12368核实并查询。法院不会要求转账，也不会索要验证码。",
    ),
)


def latest(purpose: Purpose, audience: Audience) -> Template:
    """Return the newest template of a purpose for an audience, or for anyone."""
    for who in (audience, Audience.ANYONE):
        found = [t for t in TEMPLATES if t.purpose is purpose and t.audience is who]
        if found:
            return max(found, key=lambda template: template.version)
    raise MzError("notice.no_template", Kind.INVALID, f"{purpose} for {audience}")


def render(template: Template, court: str, facts: Mapping[str, str]) -> str:
    """Return the text with the court's signature in front.

    `notice.fact_missing` when a field has no fact: a party is never sent a text with holes.
    """
    missing = sorted(name for name in template.fields if not facts.get(name, "").strip())
    if missing:
        raise MzError("notice.fact_missing", Kind.INVALID, f"{template.name}: {missing}")
    values = {name: _one_line(facts[name]) for name in template.fields}
    return f"【{court}】{string.Template(template.body).substitute(values)}"


def _one_line(text: str) -> str:
    """Facts are typed by people: no line breaks, no brackets that fake a signature, no links."""
    plain = text
    if not text.isprintable():
        plain = "".join(char for char in text if typed.is_written(char) or char.isspace())
    if "." in plain:
        plain = _LINK.sub("（链接略）", plain)
    return " ".join(plain.split()).replace("【", "（").replace("】", "）")
