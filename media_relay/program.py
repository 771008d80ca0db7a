"""The relay as a program: settings, ports, signals, and running until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path

import structlog
import uvloop

from media_relay.memory import Allocator
from media_relay.ports import bind, take_folder
from media_relay.relay import Ports, Relay
from media_relay.settings import Settings, load_settings
from media_relay.trust import load_trust
from schemas.collector import calm_collector
from schemas.problems import MzError

CANNOT_START = 2


def _set_up_log() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    # aiohttp would print the stack and the head of every request that is no HTTP, tickets too.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def _run(settings: Settings) -> None:
    stop, allocator = asyncio.Event(), Allocator()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    trust = load_trust(settings.data / "keys")
    ports = Ports(
        bind(settings.host, settings.stream_port), bind(settings.host, settings.http_port)
    )
    take_folder(settings.data)
    relay = Relay(settings, trust)
    try:
        await relay.open(ports)
        calm_collector()
        giving_back = asyncio.ensure_future(allocator.give_back_for_ever())
        await stop.wait()
        giving_back.cancel()
    finally:
        await relay.close()


def run(settings: Path) -> int:
    """Run; return 0 after a stop that was asked for, 2 if the relay cannot start."""
    _set_up_log()
    try:
        uvloop.run(_run(load_settings(settings)))
    except MzError as error:
        structlog.get_logger().error(error.code, detail=error.detail)
        return CANNOT_START
    return 0
