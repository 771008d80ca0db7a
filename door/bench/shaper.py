"""A thin and lossy link with real loss: two TUN devices, one in a network namespace of its own.

Packets between them pass through this process, which gives them a rate, a delay, a queue with an
end and loss, so TCP feels what it would feel on a bad radio. The namespace has no name: it lasts as
long as this process, however that ends, and whoever still lives in it. Needs root and /dev/net/tun;
where they are not to be had, `proxy.py` simulates a link without real loss.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import random
import shutil
import struct
import subprocess
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from door.proxy import Link

HOST = "10.177.0.1"
"""The address of this side; servers listen there."""
_FAR = "10.177.0.2"
_CLONE_NEWNET = 0x4000_0000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_MTU = 1_400
_QUEUE_S = 0.5
"""What the link's own queue holds at its rate; what comes on top is lost."""
_SEED = 1
_STOP_S = 5.0


class _Direction:
    """Packets one way: at a rate, later by a delay, some lost."""

    def __init__(self, link: Link, luck: random.Random) -> None:
        self.link, self._luck = link, luck
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        self._wake = threading.Condition()
        self.cut_until = 0.0

    def take(self, packet: bytes) -> None:
        """Take a packet, or lose it."""
        now = time.monotonic()
        queued = max(0.0, self._free_at - now)
        unlucky = self._luck.random() < self.link.loss
        if now < self.cut_until or queued > _QUEUE_S or unlucky:
            return
        self._free_at = max(now, self._free_at) + len(packet) * 8 / self.link.rate_bits
        with self._wake:
            self._waiting.append((self._free_at + self.link.delay_s, packet))
            self._wake.notify()

    def deliver(self, descriptor: int, stopping: threading.Event) -> None:
        """Write packets when they are due, until stopped."""
        while not stopping.is_set():
            with self._wake:
                while not self._waiting and not stopping.is_set():
                    self._wake.wait(0.2)
                if not self._waiting:
                    return
                due, packet = self._waiting.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                os.write(descriptor, packet)


class Shaper:
    """The link while it stands. `prefix` begins the command line of who lives on its far side."""

    def __init__(self, link: Link) -> None:
        """Make namespace and devices; OSError where that is not allowed."""
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        luck = random.Random(_SEED)  # noqa: S311 - a link's luck, repeatable
        self._up, self._down = _Direction(link, luck), _Direction(link, luck)
        self._near, self._far, self._namespace = -1, -1, -1
        try:
            self._begin_near()
            with ThreadPoolExecutor(1) as thread:  # only it moves into the namespace, and ends
                thread.submit(self._begin_far).result()
        except BaseException:
            self.close()
            raise
        here = f"--net=/proc/{os.getpid()}/fd/{self._namespace}"
        self.prefix = [shutil.which("nsenter") or "nsenter", here]
        self._run(self._far, self._up, self._near)
        self._run(self._near, self._down, self._far)

    def _begin_near(self) -> None:
        name = f"mzn{os.getpid()}"
        self._near = _open_tun(name)
        _ip("addr", "add", HOST, "peer", _FAR, "dev", name)
        _ip("link", "set", name, "mtu", str(_MTU), "up")

    def _begin_far(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        self._namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        name = f"mzf{os.getpid()}"
        self._far = _open_tun(name)
        _ip("addr", "add", _FAR, "peer", HOST, "dev", name)
        _ip("link", "set", name, "mtu", str(_MTU), "up")
        _ip("link", "set", "lo", "up")

    def _run(self, source: int, way: _Direction, target: int) -> None:
        for work in (lambda: self._read(source, way), lambda: way.deliver(target, self._stopping)):
            thread = threading.Thread(target=work, name="shaper", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _read(self, source: int, way: _Direction) -> None:
        while not self._stopping.is_set():
            try:
                packet = os.read(source, 65_536)
            except BlockingIOError:
                time.sleep(0.001)
                continue
            except OSError:
                return
            way.take(packet)

    def become(self, link: Link) -> None:
        """Be another link from now on."""
        self._up.link = self._down.link = link

    def cut(self, seconds: float) -> None:
        """Lose everything for a while."""
        until = time.monotonic() + seconds
        self._up.cut_until = self._down.cut_until = until

    def close(self) -> None:
        """Take everything away again."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_S)
        for descriptor in (self._near, self._far, self._namespace):
            if descriptor >= 0:
                os.close(descriptor)

    def __enter__(self) -> Shaper:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_tun(name: str) -> int:
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        request = struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI)
        fcntl.ioctl(descriptor, _TUNSETIFF, request)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(errno.EPERM, f"ip {' '.join(words)}: {done.stderr.strip()}")
