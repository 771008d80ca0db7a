"""The centre's command line: keys, schema, staff, demonstration data, audit, contracts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from command_center.access.permissions import COURT_STAFF, ROLE_NAMES, Role
from command_center.access.staff import NewStaff, add_staff, fresh_password
from command_center.cases.importing import REFUSED, import_file, look_at_file
from command_center.cases.indexing import index_all_numbers
from command_center.cli import audit, contracts, seed
from command_center.cli.measuring import (
    look_at_told,
    measure_deadlines,
    measure_planning,
    plan_for_sending,
)
from command_center.cli.searching import measure_search
from command_center.platform import log
from command_center.platform.keys import init_keys, load_keys
from command_center.platform.opening import migrate, open_database
from command_center.platform.principal import CENTRE
from command_center.platform.settings import load
from schemas.problems import Kind, MzError
from schemas.time import now_ms


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; 0 done, 1 refused or found something, 2 wrong usage."""
    log.configure()
    parsed = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except MzError as error:
        sys.stderr.write(f"{error.code}: {error.detail}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="command_center.cli", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        if name != "openapi":
            made.add_argument(
                "--settings", type=Path, required=True, help="TOML 设置文件 / settings"
            )
        return made

    verb("init", _init, "生成密钥（可重复执行） / make the keys, once")
    verb("migrate", _migrate, "建立或升级数据库 / bring the schema up to date")
    verb("root", _root, "显示法院根密钥指纹 / print the root fingerprint")
    seeding = verb("seed", _seed, "演示数据 / demonstration data")
    seeding.add_argument("--demo", action="store_true", required=True)
    staff = verb("staff", _staff, "工作人员 / staff")
    staff.add_argument("act", choices=["add"])
    staff.add_argument("--name", required=True, help="姓名 / name")
    staff.add_argument("--number", required=True, help="工号 / staff number, the sign-in name")
    staff.add_argument(
        "--role", required=True, choices=[str(role) for role in COURT_STAFF], metavar="ROLE",
        help=", ".join(f"{role} {ROLE_NAMES[role][0]}" for role in COURT_STAFF),
    )  # fmt: skip
    importing = verb("cases", _cases, "导入案件文件 / import a file of cases")
    importing.add_argument("file", type=Path, help="CSV 或 JSON / CSV or JSON")
    importing.add_argument("--look", action="store_true", help="只看结果，不导入 / change nothing")
    auditing = verb("audit", _audit, "核对账目 / reconcile what the centre keeps")
    auditing.add_argument("--json", action="store_true", help="打印 JSON / print JSON")
    measuring = verb(
        "measure", _measure, "基准测量，用空库 / time the centre, on an empty database"
    )
    measuring.add_argument("what", choices=["deadlines", "notices", "sending", "told", "register"])
    measuring.add_argument("--sizes", type=int, nargs="+", required=True, metavar="N")
    openapi = verb("openapi", _openapi, "生成接口文档 / write the contracts")
    openapi.add_argument("--out", type=Path, default=Path("docs/contracts"))
    return parser


def _say(text: object) -> None:
    sys.stdout.write(f"{text}\n")


def _init(parsed: argparse.Namespace) -> int:
    _say(init_keys(load(parsed.settings), now_ms()))
    return 0


def _migrate(parsed: argparse.Namespace) -> int:
    settings = load(parsed.settings)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(settings)
    database = open_database(parsed.settings)
    index_all_numbers(database)
    database.close()
    return 0


def _root(parsed: argparse.Namespace) -> int:
    _say(load_keys(load(parsed.settings)).root)
    return 0


def _staff(parsed: argparse.Namespace) -> int:
    database = open_database(parsed.settings)
    password, hash_ = fresh_password()
    message = NewStaff(parsed.number, parsed.name, parsed.role, hash_)
    database.run(add_staff, CENTRE, message)
    _say(f"{ROLE_NAMES[Role(parsed.role)][0]} {parsed.number}")
    _say(f"一次性密码 / one-time password: {password}")
    return 0


def _seed(parsed: argparse.Namespace) -> int:
    made = seed.seed_demo(open_database(parsed.settings))
    _say(msgspec.json.format(msgspec.json.encode(made), indent=2).decode())
    return 0


def _audit(parsed: argparse.Namespace) -> int:
    found = audit.run_audit(open_database(parsed.settings))
    if parsed.json:
        _say(msgspec.json.encode(found).decode())
    else:
        for finding in found.findings:
            _say(finding)
        _say("一致 / consistent" if found.ok else "不一致 / not consistent")
    return 0 if found.ok else 1


def _cases(parsed: argparse.Namespace) -> int:
    """Print a line for each row: its place, what became of it, why, its number."""
    try:
        raw = parsed.file.read_bytes()
    except OSError as error:
        raise MzError("case_file.malformed", Kind.INVALID, str(error)) from error
    act = look_at_file if parsed.look else import_file
    who = replace(CENTRE, permissions=frozenset({"case:open"}))
    report = open_database(parsed.settings).run(act, who, raw)
    for row in report.rows:
        _say(f"{row.line}\t{row.outcome}\t{row.code or '-'}\t{row.label}")
    return 1 if report.count(REFUSED) else 0


def _measure(parsed: argparse.Namespace) -> int:
    database = open_database(parsed.settings)
    if parsed.what == "deadlines":
        _say(msgspec.json.encode(measure_deadlines(database, parsed.sizes)).decode())
    elif parsed.what == "register":
        _say(msgspec.json.encode(measure_search(database, parsed.sizes)).decode())
    elif parsed.what == "told":
        _say(msgspec.json.encode(database.read(look_at_told)).decode())
    elif parsed.what == "sending":
        _say(msgspec.json.encode(plan_for_sending(database, parsed.sizes[0])).decode())
    else:
        _say(msgspec.json.encode(measure_planning(database, parsed.sizes[0])).decode())
    return 0


def _openapi(parsed: argparse.Namespace) -> int:
    for path in contracts.write(parsed.out):
        _say(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
