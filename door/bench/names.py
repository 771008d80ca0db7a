"""The benches by name. Only the standard library: the door reads this before anything is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """One bench and what of the environment it needs (occasions of `door/env.py`)."""

    zh: str
    en: str
    occasions: frozenset[str] = frozenset()


_COMPILED = frozenset({"relay"})

NAMES = {
    "archive": Name("落盘与归档的速率", "how fast footage is received and archived", _COMPILED),
    "deadlines": Name(
        "期限扫描与到期页面", "the sweep of last days and the horizon", frozenset({"test"})
    ),
    "notices": Name(
        "告知的登记与发送",
        "planning notices beside their bare rows, sending them to an SMSC",
        frozenset({"test", "web"}),
    ),
    "register": Name("百万案件的查找", "finding cases among a million", frozenset({"test"})),
    "relay": Name(
        "实时转发，与 nginx-rtmp 对照",
        "live fan-out beside nginx-rtmp",
        frozenset({"bench"}) | _COMPILED,
    ),
    "fuzz": Name("覆盖率引导的模糊测试", "coverage-guided search for input that breaks a reader"),
    "soak": Name(
        "长时间运行：内存平稳、不丢", "long and even: flat memory, nothing lost", _COMPILED
    ),
    "field": Name(
        "执法终端：首个片段、占用、触控、积压与随机杀进程",
        "the officer's device: first fragment, cost, touch, weeks of backlog, random kills",
        frozenset({"web", "window"}),
    ),
    "kill": Name("随机杀进程与断网后的完整性", "nothing lost by kill -9", frozenset({"web"})),
    "latency": Name("镜头到屏幕的时延", "glass to glass in Chromium", frozenset({"web", "once"})),
    "playback": Name(
        "长录像的打开、定位与导出，与 ffmpeg 对照",
        "two hours opened, sought, exported beside ffmpeg",
        frozenset({"web", "once"}),
    ),
    "wall": Name("十六路同屏", "sixteen tiles in one browser", frozenset({"web", "once"})),
    "link": Name(
        "弱网下的画面与补传", "a thin, lossy link with an outage", frozenset({"web", "once"})
    ),
}
