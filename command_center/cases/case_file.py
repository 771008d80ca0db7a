"""A file of cases, CSV or JSON, read into rows; what is wrong is said by row and code. Pure.

CSV: a header of the codes or Chinese words in `COLUMNS`, one case a row; several parties of a side
are parted by `；`, their numbers, phones, heads and agents in the same order. JSON: a list of
objects by the codes. A party is a person if its number is that of a person's document, or without
one if its name is short and not that of a unit. What spreadsheets add is understood: empty columns
at the right, blank rows, lines that end as on any system, a mark of the encoding that was saved
twice, days like 2024/3/5, names spread with spaces.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from dataclasses import dataclass

from command_center.cases.identity import FIRST_BIRTH, IdentityNumber, IdKind, read_identity
from command_center.cases.number import parse_number
from command_center.cases.words import BIRTH_SOURCES, CASE_STATES
from command_center.platform import typed
from schemas.money import read_yuan
from schemas.problems import Kind, MzError
from schemas.time import COURT_ZONE, to_ms

LARGEST_BYTES, MOST_ROWS, LONGEST_CELL = 512 * 1024, 2_000, 400
COLUMNS = {
    "number": "案号",
    "cause": "案由",
    "basis": "执行依据",
    "amount": "执行标的",
    "filed": "立案日期",
    "basis_body": "作出机关",
    "basis_day": "生效日期",
    "perform_by": "履行期限届满日",
    "principal": "计息本金",
    "claim": "申请执行事项",
    "state": "状态",
    "major": "重大",
    "applicant": "申请执行人",
    "applicant_id": "申请执行人证件号",
    "applicant_id_kind": "申请执行人证件类型",
    "applicant_birth": "申请执行人出生日期",
    "applicant_birth_source": "申请执行人出生日期来源",
    "applicant_phone": "申请执行人电话",
    "applicant_head": "申请执行人法定代表人",
    "applicant_agent": "申请执行人代理人",
    "debtor": "被执行人",
    "debtor_id": "被执行人证件号",
    "debtor_id_kind": "被执行人证件类型",
    "debtor_birth": "被执行人出生日期",
    "debtor_birth_source": "被执行人出生日期来源",
    "debtor_phone": "被执行人电话",
    "debtor_head": "被执行人法定代表人",
    "debtor_agent": "被执行人代理人",
    "officer": "承办人工号",
    "clerk": "书记员工号",
}
_WANTED = frozenset({"number", "amount", "filed", "applicant", "debtor"})
_STATES = {words[0]: code for code, words in CASE_STATES.items()} | {c: c for c in CASE_STATES}
_OF_PARTIES = ("id", "id_kind", "phone", "head", "agent", "birth", "birth_source")
_BIRTH_SOURCES = {
    text.casefold(): code for code, words in BIRTH_SOURCES.items() for text in (code, *words)
}
_YES, _NO = frozenset({"是", "true", "1"}), frozenset({"", "否", "false", "0"})
_PERSON_LENGTH = 4
_UNIT = re.compile(
    "(公司|集团|厂|商店|商行|银行|[分支]行|经营部|合作社|中心|医院|学校|委员会|事务所)$"
)
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?: 0{1,2}:00(?::00)?)?")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff"
_SPREAD = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_FORMER_CODES = str.maketrans({
    "\ue816": "\U00020087", "\ue817": "\U00020089", "\ue818": "\U000200cc",
    "\ue81e": "\u9fb4", "\ue826": "\u9fb5", "\ue82b": "\u9fb6", "\ue82c": "\u9fb7",
    "\ue831": "\U000215d7", "\ue832": "\u9fb8", "\ue83b": "\U0002298f", "\ue843": "\u9fb9",
    "\ue854": "\u9fba", "\ue855": "\U000241fe", "\ue864": "\u9fbb",
})  # fmt: skip
"""GB 18030-2000 gave these characters private codes, as Python's codec still does; the edition of
2005 and Unicode name them."""
_AGENT = re.compile(r"([^（(]+)[（(](特别|一般)授权[）)]")


@dataclass(frozen=True)
class PartyInFile:
    """A party as the file names it; birth: ISO day or empty, birth_source of `BIRTH_SOURCES`."""

    role: str
    name: str
    is_person: bool
    id_number: str
    phone: str
    head: str = ""
    agent: str = ""
    authority: str = ""
    id_kind: str = ""
    birth: str = ""
    birth_source: str = ""


@dataclass(frozen=True)
class CaseInFile:
    """A faultless row: amounts in fen, `filed_ms` the day's beginning in court time; days ISO or
    empty; principal_fen: None for the whole amount; officer, clerk: staff numbers or empty."""

    number: str
    cause: str
    basis: str
    amount_fen: int
    filed_ms: int
    state: str
    major: bool
    parties: tuple[PartyInFile, ...]
    basis_body: str = ""
    basis_day: str = ""
    perform_by: str = ""
    claim: str = ""
    principal_fen: int | None = None
    officer: str = ""
    clerk: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the file: what it says, or why it cannot be used. `line`: as a spreadsheet counts
    it, its header and empty rows too; of JSON the place in the list, from 1."""

    line: int
    label: str
    case: CaseInFile | None
    code: str = ""


