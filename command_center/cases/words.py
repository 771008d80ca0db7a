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
    "DEFERRED": ("暂缓执行", "deferred"),
    "DELEGATED": ("委托执行", "delegated"),
    "LIFTED": ("提级执行", "taken up by a higher court"),
    "DESIGNATED": ("指定执行", "assigned to another court"),
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

ID_KINDS = {
    "RESIDENT_ID": ("居民身份证", "resident identity card"),
    "HMT_RESIDENCE": ("港澳台居民居住证", "residence permit (Hong Kong, Macao, Taiwan)"),
    "PASSPORT": ("护照", "passport"),
    "HK_MACAO_PERMIT": ("港澳居民来往内地通行证", "travel permit (Hong Kong, Macao)"),
    "TAIWAN_PERMIT": ("台湾居民来往大陆通行证", "travel permit (Taiwan)"),
    "USCC": ("统一社会信用代码", "unified social credit code"),
    "ORG_CODE": ("组织机构代码", "organisation code"),
}
"""Kinds of documents whose number says who a party is, persons' first."""

BIRTH_SOURCES = {
    "DOCUMENT": ("所持证件", "the document held"),
    "HOUSEHOLD": ("户口簿或者户籍证明", "household register"),
    "BIRTH_CERT": ("出生医学证明", "birth certificate"),
    "JUDGMENT": ("生效法律文书", "effective legal document"),
    "INQUIRY": ("公安或者出入境机关查询", "inquiry of the police or of immigration"),
}
"""Where a day of birth is from that no number tells."""

PARTY_ACTS = {
    "JOINED": ("追加", "joined"),
    "NAME": ("更名", "renamed"),
    "BIRTH": ("出生日期", "date of birth"),
    "ROLE": ("变更地位", "changed role"),
    "LEFT": ("退出", "left"),
}
"""What changes of a party (S-18)."""

REPRESENTATIVES = {
    "LEGAL_REP": ("法定代表人", "legal representative"),
    "HEAD": ("主要负责人", "head"),
    "ACTUAL_CONTROLLER": ("实际控制人", "actual controller"),
    "STATUTORY_AGENT": ("法定代理人", "statutory agent"),
    "AGENT": ("委托代理人", "agent by power of attorney"),
}
OF_UNITS = ("LEGAL_REP", "HEAD", "ACTUAL_CONTROLLER")
"""Who stands for a unit only; a statutory agent stands for a person only."""
AUTHORITIES = {
    "GENERAL": ("一般授权", "general authority"),
    "SPECIAL": ("特别授权", "special authority"),
}

CASE_LINKS = {
    "PRESERVATION": ("财产保全案件", "preservation case", "保全后的执行案件", "enforced after it"),
    "RESUMED": ("恢复执行案件", "resumed as", "原执行案件", "resumes"),
    "OBJECTION": ("执行异议案件", "objection", "异议所涉案件", "objects in"),
    "RECONSIDERATION": ("执行复议案件", "reconsideration", "复议所涉案件", "reconsiders"),
    "REVERSAL": ("执行回转案件", "reversal", "回转的原案件", "reverses"),
    "RELATED": ("关联案件", "related", "关联案件", "related"),
}
"""Kinds of links: what the other case is to this one, and this one to the other."""

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
