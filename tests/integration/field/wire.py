"""A TCP proxy of ours between device and relay: it can be cut, mended and made thin."""

from __future__ import annotations

import socket
import threading
import time

_BUFFER_BYTES = 16 * 1024


class Wire:
    """Forwards a loopback port to another; `cut` ends every connection and takes no new one.

    `rate` is how many bytes a second go up, over all connections; None: as many as come.
    """

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self.rate: float | None = None
        self._free_at = 0.0
        self.port: int = self._door.getsockname()[1]
        self._links: list[socket.socket] = []
        self._stranded: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_cut = False
        self.bytes_up = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            with self._lock:
                if self._is_cut:
                    near.close()
                    continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to_port), 2)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._links += [near, far]
            for source, sink, up in ((near, far, True), (far, near, False)):
                pump = threading.Thread(target=self._pump, args=(source, sink, up), daemon=True)
                pump.start()

    def _pump(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        try:
            while data := source.recv(4096):
                if source in self._stranded:
                    continue
                if up:
                    self._pass(len(data))
                sink.sendall(data)
        except OSError:
            pass
        finally:
            _close(source)
            _close(sink)

    def _pass(self, size: int) -> None:
        """Wait until the line is free for so many bytes more."""
        with self._lock:
            self.bytes_up += size
            if self.rate is None:
                return
            self._free_at = max(self._free_at, time.monotonic()) + size / self.rate
            wait = self._free_at - time.monotonic()
        time.sleep(max(0.0, wait))

    def cut(self) -> None:
        """End what is connected and refuse what comes."""
        with self._lock:
            self._is_cut = True
            links, self._links = [*self._links, *self._stranded], []
            self._stranded.clear()
        for link in links:
            _close(link)

    def strand(self) -> None:
        """Let what is connected carry nothing more, and tell nobody: so it is when the device gets
        another address. New connections are taken."""
        with self._lock:
            self._stranded.update(self._links)
            self._links = []

    def mend(self) -> None:
        """Take connections again."""
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        """Go away."""
        self.cut()
        _close(self._door)


def _close(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    link.close()
