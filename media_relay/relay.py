"""The relay put together: every room made once, opened in order, closed in order."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import NamedTuple

import structlog
from aiohttp import web
from picows import WSUpgradeRequest, ws_create_server

from media_relay import compiled
from media_relay.acks import LateAcks
from media_relay.apart import Taker
from media_relay.bridge.importer import ImportRooms
from media_relay.bridge.imports import Imports
from media_relay.bridge.live_sources import LiveRooms, LiveSources
from media_relay.bridge.signing import SigningRooms
from media_relay.bundles import Packer
from media_relay.clips import Clips
from media_relay.domains import open_domains
from media_relay.durable import make_folder
from media_relay.exhibits import Exhibits
from media_relay.exports import Exports
from media_relay.feed import Feed
from media_relay.feed import put as put_item
from media_relay.films import Films
from media_relay.fixity import Fixity
from media_relay.footage import Footage
from media_relay.heads import Heads
from media_relay.http import make_app
from media_relay.http_rooms import HttpRooms
from media_relay.hub import Hub
from media_relay.index import Index
from media_relay.ingest import DeviceRole, IngestRooms
from media_relay.intake import Intake, Rooms
from media_relay.lanes import Lanes
from media_relay.log import SharedLog
from media_relay.order_book import OrderBook
from media_relay.orders import Orders, closed_private, revoked_devices
from media_relay.parts import PartCloser
from media_relay.presence import nobody_is_connected, put_presence
from media_relay.reader import Reader
from media_relay.recovery import recover
from media_relay.registry import Registry
from media_relay.rewind import Rewind
from media_relay.settings import Settings
from media_relay.sheets import Sheets
from media_relay.sockets import MAX_MESSAGE_BYTES, Role, StreamSocket
from media_relay.space import Space
from media_relay.talk import TalkRoom
from media_relay.talk_desk import TalkRole
from media_relay.talk_keeper import TalkKeeper
from media_relay.tickets import TicketDesk
from media_relay.trust import Trust
from media_relay.upkeep import Upkeep
from media_relay.vault import LocalVault
from media_relay.watch import WatchRole
from media_relay.wire import Wire
from schemas.feed import DomainChanged
from schemas.media.opening import Source
from schemas.problems import Kind, MzError
from schemas.sign import MAX_TOKEN_CHARS
from schemas.stream import First, Lane, Talk, Watch, Watchers

STREAM_PATH = b"/v1/stream"
PING_S = 10.0

_log = structlog.get_logger()


class Ports(NamedTuple):
    """The two sockets, bound before anything else."""

    stream: socket.socket
    http: socket.socket


class Relay:
    """One relay process. Make it on its event loop."""

    def __init__(self, settings: Settings, trust: Trust) -> None:
        self._settings, self._trust = settings, trust
        data = settings.data
        make_folder(data / "tmp")
        loop = asyncio.get_running_loop()
        self._feed = Feed(settings.relay)
        self._index = Index(data / "index.db", self._feed.wake)
        self._log = SharedLog(
            data / "log", data / "aside", settings.segment_bytes, loop.call_soon_threadsafe
        )
        self._vault = LocalVault(settings.vault)
        self._domains = open_domains(settings, self._vault, self._on_domain)
        self._book = OrderBook(data / "orders", trust)
        self._registry = Registry(self._index)
        self._reader = Reader(self._log, self._vault, data / "index.db")
        self._lanes = Lanes(self._on_presence)
        self._hub = Hub(self._on_watchers)
        self._rewind = Rewind(self._hub, self._reader, self._log)
        self._heads = Heads(self._log, self._index, self._hub, self._lanes)
        self._late = LateAcks()
        self._closer = PartCloser(
            settings, trust, self._log, self._vault, self._index, self._lanes, self._domains,
            self._heads,
        )  # fmt: skip
        self._fixity = Fixity(settings, trust, self._index, self._domains, self._lanes)
        self._space = Space(data, settings.min_free_bytes, self._index)
        self._upkeep = Upkeep(
            settings, self._registry, self._index, self._log, self._lanes, self._closer,
            self._space,
        )  # fmt: skip
        self._rooms = Rooms(
            settings, self._log, self._index, self._registry, self._hub, self._reader,
            data / "aside",
        )  # fmt: skip
        self._intake = Intake(self._rooms)
        signing = SigningRooms(trust, self._index, self._intake, self._heads)
        self._imports = Imports(
            ImportRooms(settings, self._index, self._vault, signing), data / "imports"
        )
        self._live = LiveSources(
            LiveRooms(
                settings.host,
                data / "keys" / "ingest.key",
                Source.BRIDGE in settings.allow_sources,
                self._registry,
                signing,
                self._on_presence,
            )
        )
        self._desk = TicketDesk(trust)
        self._talk_keeper = TalkKeeper(
            settings.relay, trust, self._vault, self._index, data / "talk", settings.min_free_bytes
        )
        self._talk = TalkRoom(self._talk_keeper)
        self._exports = Exports()
        self._sockets: set[StreamSocket] = set()
        self._stream_server: asyncio.Server | None = None
        self._http: web.AppRunner | None = None
        self._clock: asyncio.Task[None] | None = None
        self._sweep: asyncio.Task[None] | None = None

    async def open(self, ports: Ports) -> None:
        """Recover, then open both doors on their bound sockets."""
        await self.recover()
        self._desk.revoked_devices |= await self._index.run(revoked_devices)
        self._desk.closed_private = await self._index.run(closed_private)
        self._log.start()
        self._clock = asyncio.ensure_future(self._upkeep.run())
        self._sweep = asyncio.ensure_future(self._fixity.run())
        self._imports.open()
        await self._live.open(self._desk.revoked_devices)
        await self._open_stream_port(ports.stream)
        await self._open_http_port(ports.http)
        _log.info(
            "relay.open", relay=self._settings.relay, stream_port=self._settings.stream_port,
            http_port=self._settings.http_port, epoch=self._index.epoch,
            compiled=compiled.in_use(),
        )  # fmt: skip

    async def recover(self) -> None:
        """Bring index and memory to what vault, log and orders hold."""
        await self._index.run(nobody_is_connected)
        await recover(
            self._rooms, self._vault, self._closer, self._intake, self._book.read(), self._domains
        )
        await self._talk_keeper.settle()

    async def _open_stream_port(self, listener: socket.socket) -> None:
        self._stream_server = await ws_create_server(
            self._new_socket,
            enable_auto_ping=True,
            auto_ping_idle_timeout=PING_S,
            auto_ping_reply_timeout=PING_S,
            max_frame_size=MAX_MESSAGE_BYTES,
            use_aiofastnet=False,
            sock=listener,
        )

    async def _open_http_port(self, listener: socket.socket) -> None:
        self._http = web.AppRunner(
            make_app(self._http_rooms()),
            access_log=None,
            shutdown_timeout=1.0,
            max_field_size=MAX_TOKEN_CHARS + 100,
        )
        await self._http.setup()
        await web.SockSite(self._http, listener).start()

    def _http_rooms(self) -> HttpRooms:
        clips = Clips(
            self._registry, self._reader, self._log, self._settings.data / "tmp",
            self._settings.min_free_bytes,
        )  # fmt: skip
        return HttpRooms(
            relay=self._settings.relay,
            domains=self._domains,
            allow_origin=self._settings.allow_origin,
            desk=self._desk,
            footage=Footage(self._registry, self._reader, self._log, self._heads),
            exhibits=Exhibits(self._vault, self._index),
            vault=self._vault,
            feed=self._feed,
            index=self._index,
            orders=Orders(
                self._trust, self._index, self._vault, self._lanes, self._desk,
                self._book, self._live, Taker(self._vault, self._intake, self._heads),
            ),
            packer=Packer(
                self._settings.relay, self._trust, self._vault, self._reader,
                self._settings.data / "tmp",
            ),
            clips=clips,
            sheets=Sheets(clips, self._log),
            films=Films(
                clips, self._log, self._index, self._settings.data / "tmp", self._trust,
                self._settings.relay, self._settings.font,
            ),
            exports=self._exports,
            heads=self._heads,
            registry=self._registry,
            log=self._log,
            imports=self._imports,
            space=self._space,
        )  # fmt: skip

    async def close(self) -> None:
        """Close the doors, make durable what waits, and end every thread."""
        stopping = MzError("relay.stopping", Kind.UNAVAILABLE, "the relay stops")
        if self._stream_server is not None:
            self._stream_server.close()
        for one in list(self._sockets):
            one.end(stopping)
        await self._talk.close()
        await self._exports.close()
        if self._http is not None:
            await self._http.cleanup()
        await self._imports.close()
        await self._live.close()
        if self._sweep is not None:
            self._sweep.cancel()
        if self._clock is not None:
            self._clock.cancel()
            await self._upkeep.finish(2.0)
        await asyncio.to_thread(self._log.stop)
        await asyncio.sleep(0)
        self._upkeep.report(self._registry)
        await asyncio.to_thread(self._index.stop)
        _log.info("relay.closed", relay=self._settings.relay)

    # sockets

    def _new_socket(self, request: WSUpgradeRequest) -> Wire | None:
        if request.path.partition(b"?")[0] != STREAM_PATH:
            return None
        return Wire(StreamSocket(self._welcome, self._sockets))

    def _welcome(self, stream: StreamSocket, first: First) -> Role:
        if first.v != 1:
            raise MzError("message.unknown", Kind.INVALID, f"version {first.v}")
        if isinstance(first, Watch):
            return WatchRole(
                stream, first, self._desk, self._hub, self._settings.relay, self._rewind
            )
        if isinstance(first, Talk):
            return TalkRole(stream, first, self._desk, self._talk, self._settings.relay)
        rooms = IngestRooms(
            self._settings.relay, self._desk, self._lanes, self._hub, self._intake, self._heads,
            self._registry, self._index, self._talk, self._late,
        )  # fmt: skip
        return DeviceRole(stream, first, rooms)

    def _on_presence(self, device: str, connected: bool) -> None:
        if not connected:
            self._hub.gone(device)
        self._index.post(partial(put_presence, device=device, connected=connected))

    def _on_domain(self, name: str, available: bool, code: str) -> None:
        item = DomainChanged(0, 0, name, available, code)
        self._index.post(partial(put_item, item=item))

    def _on_watchers(self, device: str, count: int) -> None:
        wished = self._hub.wished(device)
        self._lanes.tell(device, Watchers(device, count, wished), Lane.LIVE)
