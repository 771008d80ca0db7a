"""Verify an evidence package: `python -m schemas.verify BUNDLE --root FINGERPRINT [--copy ZIP]`.

Exit 0: verified. 3: consistent, but no root was given, so the origin is unproven. 1: something
was found, and it says what and where. The root's fingerprint is published by the court outside
the package (on its site, on the parties' papers).
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import msgspec

from schemas.problems import MzError
from schemas.verification.report import ORIGIN_UNPROVEN, VERIFIED, Report, Sentence, Status, Step
from schemas.verification.sentences import remark
from schemas.verification.steps import verify

_MARKS = {Status.OK: "✓", Status.FOUND: "✗", Status.UNCHECKED: "–"}
_SHOWN = 10
_VERDICTS = {
    VERIFIED: ("核验通过", "verified"),
    ORIGIN_UNPROVEN: ("前后一致，来源未经证明", ORIGIN_UNPROVEN),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    given = _parser().parse_args(arguments)
    root = None if given.root is None else re.sub(r"[:\s]", "", given.root).lower()
    if root is not None and not re.fullmatch(r"[0-9a-f]{64}", root):
        print("--root 须为 64 位十六进制指纹 · needs 64 hex digits", file=sys.stderr)
        return 2
    try:
        report = verify(given.bundle, root, tuple(given.copy))
    except MzError as error:
        print(f"✗ {given.bundle}: {error}", file=sys.stderr)
        return 1
    if given.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _print(report, given.lang)
    return report.exit_code()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m schemas.verify",
        description="核验证据包。Verify an evidence package.",
    )
    parser.add_argument("bundle", type=Path, help="证据包 · the package (.zip)")
    parser.add_argument("--root", help="法院根密钥指纹，取自包外 · the court's root fingerprint")
    parser.add_argument(
        "--copy", type=Path, action="append", default=[], metavar="ZIP",
        help="派生副本，可多次 · a derived copy (.zip), as often as there are copies",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 · print JSON")
    parser.add_argument("--lang", choices=("zh", "en", "both"), default="both", help="语言")
    return parser


def _said(sentence: Sentence, lang: str, indent: str) -> str:
    lines = [
        text for each, text in (("zh", sentence.zh), ("en", sentence.en)) if lang in (each, "both")
    ]
    return f"\n{indent}".join(lines)


def _print(report: Report, lang: str) -> None:
    if report.case_number:
        print(f"{report.case_number}  {report.bundle}\n")
    for step in report.steps:
        _print_step(step, lang)
    print()
    for each in report.not_proven:
        print(f"  · {_said(each, lang, '    ')}")
    zh, en = _VERDICTS.get(report.verdict, ("发现问题", report.verdict))
    print("\n" + {"zh": zh, "en": en}.get(lang, f"{zh} · {en}"))


def _print_step(step: Step, lang: str) -> None:
    title = step.title.en if lang == "en" else step.title.zh
    print(f"{_MARKS[step.status]} {step.step} {title}")
    sentences = [found.sentence for found in step.findings]
    if not sentences and step.sentence is not None:
        sentences = [step.sentence]
    for each in sentences[:_SHOWN]:
        print(f"    {_said(each, lang, '    ')}")
    if len(sentences) > _SHOWN:
        print(f"    {_said(remark('more', count=len(sentences) - _SHOWN), lang, '    ')}")
    for each in step.remarks[:_SHOWN]:
        print(f"    · {_said(each, lang, '      ')}")


if __name__ == "__main__":
    sys.exit(main())