def read_file(raw: bytes) -> list[Row]:
    """Return the rows of a file in UTF-8 or GB18030.

    Errors: `case_file.too_large`, `case_file.encoding`, `case_file.malformed`,
    `case_file.columns`.
    """
    text = decode_file(raw) if len(raw) <= LARGEST_BYTES else ""
    if max(len(raw), len(text.encode())) > LARGEST_BYTES:
        raise MzError("case_file.too_large", Kind.INVALID, f"{len(raw)} bytes")
    cells = _json(text) if text.lstrip().startswith(("[", "{")) else _csv(text)
    if len(cells) > MOST_ROWS:
        raise MzError("case_file.too_large", Kind.INVALID, f"{len(cells)} rows")
    seen: set[str] = set()
    return [_row(line, one, seen) for line, one in cells]


def decode_file(raw: bytes) -> str:
    """Return the text of a file in UTF-8 or GB18030; `case_file.encoding`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            return text.lstrip("\ufeff") if encoding != "gb18030" else text.translate(_FORMER_CODES)
        except UnicodeDecodeError:
            continue
    raise MzError("case_file.encoding", Kind.INVALID, "neither UTF-8 nor GB18030")


def _csv(text: str) -> list[tuple[int, dict[str, str]]]:
    codes = {word: code for code, word in COLUMNS.items()} | {code: code for code in COLUMNS}
    try:
        found = enumerate(csv.reader(io.StringIO(text, newline=None), strict=True), 1)
        lines = [(number, line) for number, line in found if any(map(str.strip, line))]
    except csv.Error as error:
        raise MzError("case_file.malformed", Kind.INVALID, "not a table") from error
    header = [codes.get(cell.strip(), "") for cell in _trimmed(lines[0][1])] if lines else []
    if not set(header) >= _WANTED or len(header) != len(set(header)) or "" in header:
        raise MzError("case_file.columns", Kind.INVALID, ", ".join(COLUMNS.values()))
    return [(number, _cells(header, line)) for number, line in lines[1:]]


def _cells(header: list[str], line: list[str]) -> dict[str, str]:
    """Return the cells of a line by column; a nameless one where it does not fit the header."""
    row = line if any(line[len(header) :]) else line[: len(header)]
    return dict(zip(header, row, strict=False)) | ({"": ""} if len(row) != len(header) else {})


def _trimmed(line: list[str]) -> list[str]:
    """Return a line without the empty cells at its end, which a spreadsheet adds."""
    while line and not line[-1].strip():
        line = line[:-1]
    return line


def _json(text: str) -> list[tuple[int, dict[str, str]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MzError("case_file.malformed", Kind.INVALID, "not JSON") from error
    if not isinstance(found, list):
        raise MzError("case_file.malformed", Kind.INVALID, "not a list of cases")
    return [
        (place, {key: str(value) for key, value in one.items()})
        if isinstance(one, dict) and all(isinstance(v, str | int | bool) for v in one.values())
        else (place, {})
        for place, one in enumerate(found, 1)
    ]


def _row(line: int, cells: dict[str, str], seen: set[str]) -> Row:
    label = "".join(c for c in cells.get("number", "") if c.isprintable()).lstrip("=+-@")[:60]
    try:
        case = _case({key: " ".join(value.split()) for key, value in cells.items()})
    except MzError as error:
        return Row(line, label, None, error.code)
    if case.number in seen:
        return Row(line, label, None, "case_file.repeated")
    seen.add(case.number)
    return Row(line, label, case)


def _case(cells: dict[str, str]) -> CaseInFile:
    if not cells or not set(cells) <= set(COLUMNS):
        raise MzError("case_file.row", Kind.INVALID, "cells do not fit the columns")
    for cell in cells.values():
        _check_cell(cell)
    state = _STATES.get(cells.get("state") or "IN_PROGRESS")
    if state is None:
        raise MzError("case.unknown_state", Kind.INVALID, cells["state"][:40])
    major = cells.get("major", "").casefold()
    if major not in _YES | _NO:
        raise MzError("case_file.row", Kind.INVALID, "major is neither yes nor no")
    parties = (*_side(cells, "applicant"), *_side(cells, "debtor"))
    return CaseInFile(
        parse_number(cells.get("number", "")).text, cells.get("cause", ""), cells.get("basis", ""),
        _amount(cells.get("amount", "")), _filed_ms(cells.get("filed", "")), state, major in _YES,
        parties, cells.get("basis_body", ""), _day(cells.get("basis_day", "")),
        _day(cells.get("perform_by", "")), cells.get("claim", ""), _principal(cells),
        cells.get("officer", ""), cells.get("clerk", ""),
    )  # fmt: skip


def _check_cell(cell: str) -> None:
    if len(cell) > LONGEST_CELL or not all(map(typed.is_written, cell)):
        raise MzError("case_file.cell", Kind.INVALID, "too long, or with control characters")
    if any(part.lstrip().startswith(("=", "+", "-", "@")) for part in re.split("[；;]", cell)):
        raise MzError("case_file.formula", Kind.INVALID, "begins like a formula")


def _amount(cell: str) -> int:
    try:
        return read_yuan(cell)
    except ValueError:
        raise MzError("case_file.amount", Kind.INVALID, cell[:40]) from None


def _principal(cells: dict[str, str]) -> int | None:
    """Return what bears interest: no more than is enforced."""
    cell = cells.get("principal", "")
    found = _amount(cell) if cell else None
    if found is not None and found > _amount(cells.get("amount", "")):
        raise MzError("case_file.amount", Kind.INVALID, "principal above the amount")
    return found


def _filed_ms(cell: str) -> int:
    day = dt.date.fromisoformat(_day(cell or "-"))
    return to_ms(dt.datetime.combine(day, dt.time(), COURT_ZONE))


def _birth(cell: str) -> str:
    """Return an ISO day of birth, which may lie further back than cases; empty for none."""
    try:
        return _day(cell, FIRST_BIRTH)
    except MzError:
        raise MzError("case_file.birth", Kind.INVALID, cell[:40]) from None


def _day(cell: str, first: dt.date | None = None) -> str:
    """Return an ISO day not before `first`, empty for none."""
    if not cell:
        return ""
    match = _DAY.fullmatch(cell)
    iso = "{}-{:0>2}-{:0>2}".format(*match.groups()) if match else cell
    try:
        return (typed.day(iso, first) if first else typed.day(iso)).isoformat()
    except MzError:
        raise MzError("case_file.day", Kind.INVALID, cell[:40]) from None


def _side(cells: dict[str, str], side: str) -> list[PartyInFile]:
    """Return the parties of one side, at least one."""
    names = _parts(cells.get(side, ""))
    more = [_parts(cells.get(f"{side}_{what}", "")) or [""] * len(names) for what in _OF_PARTIES]
    if not all(names) or not names or any(len(one) != len(names) for one in more):
        raise MzError("case_file.parties", Kind.INVALID, "names, numbers and phones do not match")
    found = []
    for name, written, kind, phone, head, agent, birth, source in zip(names, *more, strict=True):
        read = _identity(written, kind)
        unit = IdKind(read.kind).of_unit if read.kind else not _looks_a_person(name)
        is_person = not unit
        if head and is_person:
            raise MzError("case_file.head", Kind.INVALID, "a person has no legal representative")
        found.append(PartyInFile(side.upper(), name, is_person, read.number, phone, head,
                                 *_agent(agent), read.kind, _birth(birth),
                                 _birth_source(source)))  # fmt: skip
    return found


def _identity(written: str, kind: str) -> IdentityNumber:
    try:
        read = read_identity(written, kind)
    except MzError as error:
        code = "case_file.id_number" if error.code == "party.id_malformed" else error.code
        raise MzError(code, Kind.INVALID, error.detail) from None
    if written and not read.number:
        raise MzError("case_file.id_number", Kind.INVALID, "signs only")
    return read


def _birth_source(cell: str) -> str:
    """Return where a day of birth is from, by its code or word; empty for none."""
    if cell and cell.casefold() not in _BIRTH_SOURCES:
        raise MzError("party.birth_source", Kind.INVALID, cell[:40])
    return _BIRTH_SOURCES[cell.casefold()] if cell else ""


def _looks_a_person(name: str) -> bool:
    return ("·" in name or len(name) <= _PERSON_LENGTH) and not _UNIT.search(name)


def _agent(cell: str) -> tuple[str, str]:
    """Return name and authority of `王律师（特别授权）`; general where none is written."""
    match = _AGENT.fullmatch(cell)
    if match is None:
        return cell, "GENERAL" if cell else ""
    return match[1].strip(), "SPECIAL" if match[2] == "特别" else "GENERAL"


def _parts(cell: str) -> list[str]:
    return [_SPREAD.sub("", part.strip()) for part in re.split("[；;]", cell)] if cell else []
