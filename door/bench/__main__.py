"""`./mz bench NAME`: measure, print the figures, write them; 0 measured, 1 failed."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from door.bench import (
    archive,
    field,
    fuzz,
    kill,
    latency,
    link,
    playback,
    register,
    relay,
    soak,
    untold,
    wall,
)
from door.bench.cores import Cores
from door.bench.court import Court
from door.bench.result import Result, begin
from door.compiled import CompiledPart
from door.places import CHECKOUT
from door.refusal import Refusal
from door.verbs import parser_of, verb

_DEFAULT_PUBLISHERS = 300
_INTERRUPTED = 130


def main(words: list[str]) -> int:
    """Run one bench; a goal that is missed is shown, not judged."""
    parser = parser_of(verb("bench"))
    args = parser.parse_args(words)
    if args.name is None:
        parser.error("要哪一项? · which bench?")
    if args.json is not None and not args.json.absolute().parent.is_dir():
        parser.error(f"没有这个目录 · no such folder: {args.json.absolute().parent}")
    signal.signal(signal.SIGTERM, _interrupt)
    folder = args.data or Path(tempfile.mkdtemp(prefix="mingzheng-bench-"))
    result = begin(args.name)
    try:
        _measure(result, args, folder.absolute())
        if not CompiledPart(CHECKOUT).fits():
            result.notes.append("中继未编译 · the relay ran interpreted")
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        print("\n已中断 · interrupted", file=sys.stderr)
        return _INTERRUPTED
    finally:
        if args.data is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{result.bench}  {result.commit}  {result.machine.cpu}\n{result.table()}")
    if args.json is not None:
        result.write(args.json)
    return 0


def _measure(result: Result, args: argparse.Namespace, folder: Path) -> None:
    cores = Cores()
    match args.name:
        case "archive":
            seconds = args.seconds or archive.DEFAULT_SECONDS
            archive.run(result, Court(folder), cores, seconds, args.rounds)
        case "field":
            seconds = args.seconds or field.DEFAULT_SECONDS
            kills = args.count or field.DEFAULT_KILLS
            field.run(result, folder, seconds, kills, args.minutes)
        case "fuzz":
            fuzz.run(result, args.seconds or fuzz.DEFAULT_SECONDS)
        case "deadlines" | "notices" | "register":
            _measure_centre(result, args, folder)
        case "kill":
            kill.run(result, folder, args.count or kill.DEFAULT_COUNT)
        case "latency":
            seconds = args.seconds or latency.DEFAULT_SECONDS
            latency.run(result, folder, cores, seconds, args.rounds)
        case "link":
            link.run(result, folder, cores, args.seconds or link.DEFAULT_SECONDS)
        case "playback":
            seconds = args.seconds or playback.DEFAULT_SECONDS
            playback.run(result, folder, cores, seconds, args.rounds)
        case "wall":
            wall.run(result, folder, cores, args.seconds or wall.DEFAULT_SECONDS)
        case "soak":
            publishers = args.publishers or soak.DEFAULT_PUBLISHERS
            minutes = args.minutes or soak.DEFAULT_MINUTES
            soak.run(result, Court(folder), cores, publishers, minutes)
        case "relay":
            relay.run(
                result, Court(folder), cores,
                relay.Size(
                    args.publishers or _DEFAULT_PUBLISHERS,
                    args.seconds or relay.DEFAULT_SECONDS,
                    args.rounds,
                ),
            )  # fmt: skip


def _measure_centre(result: Result, args: argparse.Namespace, folder: Path) -> None:
    if args.name == "notices":
        kills = args.kills or (untold.FULL_KILLS if args.full else untold.DEFAULT_KILLS)
        register.run_notices(result, folder, args.count, kills)
    else:
        register.RUNS[args.name](result, folder, args.count)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
