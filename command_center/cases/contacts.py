"""Contacts of parties: telephone numbers, e-mail addresses, WeChat accounts; encrypted, each with
where it is from and whether its holder confirmed it."""

from __future__ import annotations

import re

from sqlalchemy import select

from command_center.cases.models import Contact
from command_center.cases.party_views import contact_purpose
from command_center.cases.words import CONTACT_KINDS, PHONE_SOURCES
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError

NOT_ME = "NOT_ME"
_MOBILE = 11
_CHINESE_MOBILE = re.compile(r"(?:\+86|0086|86)(1[3-9][0-9]{9})")
_CONTACT_FORMS = {
    "PHONE": re.compile(r"(?!(?:\+86|0086)?1[3-9])\+?[0-9]{6,16}|1[3-9][0-9]{9}"),
    "EMAIL": re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
    "WECHAT": re.compile(r"[A-Za-z0-9_-]{6,64}"),
}


def add_contact(
    uow: UnitOfWork,
    principal: Principal,
    party: str,
    kind: str,
    value: str,
    source: str,
    *,
    confirmed: bool,
) -> str:
    """Add a phone number, an e-mail address or a WeChat account of a party.

    Errors: `contact.malformed`, `contact.unknown_source`; `contact.denied` for a number whose
    holder said that he is not the party, unless it is confirmed now.
    """
    written = value.replace(" ", "")
    if kind == "PHONE":
        written = written.replace("-", "")
        written = _national(written)
    if kind not in CONTACT_KINDS or not _CONTACT_FORMS[kind].fullmatch(written):
        raise MzError("contact.malformed", Kind.INVALID, f"not of kind {kind[:20]}")
    if source not in PHONE_SOURCES:
        raise MzError("contact.unknown_source", Kind.INVALID, source[:40])
    index = uow.keys.cipher.blind_index(written, contact_purpose(kind))
    same = Contact.value_index.in_(same_indexes(uow, kind, written))
    denied = select(Contact.id).where(same, Contact.ended_why == NOT_ME)
    if not confirmed and uow.session.scalar(denied.limit(1)) is not None:
        raise MzError("contact.denied", Kind.REFUSED, "its holder said: not me")
    row = Contact(
        id=new_id(),
        party=party,
        kind=kind,
        value=uow.keys.cipher.encrypt(written, contact_purpose(kind)),
        value_index=index,
        source=source,
        confirmed_ms=uow.now_ms if confirmed else None,
        created_ms=uow.now_ms,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def forms_of(phone: str) -> list[str]:
    """Return the forms in which a number may have been written: with its country and without."""
    digits = "".join(char for char in phone if char.isdigit())
    national = digits.removeprefix("00").removeprefix("86") if len(digits) > _MOBILE else digits
    return list(dict.fromkeys(
        [phone, national, f"86{national}", f"+86{national}", f"0086{national}", digits,
         f"+{digits}"]
    ))  # fmt: skip


def same_indexes(uow: UnitOfWork, kind: str, value: str) -> list[str]:
    """Return the blind indexes under which this contact may be kept."""
    forms = forms_of(value) if kind == "PHONE" else [value]
    return [uow.keys.cipher.blind_index(one, contact_purpose(kind)) for one in forms]


def _national(phone: str) -> str:
    """Return a mobile number without its country, as it is kept: one number is one text."""
    match = _CHINESE_MOBILE.fullmatch(phone)
    return match[1] if match else phone


def is_stopped(uow: UnitOfWork, contact: str) -> bool:
    """Return whether a contact was ended, so that nothing may go to it any more."""
    row = uow.session.get(Contact, contact)
    return row is None or row.ended_ms is not None


def address_of(uow: UnitOfWork, contact: str) -> tuple[str, str]:
    """Return a contact's kind and its value in clear, for the act of sending only;
    `contact.unknown`."""
    row = uow.session.get(Contact, contact)
    if row is None:
        raise MzError("contact.unknown", Kind.NOT_FOUND, contact[:40])
    return row.kind, uow.keys.cipher.decrypt(row.value, contact_purpose(row.kind))


def confirmed_contact(uow: UnitOfWork, party: str, kind: str) -> str | None:
    """Return a party's first confirmed contact of a kind, or None."""
    query = select(Contact.id).where(
        Contact.party == party, Contact.kind == kind, Contact.ended_ms.is_(None),
        Contact.confirmed_ms.is_not(None),
    )  # fmt: skip
    return uow.session.scalar(query.order_by(Contact.created_ms, Contact.id).limit(1))
