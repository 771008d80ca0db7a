"""Kinds of property (DOMAIN §5.3)."""

from __future__ import annotations

from enum import StrEnum


class PropertyKind(StrEnum):
    """What a measure takes hold of."""

    REAL_ESTATE = "REAL_ESTATE"
    MOVABLE = "MOVABLE"
    VEHICLE = "VEHICLE"
    DEPOSIT = "DEPOSIT"
    PAYMENT_ACCOUNT = "PAYMENT_ACCOUNT"
    SECURITY = "SECURITY"
    FUND = "FUND"
    EQUITY = "EQUITY"
    RECEIVABLE = "RECEIVABLE"
    INCOME = "INCOME"
    INSURANCE = "INSURANCE"
    IP = "IP"
    TRUST_BENEFIT = "TRUST_BENEFIT"
    NONE = "NONE"


PROPERTY_WORDS = {
    PropertyKind.REAL_ESTATE: ("不动产", "real property"),
    PropertyKind.MOVABLE: ("动产", "movables"),
    PropertyKind.VEHICLE: ("机动车", "vehicle"),
    PropertyKind.DEPOSIT: ("银行存款", "bank deposit"),
    PropertyKind.PAYMENT_ACCOUNT: ("网络资金", "payment account"),
    PropertyKind.SECURITY: ("证券", "securities"),
    PropertyKind.FUND: ("基金、理财", "fund"),
    PropertyKind.EQUITY: ("股权", "equity"),
    PropertyKind.RECEIVABLE: ("到期债权", "due receivable"),
    PropertyKind.INCOME: ("收入", "income"),
    PropertyKind.INSURANCE: ("保险", "insurance"),
    PropertyKind.IP: ("知识产权", "intellectual property"),
    PropertyKind.TRUST_BENEFIT: ("信托受益权", "trust benefit"),
    PropertyKind.NONE: ("人身或者行为", "a person or an act"),
}
