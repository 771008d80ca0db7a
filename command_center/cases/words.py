"""The words of cases (DOMAIN §5.1, §5.4): code → Chinese, English."""

from __future__ import annotations

CASE_KINDS = {
    "ENF_FIRST": ("首次执行", "first-time enforcement"),
    "ENF_RESUMED": ("恢复执行", "resumed enforcement"),
    "ENF_PRESERVATION": ("财产保全执行", "execution of preservation"),
    "ENF_OBJECTION": ("执行异议", "enforcement objection"),
    "ENF_RECONSIDERATION": ("执行复议", "reconsideration"),
    "ENF_SUPERVISION": ("执行监督", "supervision"),
    "ENF_COORDINATION": ("执行协调", "coordination"),
    "ENF_OTHER": ("其他执行", "other"),
    "SANCTION": ("司法制裁", "judicial sanction"),
}

CASE_STATES = {
    "ACCEPTED": ("已收案", "accepted"),
    "FILED": ("已立案", "filed"),
    "NOTICED": ("已发执行通知", "enforcement notice sent"),
    "IN_PROGRESS": ("执行中", "in progress"),
    "SUSPENDED": ("中止执行", "suspended"),
    "SETTLED": ("执行和解", "settled"),
    "CLOSED": ("已结案", "closed"),
}

PARTY_ROLES = {
    "APPLICANT": ("申请执行人", "applicant"),
    "DEBTOR": ("被执行人", "debtor"),
    "THIRD_PERSON": ("案外人", "third person"),
    "INTERESTED": ("利害关系人", "interested person"),
    "GUARANTOR": ("担保人", "guarantor"),
    "AGENT": ("委托代理人", "agent"),
    "LEGAL_REP": ("法定代表人", "legal representative"),
    "CUSTODIAN": ("保管人", "custodian"),
}

BOTH_PARTIES = ("APPLICANT", "DEBTOR")
"""The roles that every executed measure is told to."""

CONTACT_KINDS = {
    "PHONE": ("电话", "telephone"),
    "EMAIL": ("电子邮件", "e-mail"),
    "WECHAT": ("微信", "WeChat"),
}

PHONE_SOURCES = {
    "application": ("申请书", "application"),
    "confirmation": ("送达地址确认书", "address confirmation"),
    "debtor": ("被执行人自述", "the debtor's word"),
    "inquiry": ("查询取得", "inquiry"),
}
"""Where a number is from."""
