"""`./mz demo`: the whole story on this machine, with real parts."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from playwright.sync_api import Error as BrowserError
from requests import RequestException

from door import commands
from door.places import CHECKOUT
from door.ports import free, free_triple
from door.refusal import USAGE, Refusal
from door.site import Site, load_site, move_ports, write_settings
from door.story.device import PLACE
from door.story.stage import Options
from door.story.story import Story
from door.story.telling import Telling
from door.verbs import parser_of, verb
from schemas.problems import MzError

_SOURCES = ("camera", "bridge", "file", "generated")


def main(words: list[str]) -> int:
    """Run the demo; 0 done, 1 the first thing that failed, 2 wrong usage."""
    parser = parser_of(verb("demo"))
    args = parser.parse_args(words)
    if args.json is not None and not args.once:
        parser.error("--json 只与 --once 同用 · goes with --once only")
    if args.json is not None:
        try:
            args.json.absolute().parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--json: {error}")
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's "&" ignores it
        signal.signal(number, _interrupt)
    telling = Telling()
    try:
        options = Options(args.seconds, _video(args.video), cut=args.once, place=_place(args.gpx))
        site = open_site(_folder(args))
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        return refusal.status
    with ExitStack() as stack:
        if args.data is None and not args.once:
            stack.callback(shutil.rmtree, site.data, ignore_errors=True)
        story = stack.enter_context(Story(site, options, telling))
        return _once(story, args.json) if args.once else _stay(story, window=args.window)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _folder(args: argparse.Namespace) -> Path:
    if args.data is not None:
        return Path(args.data).absolute()
    return Path(tempfile.mkdtemp(prefix="mingzheng-demo-"))


def _video(path: Path | None) -> Path | None:
    return path and _found(path, "camera.not_found", "视频文件", "video file")


def _place(track: Path | None) -> str:
    if track is None:
        return PLACE
    return f"gpx:{_found(track, 'place.track_unreadable', '轨迹文件', 'track').absolute()}"


def _found(path: Path, code: str, zh: str, en: str) -> Path:
    if not path.is_file():
        raise Refusal(code, f"没有这个{zh}：{path}", f"There is no such {en}: {path}", status=USAGE)
    return path


def open_site(data: Path) -> Site:
    """Return the demo's site in a data folder; taken ports are avoided."""
    settings = write_settings(data, free_triple(), _SOURCES)
    site = load_site(settings, data)
    if not all(free(host, port) for _, host, port in site.ports()):
        move_ports(settings, free_triple())
        site = load_site(settings, data)
    return site


def _once(story: Story, target: Path | None) -> int:
    """Tell the story to its end, then report; the data folder stays, the report names it."""
    report = story.report
    try:
        story.tell()
        report.ok = True
    except Refusal as refusal:
        report.failed = f"{refusal.code}: {refusal.en}"
        print(f"\n{refusal.text()}", file=sys.stderr)
    except KeyboardInterrupt:
        report.failed = "interrupted"
        print("\n已中断 · interrupted", file=sys.stderr)
    except (MzError, RequestException, BrowserError) as error:
        # A program went away in the middle of a sentence; its log says why.
        report.failed = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        print(f"\n✗ {report.failed}\n  日志 logs: {story.site.logs}", file=sys.stderr)
    finally:
        report.seconds = round(time.monotonic() - story.telling.began, 1)
        report.steps = story.telling.steps
        if target is not None:
            report.write(target)
    _summary(story)
    return 0 if report.ok else 1


def _summary(story: Story) -> None:
    report = story.report
    counted, live = report.fragments, report.live
    latency = (
        f"p50 {live.latency_p50_ms:g} ms, p95 {live.latency_p95_ms:g} ms ({live.samples})"
        if live.latency_p50_ms is not None and live.latency_p95_ms is not None
        else f"– ({live.reason})"
    )
    notices = ", ".join(f"{each.party} {each.channel} {each.state}" for each in report.notices)
    print(
        f"\n  片段 fragments   {counted.recorded} 录制 recorded, {counted.received} 收到 received, "
        f"{counted.archived} 归档 archived, {counted.missing} 缺 missing\n"
        f"  时延 latency     {latency}\n"
        f"  告知 notices     {notices or '–'}\n"
        f"  核验 verify      {report.verify.verdict or '–'}\n"
        f"  根指纹 root      {report.root or '–'}\n"
        f"  证据包 bundle    {report.bundle or '–'}\n"
        f"  数据 data        {report.data}\n"
        f"  {'✓ 完成 done' if report.ok else f'✗ {report.failed}'} {report.seconds:g} s"
    )


def _stay(story: Story, *, window: bool) -> int:
    """Run up to the live picture, then stay until Ctrl-C with the device recording."""
    officers_window: subprocess.Popen[bytes] | None = None
    try:
        accounts = story.show()
        if window:
            officers_window = _open_window(story)
        _addresses(story, accounts)
        story.attend()
    except Refusal as refusal:
        print(f"\n{refusal.text()}", file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        print("\n正在停止 stopping …", flush=True)
    finally:
        if officers_window is not None:
            officers_window.terminate()
            officers_window.wait()
    return 0


def _open_window(story: Story) -> subprocess.Popen[bytes]:
    """Open the officer's window on the running device: the same program as `./mz field`."""
    log = story.site.logs / "window.log"
    with log.open("ab") as out:
        return subprocess.Popen(
            commands.window(story.device.data),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=CHECKOUT.environment(),
        )


def _addresses(story: Story, accounts: list[tuple[str, str, str]]) -> None:
    cast = story.cast
    rows = "\n".join(
        f"    {each.number}  {each.password}  {each.role_zh} {each.name} ({each.role})"
        for each in cast.staff.values()
    )
    parties = "\n".join(f"    {number}  {password}  {name}" for name, number, password in accounts)
    print(
        f"\n  指挥中心 desk      {story.site.public_url}/desk\n"
        f"  当事人 portal      {story.site.public_url}/portal\n"
        f"  根指纹 root        {cast.root}\n"
        f"  数据 data          {story.site.data}\n"
        f"\n  人员 staff (工号 number, 密码 password)\n{rows}\n"
        f"\n  当事人 parties (案号 case number, 查询密码 password)\n{parties}\n\n"
        "  记录仪正在录制，会答复指令。Ctrl-C 停止全部。\n"
        "  The device is recording and answers orders. Ctrl-C stops all.",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
