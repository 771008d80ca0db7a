"""The verbs of `./mz`: what each is, its options, what of the environment it needs.

The options stand here, in the standard library's words, so that `--help` is complete before
anything is installed; `door.demo` and the others build their parsers from the same functions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from door.bench.names import NAMES

Occasions = Callable[[argparse.Namespace], frozenset[str]]


@dataclass(frozen=True)
class Verb:
    """One verb. `module` and `before` make the command line that takes over."""

    name: str
    zh: str
    en: str
    options: Callable[[argparse.ArgumentParser], None]
    module: str = ""
    before: tuple[str, ...] = ()
    occasions: Occasions = lambda _: frozenset()
    """What the environment must hold: web, window, once, test (see env.py, debian.py)."""


def demo_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz demo`."""
    parser.add_argument(
        "--once", action="store_true",
        help="无人值守跑完全程并报告；成功退出 0 · the whole story unattended, then a report",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=_seconds, default=20.0, metavar="N",
        help="--once 的录像秒数，默认 20 · seconds to record with --once",
    )  # fmt: skip
    parser.add_argument(
        "--json", type=Path, metavar="FILE",
        help="--once 的报告写入此文件 · write the report of --once to this file",
    )  # fmt: skip
    parser.add_argument(
        "--video", type=Path, metavar="FILE",
        help="以此文件作摄像机(ffmpeg 可读即可，短片循环)；默认生成画面 · a file as the camera",
    )  # fmt: skip
    parser.add_argument(
        "--gpx", type=Path, metavar="FILE",
        help="记录仪沿此轨迹移动(模拟位置)；默认固定一处 · the device walks this track (simulated)",
    )  # fmt: skip
    parser.add_argument(
        "--data", type=Path, metavar="DIR",
        help="数据目录；默认用临时目录(--once 保留，否则结束即删)· data folder; default: temporary",
    )  # fmt: skip
    parser.add_argument(
        "--window", action="store_true",
        help="同时打开执法端窗口 · open the officer's app as well",
    )  # fmt: skip


def up_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz up`."""
    parser.add_argument(
        "--settings", type=Path, metavar="FILE",
        help="设置文件，默认 DATA/settings.toml(若有)；环境变量 MZ_* 优先 · settings file",
    )  # fmt: skip
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="数据目录 · data folder"
    )  # fmt: skip


def field_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz field`."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="本机数据目录 · this device's data folder"
    )  # fmt: skip
    parser.add_argument(
        "--camera",
        metavar="CAMERA",
        help="desktop:VIDEO[,SOUND[,FORMAT]] | file:PATH | generated，录制来源 · camera",
    )
    parser.add_argument(
        "--place", metavar="PLACE",
        help="gpsd[:HOST:PORT] | gpx:FILE(模拟) | LAT,LON，本机位置 · place of this device",
    )  # fmt: skip
    parser.add_argument(
        "--sound",
        metavar="SOUND",
        help="none | generated | pulse:EARPIECE[,LOUDSPEAKER]，对讲 · talk",
    )
    parser.add_argument("--lang", choices=("zh-CN", "en"), help="界面语言 · language of the window")
    parser.add_argument("--scale", metavar="N", help="窗口缩放，如 0.8 · size of the window")


def test_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz test`."""
    parser.add_argument(
        "pytest", nargs="*", metavar="PYTEST_ARG",
        help="交给 pytest 的参数；默认全部测试 · arguments for pytest; default: every test",
    )  # fmt: skip


def setup_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz setup`."""
    parser.add_argument(
        "--for", dest="verb", choices=("demo", "up", "field", "check", "test"), default="test",
        help="只准备该命令所需，默认 test(全部)· only what this verb needs; default: everything",
    )  # fmt: skip
    parser.add_argument(
        "--repair", action="store_true",
        help="不信标记，逐文件核对并修复 · distrust the stamps, check every file and repair",
    )  # fmt: skip


def bench_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz bench`."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME", choices=tuple(NAMES),
        help=f"{' | '.join(NAMES)}；不写则列出 · without a name: a list",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="结果文件 · file for figures")
    parser.add_argument(
        "--seconds", type=_seconds, metavar="N",
        help="每轮的测量秒数，各基准有默认 · seconds of one round; each bench has its own default",
    )  # fmt: skip
    parser.add_argument(
        "--rounds", type=_count, default=3, metavar="N", help="轮数，默认 3 · rounds"
    )  # fmt: skip
    parser.add_argument(
        "--publishers", type=_count, metavar="N",
        help="推流数：relay 默认 300，soak 默认 100 · publishers of relay and soak",
    )  # fmt: skip
    parser.add_argument(
        "--minutes",
        type=_minutes,
        metavar="N",
        help="soak 的分钟数，默认 45；field 另测这么久的内存 · how long soak runs; field then "
        "also looks at memory for so long",
    )
    parser.add_argument(
        "--count", type=_count, metavar="N",
        help="kill 的次数(默认 70,验收 350)、field 的杀进程次数(默认 200)、notices 的次数、"
        "deadlines 和 register 的规模上限 · "
        "how often kill and field break something, how many notices, the largest register",
    )  # fmt: skip
    parser.add_argument(
        "--full", action="store_true",
        help="notices 以 1000 次杀进程验收，默认 200 · kill 1,000 times in notices, not 200",
    )  # fmt: skip
    parser.add_argument(
        "--kills", type=_count, metavar="N", help="notices 杀进程的次数 · how often notices kills"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR",
        help="数据目录(保留)；默认用临时目录 · data folder, kept; default: a temporary one",
    )  # fmt: skip


def audit_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz audit`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="数据目录 · data folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="报告文件 · report file")


def staff_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./mz staff`; the rest is the command line's own."""
    parser.add_argument(
        "action", nargs="?", metavar="ACTION",
        help="如 add;`./mz staff add --help` 列出其参数 · such as add",
    )  # fmt: skip
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="数据目录，其中有 settings.toml · data folder"
    )  # fmt: skip


