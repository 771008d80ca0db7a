"""`link`: a thin and lossy link with an outage, between the device and the relay.

600 kbit/s, 5 % loss, 80 ms round trip, 10 s of nothing in the middle; packets are really lost
(`shaper.py`), or where that is not allowed the link is simulated by a proxy. The browser is not on
it: what is measured is how old the picture on the wall is. Afterwards the backlog is drained,
beside a bare TCP upload of as many bytes over the same link.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

from door.audit import audit
from door.bench.cores import Cores
from door.bench.ear import Ear
from door.bench.kill import device_counts, through
from door.bench.result import Baseline, Result, percentile
from door.bench.scene import Scene, need_chromium
from door.bench.shaper import HOST, Shaper
from door.demo import open_site
from door.proxy import Link, Proxy
from door.refusal import FAILED, Refusal
from door.site import Site, load_site
from door.story.stage import Options
from door.story.telling import Telling
from door.story.watching import Watching
from schemas.media.fragment import Rendition

DEFAULT_SECONDS = 40.0
THIN = Link(rate_bits=600_000, delay_s=0.04, loss=0.05)
NARROW = Link(rate_bits=150_000, delay_s=0.04)
NEAR = Link(rate_bits=6_000_000, delay_s=0.015)
FAR = Link(rate_bits=6_000_000, delay_s=0.15)
OUTAGE_S = 10.0
_SETTLE_S, _EVERY_S, _DRAIN_S = 8.0, 1.0, 600.0
_OTHER_SETTLE_S, _OTHER_S = 25.0, 20.0
_TICK_MS = 100
_NOT_ON_THE_LINK = b"Mozilla"
_PIECE_BYTES = 16_384


def run(result: Result, folder: Path, cores: Cores, seconds: float) -> None:
    """Watch before, during and after an outage, `seconds` on each side; stop; drain."""
    chromium = need_chromium()
    site = open_site(folder)
    with _made(result, site) as link:
        cores.take_load()
        if isinstance(link, Shaper):
            site = _listening_at(site, HOST)
        with Scene(site, Options(seconds, None, generated="generated:busy"), Telling()) as scene:
            if isinstance(link, Shaper):
                scene.device.prefix = link.prefix
            scene.begin()
            scene.pin_servers(cores)
            _watch_outage(result, scene, link, chromium, seconds)
            _drain(result, scene, link)
            if isinstance(link, Shaper):
                _other_links(result, scene, link)


def _made(result: Result, site: Site) -> Shaper | Proxy:
    """Return the link: with real loss, or where that is not allowed a simulated one."""
    try:
        shaper = Shaper(THIN)
    except OSError as error:
        result.notes.append(f"simulated: a proxy, loss is a round trip's wait ({error})")
    else:
        result.notes.append("real packets through a TUN pair; loss and tail drop are real")
        return shaper
    proxy = Proxy(site.stream_port, THIN, _NOT_ON_THE_LINK)
    through(site, proxy)
    return proxy


def _listening_at(site: Site, host: str) -> Site:
    """Return the site with every program at an address that the far side can reach."""
    text = site.settings.read_text("utf-8")
    site.settings.write_text(text.replace("127.0.0.1", host), "utf-8")
    return load_site(site.settings, site.data)


def _other_links(result: Result, scene: Scene, shaper: Shaper) -> None:
    """A link that carries sound alone, a wide one that is far away, and one that becomes far."""
    ages, renditions = _heard(scene, shaper, NARROW)
    result.add("link.narrow_age_p95_ms", [percentile(ages, 95)], "ms", goal="<= 1500")
    names = {Rendition(one).name.lower(): count for one, count in renditions.items() if one}
    result.notes.append(f"150 kbit/s: {names}")
    for key, heard in (
        ("far", _heard(scene, shaper, FAR)),
        ("becomes_far", _heard(scene, shaper, NEAR, FAR)),
    ):
        ages, renditions = heard
        share = 100 * renditions.get(int(Rendition.FULL), 0) / max(1, sum(renditions.values()))
        result.add(f"link.{key}_full_share", [share], "%", goal=">= 99")
        result.add(f"link.{key}_age_p95_ms", [percentile(ages, 95)], "ms")


def _heard(
    scene: Scene, shaper: Shaper, link: Link, then: Link | None = None
) -> tuple[list[float], Counter[int]]:
    """Return the ages and renditions of a recording as a spotlight gets it beside a wall's tile,
    once it has settled on a link; `then`: from the moment at which that becomes another."""
    shaper.become(link)
    scene.device.record(scene.cast.operation)
    made = scene.desk.watch_ticket(scene.device.status().device)
    with Ear(made) as spotlight, Ear(made, Rendition.SMALL):
        time.sleep(_OTHER_SETTLE_S)
        if then is not None:
            shaper.become(then)
        heard = spotlight.listen(_OTHER_S)
    scene.device.stop("执行完毕")
    return heard


def _watch_outage(
    result: Result, scene: Scene, link: Shaper | Proxy, chromium: str, seconds: float
) -> None:
    with Watching(chromium) as watching:
        duty = scene.cast.duty
        watching.open_wall(f"{scene.site.public_url}/desk", duty.number, duty.password)
        watching.wait_live(scene.device.status().device)
        scene.watch(watching, _SETTLE_S, every_s=_EVERY_S)
        begun = _now_ms()
        scene.watch(watching, seconds, every_s=_EVERY_S)
        link.cut(OUTAGE_S)
        cut = _now_ms()
        scene.watch(watching, OUTAGE_S, every_s=_EVERY_S)
        back = _now_ms()
        scene.watch(watching, seconds, every_s=_EVERY_S)
        report(result, watching.seen, scene.device.drawn, (begun, cut, back, _now_ms()))


def report(
    result: Result, seen: dict[int, int], drawn: dict[int, int], moments: tuple[int, int, int, int]
) -> None:
    """Add ages outside the outage and the first fresh picture after it.

    moments: watching began, the cut, its end, watching ended; Unix ms. The age at a moment is
    that of the newest picture shown till then, sampled ten times a second, so that a picture
    that stands still grows old.
    """
    begun, cut, back, ended = moments
    shown = sorted((at, drawn[frame]) for frame, at in seen.items() if frame in drawn)
    fresh = [at for at, made in shown if made >= back]
    fresh_at = fresh[0] if fresh else ended
    result.add("link.fresh_after_ms", [float(fresh_at - back)], "ms", goal="<= 1500")
    ages = [*ages_of(shown, begun, cut), *ages_of(shown, fresh_at, ended)]
    if not ages:
        raise ValueError("no frame number was read in the picture")
    result.add("link.age_p50_ms", [percentile(ages, 50)], "ms", goal="<= 800")
    result.add("link.age_p95_ms", [percentile(ages, 95)], "ms")


def ages_of(shown: list[tuple[int, int]], since: int, until: int) -> list[float]:
    """Return the age of the picture at each tick of a span; `shown` is (seen at, drawn at)."""
    ages: list[float] = []
    for (at, made), (next_at, _) in pairwise([*shown, (until, 0)]):
        first = since - (since - max(at, since)) // _TICK_MS * _TICK_MS
        ages += [float(tick - made) for tick in range(first, min(next_at, until), _TICK_MS)]
    return ages


def _drain(result: Result, scene: Scene, link: Shaper | Proxy) -> None:
    """Stop and wait until everything is archived; compare with a bare upload of the backlog."""
    scene.device.stop("执行完毕")
    backlog = scene.device.status().backlog_bytes
    begun = time.monotonic()
    while scene.device.status().backlog_fragments:
        if time.monotonic() - begun > _DRAIN_S:
            raise Refusal("bench.stuck", "积压未清空", "The backlog stays", status=FAILED)
        time.sleep(0.05)
    took = time.monotonic() - begun
    bare = shaped_upload(backlog, link) if isinstance(link, Shaper) else bare_upload(backlog, THIN)
    beside = Baseline("bare TCP upload, same link", round(bare, 2), "s")
    result.add("link.drain_s", [took], "s", baseline=beside)
    result.add("link.drain_ratio_bare", [took / bare], "x", goal="<= 1.15", baseline=beside)
    result.add("link.backlog_mb", [backlog / 1e6], "MB")
    _archived(result, scene)


def _archived(result: Result, scene: Scene) -> None:
    until = time.monotonic() + _DRAIN_S
    while True:
        found = audit(scene.site.settings, [scene.device.data])
        counts = device_counts(found["parts"])
        if counts["archived"] == counts["fragments"] or time.monotonic() > until:
            break
        time.sleep(_EVERY_S)
    share = 100 * counts["archived"] / counts["fragments"]
    result.add("link.archived", [share], "%", goal=">= 100")
    result.add("link.findings", [len(found["findings"])], "findings", goal="<= 0")


def bare_upload(size: int, link: Link) -> float:
    """Return how long so many bytes take over a link of its own to a sink that answers at the end.

    Nothing is as small as no upload at all: at least one piece is sent.
    """
    left = max(size, _PIECE_BYTES)
    with socket.create_server(("127.0.0.1", 0)) as sink:
        threading.Thread(target=_swallow, args=(sink, left), daemon=True).start()
        with Proxy(sink.getsockname()[1], link) as proxy:
            begun = time.monotonic()
            with socket.create_connection(("127.0.0.1", proxy.port)) as one:
                one.sendall(bytes(left))
                one.recv(1)
            return time.monotonic() - begun


def shaped_upload(size: int, shaper: Shaper) -> float:
    """Return how long so many bytes take from the link's far side to a sink on this one."""
    left = max(size, _PIECE_BYTES)
    with socket.create_server((HOST, 0)) as sink:
        threading.Thread(target=_swallow, args=(sink, left), daemon=True).start()
        command = [*shaper.prefix, sys.executable, "-c", _UPLOAD, HOST]
        words = [str(sink.getsockname()[1]), str(left)]
        said = subprocess.run([*command, *words], capture_output=True, text=True, check=True)
    return float(said.stdout)


_UPLOAD = """
import socket, sys, time
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as one:
    begun = time.monotonic()
    one.sendall(bytes(int(sys.argv[3])))
    one.recv(1)
    print(time.monotonic() - begun)
"""


def _swallow(sink: socket.socket, size: int) -> None:
    one, _ = sink.accept()
    with one:
        while size > 0 and (data := one.recv(65_536)):
            size -= len(data)
        one.sendall(b".")


def _now_ms() -> int:
    return round(time.time() * 1000)
