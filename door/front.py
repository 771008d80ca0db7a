"""`./mz`: reads the verb, sees to the environment, hands the process over to the program."""

from __future__ import annotations

import argparse
import os
import sys

from door import doctor, env, verbs
from door.bench.names import NAMES
from door.places import CHECKOUT
from door.refusal import USAGE, Refusal

_INTERRUPTED = 130


def main(argv: list[str]) -> int:
    """Run the door; returns only when no program takes over."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(verbs.overview())
        return 0 if argv else USAGE
    try:
        chosen = verbs.verb(argv[0])
    except KeyError:
        print(verbs.overview(), file=sys.stderr)
        print(f"✗ 没有这个命令：{argv[0]} · no such verb", file=sys.stderr)
        return USAGE
    try:
        return _run(chosen, argv[1:])
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        print("\n已中断；再运行同一命令会接着做完。· Interrupted; run it again.", file=sys.stderr)
        return _INTERRUPTED


def _run(chosen: verbs.Verb, rest: list[str]) -> int:
    args = _parse(chosen, rest)
    if chosen.name == "doctor":
        return doctor.examine()
    if chosen.name == "bench" and args.name is None:
        return _benches()
    if chosen.name == "setup":
        wanted = verbs.verb(args.verb)
        plain, _ = verbs.parser_of(wanted).parse_known_args([])
        made = env.ensure(env.parts_for(wanted.occasions(plain)), distrust=args.repair)
        print("环境已备好。· Ready." if made else "环境早已备好。· Ready already.")
        return 0
    env.ensure(env.parts_for(chosen.occasions(args)))
    _hand_over([chosen.module, *chosen.before, *rest])
    return 0


def _parse(chosen: verbs.Verb, rest: list[str]) -> argparse.Namespace:
    parser = verbs.parser_of(chosen)
    if not chosen.module:
        return parser.parse_args(rest)
    if chosen.before and rest[:1] not in (["-h"], ["--help"]):
        return argparse.Namespace()  # the program's own command line reads its words
    # What is unknown here may be known to the program, which judges it.
    args, _ = parser.parse_known_args(rest)
    return args


def _benches() -> int:
    for name, one in NAMES.items():
        print(f"  {name:<10}{one.zh} · {one.en}")
    return 0


def _hand_over(words: list[str]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    python = str(CHECKOUT.python)
    # -P keeps the caller's folder off the import path: a file named like a module stays harmless.
    os.execve(python, [python, "-P", "-m", *words], CHECKOUT.environment())
