"""What the devices' network is in the story: every road from them to the centre's side, to be cut.

Pages come over the court's own network and are not cut with it.
"""

from __future__ import annotations

from door.ports import free_triple
from door.proxy import Proxy
from door.refusal import Refusal
from door.site import Site
from door.supervisor import Program

_APART = 10
OF_PAGES = "Mozilla/5.0"
"""By which the story tells a page's connection from a device's."""


class Links:
    """The roads of streams, of exhibits and of records; the centre tells devices the first two,
    and the third lies before the centre's own address."""

    def __init__(self, site: Site) -> None:
        """Errors: `port.taken`, as a program tells it."""
        spared, self._web_port = OF_PAGES.encode(), free_triple(site.port + _APART)
        self._health = f"http://{site.host}:{self._web_port}/healthz"
        self._roads = [Proxy(port, spared=spared) for port in (site.stream_port, site.http_port)]
        try:
            self._roads.append(Proxy(self._web_port, spared=spared, port=site.port))
        except OSError as error:
            self.close()
            taken = f"port_taken {site.port}"
            raise Refusal("port.taken", f"端口已被占用：{site.port}", taken, tail=taken) from error

    def stand_before(self, web: Program) -> None:
        """Let the centre listen behind the roads and tell devices of them."""
        streams, exhibits, _records = self._roads
        web.ports, web.health = (self._web_port,), self._health
        web.environment = {
            "MZ_CENTRE_PORT": str(self._web_port),
            "MZ_RELAY_STREAM_URL": f"ws://127.0.0.1:{streams.port}",
            "MZ_RELAY_HTTP_URL": f"http://127.0.0.1:{exhibits.port}",
        }

    def cut(self) -> None:
        """Break every road until it is mended."""
        for road in self._roads:
            road.cut()

    def mend(self) -> None:
        """Open every road again."""
        for road in self._roads:
            road.mend()

    def close(self) -> None:
        """End every road."""
        for road in self._roads:
            road.close()
