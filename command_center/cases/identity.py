"""Numbers of identity documents: the one place where they are read, checked and compared. Pure.

Each kind has the check that its number carries: the digit of GB 11643 (identity cards, residence
permits of Hong Kong, Macao and Taiwan residents), of GB 32100 (credit codes), of GB 11714
(organisation codes); passports and travel permits have a shape only. An old card of 15 digits is
the same person as the new one of 18, an organisation code the same unit as the credit code that
holds it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import ric, uscc

from command_center.cases.words import ID_KINDS
from command_center.platform import typed
from schemas.problems import Kind, MzError


class IdKind(StrEnum):
    """Kinds of documents whose number says who a party is."""

    RESIDENT_ID = "RESIDENT_ID"
    HMT_RESIDENCE = "HMT_RESIDENCE"
    PASSPORT = "PASSPORT"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT"
    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    USCC = "USCC"
    ORG_CODE = "ORG_CODE"

    @property
    def of_unit(self) -> bool:
        """Whether it belongs to units and not to persons."""
        return self in (IdKind.USCC, IdKind.ORG_CODE)


@dataclass(frozen=True)
class IdentityNumber:
    """A number as it is kept, with its kind; both empty where a party has none."""

    kind: str
    number: str


_NAMES = {zh: code for code, (zh, _en) in ID_KINDS.items()} | {
    "身份证": "RESIDENT_ID", "居住证": "HMT_RESIDENCE", "港澳通行证": "HK_MACAO_PERMIT",
    "回乡证": "HK_MACAO_PERMIT", "台湾通行证": "TAIWAN_PERMIT", "台胞证": "TAIWAN_PERMIT",
    "信用代码": "USCC", "机构代码": "ORG_CODE",
}  # fmt: skip
FIRST_BIRTH = dt.date(1900, 1, 1)
"""No party was born before."""
_OLD, _NEW = 15, 18
_RESIDENT = re.compile("(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71)[0-9]{15}[0-9X]")
_RESIDENCE = re.compile("8[123]0000[0-9]{11}[0-9X]")
_PASSPORT = re.compile("(?=.*[0-9])[A-Z0-9]{5,17}")
_HK_MACAO = re.compile("[HM][0-9]{8}(?:[0-9]{2})?")
_TAIWAN = re.compile("[0-9]{8}|[0-9]{10}[A-Z]?")
_ORG = re.compile("[0-9A-Z]{8}[0-9X]")
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def read_identity(written: str, kind: str = "", *, is_person: bool | None = None) -> IdentityNumber:
    """Return a number as it was typed, checked as its kind allows. Without a kind it is that one
    kind with a check whose number this is; passports and permits of Taiwan residents name theirs.

    Errors: `party.unknown_id_kind`, `party.id_malformed`, `party.id_kind_of_other` (a person's
    document of a unit, or the other way round).
    """
    number, named = typed.number(written), _kind(kind)
    if not number:
        return IdentityNumber("", "")
    fitting = [one for one in (_TOLD if named is None else (named,)) if _CHECKS[one](number)]
    if len(fitting) > 1 and is_person is not None:
        fitting = [one for one in fitting if one.of_unit is not is_person]
    if len(fitting) != 1:
        raise MzError("party.id_malformed", Kind.INVALID, named or "no kind")
    if is_person is not None and fitting[0].of_unit is is_person:
        raise MzError("party.id_kind_of_other", Kind.INVALID, fitting[0])
    return IdentityNumber(fitting[0], number)


def found_by(number: str) -> str:
    """Return the form under which a number is found by its blind index: an old identity number
    as the new one of the same person, a credit code as the organisation code that it holds. One
    number of a person's document in 31 has the check digit of a credit code as well."""
    plain = typed.number(number)
    if _is_resident(plain) or _is_residence(plain):
        return _renewed(plain)
    return plain[8:17] if uscc.is_valid(plain) else plain


def same_identity(one: str, other: str) -> bool:
    """Return whether two numbers in clear name the same person or unit."""
    return found_by(one) == found_by(other)


def birth_day(number: str) -> dt.date | None:
    """Return the day of birth that a number of an identity card or residence permit names."""
    plain = typed.number(number)
    if len(plain) == _OLD and plain.isascii() and plain.isdigit():
        plain = _renewed(plain)
    if len(plain) != _NEW or not re.fullmatch("[0-9]{17}[0-9X]", plain):
        return None
    try:
        return dt.date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None


def _kind(text: str) -> IdKind | None:
    """Return a kind by its code or Chinese word, None where none is named."""
    name = text.strip()
    if not name:
        return None
    code = _NAMES.get(name, name)
    if code not in IdKind.__members__:
        raise MzError("party.unknown_id_kind", Kind.INVALID, name[:40])
    return IdKind(code)


def _renewed(old: str) -> str:
    """Return an identity number in its form of 18 digits: the century and the check digit."""
    if len(old) != _OLD:
        return old
    body = f"{old[:6]}19{old[6:]}"
    return body + ric.calc_check_digit(f"{body}0")


def _is_resident(number: str) -> bool:
    """By province, day of birth and check digit; counties come and go, and are not asked."""
    new = _renewed(number) if re.fullmatch("[0-9]{15}", number) else number
    born = birth_day(new) if _RESIDENT.fullmatch(new) else None
    fits = born is not None and born >= FIRST_BIRTH
    return fits and ric.calc_check_digit(new) == new[-1]


def _is_residence(number: str) -> bool:
    return (
        _RESIDENCE.fullmatch(number) is not None
        and ric.calc_check_digit(number) == number[-1]
        and birth_day(number) is not None
    )


def _is_org_code(number: str) -> bool:
    if not _ORG.fullmatch(number):
        return False
    total = sum(int(char, 36) * weight for char, weight in zip(number, _ORG_WEIGHTS, strict=False))
    return number[-1] == "0123456789X0"[11 - total % 11]


def _shaped(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda number: form.fullmatch(number) is not None


_CHECKS: dict[IdKind, Callable[[str], bool]] = {
    IdKind.RESIDENT_ID: _is_resident,
    IdKind.HMT_RESIDENCE: _is_residence,
    IdKind.PASSPORT: _shaped(_PASSPORT),
    IdKind.HK_MACAO_PERMIT: _shaped(_HK_MACAO),
    IdKind.TAIWAN_PERMIT: _shaped(_TAIWAN),
    IdKind.USCC: uscc.is_valid,
    IdKind.ORG_CODE: _is_org_code,
}
_TOLD = (
    IdKind.RESIDENT_ID, IdKind.HMT_RESIDENCE, IdKind.HK_MACAO_PERMIT, IdKind.USCC, IdKind.ORG_CODE,
)  # fmt: skip
"""Kinds that a number tells by itself."""