def no_options(_: argparse.ArgumentParser) -> None:
    """Add nothing."""


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 86_400:
        raise argparse.ArgumentTypeError("1–86400")
    return value


def _minutes(text: str) -> float:
    value = float(text)
    if not 0.05 <= value <= 55:  # a ticket of a bench lasts an hour
        raise argparse.ArgumentTypeError("0.05–55")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000:
        raise argparse.ArgumentTypeError("1–10000")
    return value


def _bench_occasions(args: argparse.Namespace) -> frozenset[str]:
    return NAMES[args.name].occasions if args.name else frozenset()


def _demo_occasions(args: argparse.Namespace) -> frozenset[str]:
    chosen = {"web"} | ({"window"} if args.window else set()) | ({"once"} if args.once else set())
    return frozenset(chosen)


def _always(*occasions: str) -> Occasions:
    return lambda _: frozenset(occasions)


VERBS = (
    Verb(
        "demo", "一条命令看全程：录像、直播、存档、扣押、告知、查验",
        "the whole story on this machine, with real parts",
        demo_options, "door.demo", occasions=_demo_occasions,
    ),
    Verb(
        "test", "全部测试(自行安装所需)", "every test; installs what it needs",
        test_options, "door.testrun", occasions=_always("web", "window", "test"),
    ),
    Verb(
        "check", "格式、规范、类型、依赖方向、单元测试(两分钟内)",
        "format, lint, types, imports, unit tests; two minutes at most",
        no_options, "door.check", occasions=_always("types"),
    ),
    Verb(
        "up", "启动指挥中心一侧，正式使用", "the centre's side, for real use",
        up_options, "door.up", occasions=_always("web", "relay"),
    ),
    Verb(
        "field", "执法端(窗口)", "the officer's app, in a window",
        field_options, "field_app.main", occasions=_always("window"),
    ),
    Verb(
        "staff", "法院人员账号", "accounts of the court's staff",
        staff_options, "door.staff", ("staff",),
    ),
    Verb(
        "audit", "核对存储、日志、索引、账本与告知，有不明差异即失败",
        "reconcile spool, log, parts, index, ledger and notices",
        audit_options, "door.audit",
    ),
    Verb(
        "doctor", "查看本机：有什么、缺什么、怎么补", "what this machine has, lacks, what to do",
        no_options,
    ),
    Verb(
        "bench", "性能基准，每项有同场对照", "benches, each beside a baseline in the same run",
        bench_options, "door.bench", occasions=_bench_occasions,
    ),
    Verb(
        "setup", "只准备环境，不启动任何程序", "make the environment, start nothing",
        setup_options,
    ),
)  # fmt: skip


def verb(name: str) -> Verb:
    """Return a verb by name. Raises `KeyError`."""
    return {one.name: one for one in VERBS}[name]


def parser_of(one: Verb) -> argparse.ArgumentParser:
    """Return the parser of one verb, for the door and for the program that takes over."""
    parser = argparse.ArgumentParser(
        prog=f"./mz {one.name}", description=f"{one.zh} · {one.en}", allow_abbrev=False
    )
    one.options(parser)
    return parser


def overview() -> str:
    """Return what `./mz` prints without a verb."""
    rows = "\n".join(f"  {one.name:<8}{one.zh}\n{'':10}{one.en}" for one in VERBS)
    return (
        "明证：执法全程记录、实时可见、完整存档，双方可自行查验\n"
        "Mingzheng: enforcement recorded, seen live, archived whole, provable for both parties\n\n"
        "用法 · usage: ./mz VERB [OPTIONS]      ./mz VERB --help\n\n"
        f"{rows}\n\n"
        "先试 · try first: ./mz demo\n"
        "退出码 · exit status: 0 完成 done, 1 失败 failed, 2 用法错误 wrong usage, "
        "3 环境有缺 something is missing\n"
    )
