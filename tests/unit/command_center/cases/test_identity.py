"""Numbers of identity documents, each of its kind with its check; one person under two numbers."""

from __future__ import annotations

import datetime as dt
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from command_center.cases.identity import (
    IdentityNumber,
    IdKind,
    birth_day,
    found_by,
    read_identity,
    same_identity,
)
from command_center.cases.words import ID_KINDS
from schemas.problems import MzError

OLD, NEW = "110105491231002", "11010519491231002X"
UNIT, ORG = "91350100M000100Y43", "M000100Y4"


@pytest.mark.parametrize(
    ("written", "kind", "read"),
    [
        (" 11010519491231002x ", "", "RESIDENT_ID"),
        ("110105 491231 002", "", "RESIDENT_ID"),
        ("440199198503072221", "", "RESIDENT_ID"),  # a county that no list of counties has
        ("810000199408230021", "", "HMT_RESIDENCE"),
        ("E12345678", "护照", "PASSPORT"),
        ("PA 0940443", "PASSPORT", "PASSPORT"),
        ("H1234567801", "", "HK_MACAO_PERMIT"),
        ("M12345678", "港澳居民来往内地通行证", "HK_MACAO_PERMIT"),
        ("12345678", "台胞证", "TAIWAN_PERMIT"),
        ("0123456789（B）", "TAIWAN_PERMIT", "TAIWAN_PERMIT"),
        ("91110000600037341L", "", "USCC"),
        ("D2143569-X", "", "ORG_CODE"),
        ("Ｄ２１４３５６９－Ｘ", "组织机构代码", "ORG_CODE"),
        ("", "", ""),
    ],
)
def test_each_kind_is_read_as_people_write_it(written: str, kind: str, read: str) -> None:
    found = read_identity(written, kind)
    assert found.kind == read
    assert found.number.isalnum() or not read


@pytest.mark.parametrize(
    ("written", "kind", "code"),
    [
        ("110105194912310021", "", "party.id_malformed"),
        ("110105491331002", "", "party.id_malformed"),
        ("999999491231002", "RESIDENT_ID", "party.id_malformed"),
        ("440199198503072222", "RESIDENT_ID", "party.id_malformed"),
        ("810000199408230022", "HMT_RESIDENCE", "party.id_malformed"),
        ("810000199413230021", "HMT_RESIDENCE", "party.id_malformed"),
        ("E12345678", "", "party.id_malformed"),
        ("PASSPORT", "PASSPORT", "party.id_malformed"),
        ("E1234-5678-9012-34567890", "PASSPORT", "party.id_malformed"),
        ("A12345678", "HK_MACAO_PERMIT", "party.id_malformed"),
        ("1234567", "TAIWAN_PERMIT", "party.id_malformed"),
        ("91110000600037341M", "USCC", "party.id_malformed"),
        ("D21435690", "ORG_CODE", "party.id_malformed"),
        ("E12345678", "驾驶证", "party.unknown_id_kind"),
    ],
)
def test_what_is_no_number_of_its_kind_is_refused(written: str, kind: str, code: str) -> None:
    with pytest.raises(MzError, match=code.replace(".", r"\.")):
        read_identity(written, kind)


def test_a_document_fits_its_side_and_settles_what_two_kinds_could_be() -> None:
    with pytest.raises(MzError, match=r"party\.id_kind_of_other"):
        read_identity(NEW, is_person=False)
    with pytest.raises(MzError, match=r"party\.id_kind_of_other"):
        read_identity("E12345678", "PASSPORT", is_person=False)
    both = next(
        number
        for number in (f"H{at:08}" for at in range(200))
        if isinstance(_read_or_code(number, "ORG_CODE"), IdentityNumber)
    )
    with pytest.raises(MzError, match=r"party\.id_malformed"):
        read_identity(both)
    assert read_identity(both, is_person=True).kind == "HK_MACAO_PERMIT"
    assert read_identity(both, is_person=False).kind == "ORG_CODE"


def _read_or_code(written: str, kind: str) -> IdentityNumber | str:
    try:
        return read_identity(written, kind)
    except MzError as error:
        return error.code


def test_the_old_card_is_the_person_of_the_new_one_and_the_old_code_the_unit_of_the_new() -> None:
    assert found_by(OLD) == found_by(NEW) == NEW
    assert same_identity(OLD, NEW.lower())
    assert found_by(UNIT) == found_by(ORG) == ORG
    assert same_identity(UNIT, ORG)
    assert same_identity(ORG, UNIT)
    assert not same_identity(OLD, UNIT)
    assert not same_identity("E12345678", "E12345679")
    assert birth_day(OLD) == birth_day(NEW) == dt.date(1949, 12, 31)
    assert birth_day("810000199408230021") == dt.date(1994, 8, 23)
    assert birth_day("E12345678") is birth_day("110105491331002") is None


def test_a_persons_number_is_never_taken_for_a_credit_code() -> None:
    """One in 31 passes the other check, too; it is found as it is, and not by a part of it."""
    numbers = (f"1101051990{month:02}{day:02}{at:03}" for month in range(1, 13)
               for day in range(1, 29) for at in range(1, 9))  # fmt: skip
    both = [one for one in (body + ric.calc_check_digit(f"{body}0") for body in numbers)
            if uscc.is_valid(one)]  # fmt: skip
    assert both
    assert all(found_by(one) == one for one in both)


@given(st.text(digits + ascii_uppercase + " -（）", max_size=24), st.sampled_from(["", *ID_KINDS]))
def test_whatever_is_typed_is_read_or_refused_and_reads_the_same_again(
    written: str, kind: str
) -> None:
    once = _read_or_code(written, kind)
    if isinstance(once, str):
        assert once == "party.id_malformed"
    else:
        assert read_identity(once.number, once.kind) == once


@given(born=st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), at=st.integers(0, 999))
def test_every_old_number_has_one_new_one(born: dt.date, at: int) -> None:
    old = f"110105{born:%y%m%d}{at:03}"
    body = f"110105{born:%Y%m%d}{at:03}"
    new = body + ric.calc_check_digit(f"{body}0")
    assert found_by(old) == new
    assert same_identity(old, new)
    assert birth_day(old) == born


def test_every_kind_has_its_words() -> None:
    assert set(ID_KINDS) == set(IdKind)
    assert all(en.isascii() for _zh, en in ID_KINDS.values())
