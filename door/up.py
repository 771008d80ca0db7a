"""`./mz up`: the centre's side for real use, under a small supervisor."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path

from door import centre
from door.places import CHECKOUT
from door.ports import FIRST_PORT
from door.refusal import Refusal
from door.site import Site, load_site, write_settings
from door.supervisor import Supervisor
from door.verbs import parser_of, verb


def main(words: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; exit 0, or the refusal's status."""
    args = parser_of(verb("up")).parse_args(words)
    try:
        site = _site(args.settings, args.data)
        site.refuse_taken_ports()
        centre.prepare(site)
        return _keep(site)
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        return 0


def _site(settings: Path | None, data: Path | None) -> Site:
    if settings is not None:
        return load_site(settings, data)
    folder = (data or CHECKOUT.root / "data").absolute()
    return load_site(write_settings(folder, FIRST_PORT, ("camera", "bridge")), folder)


def _keep(site: Site) -> int:
    stopped = threading.Event()
    # also where a shell started this in the background, with SIGINT ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with Supervisor(say) as supervisor:
        centre.start(site, supervisor)
        print(
            f"\n指挥中心 desk    {site.public_url}/desk\n"
            f"当事人 portal     {site.public_url}/portal\n"
            f"根指纹 root       {centre.root_of(site)}\n"
            f"设置 settings     {site.settings}\n"
            f"日志 logs         {site.logs}\n\n"
            "添加人员 add staff: ./mz staff add --help\n"
            "Ctrl-C 停止 stops all.",
            flush=True,
        )
        try:
            stopped.wait()
        except KeyboardInterrupt:
            pass
        print("\n正在停止 stopping …", flush=True)
    return 0


def say(zh: str, en: str) -> None:
    """Tell the terminal what happens to a program."""
    print(f"{time.strftime('%H:%M:%S')} {zh} · {en}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
