"""What the command line of the capture service says."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from field_app.capture.pre_event import DEFAULT_SECONDS, MAX_SECONDS
from field_app.spool.spool import MIN_FREE_BYTES


@dataclass(frozen=True)
class Settings:
    """The settings of a service, read once at its start."""

    data: Path
    camera: str
    place: str
    resume: bool
    min_free_bytes: int
    overlay: bool
    buffer_seconds: int
    arm_on_scene: bool
    sound: str
    network: str
    receipt_printers: tuple[str, ...] = ()


def read_settings(arguments: list[str]) -> Settings:
    """Return the settings of a command line."""
    parser = argparse.ArgumentParser(prog="python -m field_app.service", description="取证服务")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--camera",
        default="generated",
        help="desktop:VIDEO[,SOUND[,FORMAT]] | file:PATH | generated | generated:busy",
    )
    parser.add_argument("--place", default="", help="gpsd[:HOST:PORT] | gpx:FILE | LAT,LON")
    parser.add_argument("--resume", action="store_true", help="go on recording after a crash")
    parser.add_argument("--min-free-bytes", type=int, default=MIN_FREE_BYTES)
    parser.add_argument(
        "--no-overlay", action="store_true", help="burn no time, officer, device, case, number in"
    )
    parser.add_argument(
        "--buffer-seconds",
        type=int,
        choices=range(MAX_SECONDS + 1),
        default=DEFAULT_SECONDS,
        metavar=f"0..{MAX_SECONDS}",
        help="how much of the time before the tap is kept",
    )
    parser.add_argument(
        "--arm-on-scene", action="store_true", help="fill the buffer from arrival to withdrawal"
    )
    parser.add_argument(
        "--sound", default="none", help="none | generated | pulse:EARPIECE[,LOUDSPEAKER]"
    )
    parser.add_argument(
        "--network", default="auto", help="auto | simulated:mobile | simulated:wifi"
    )
    parser.add_argument(
        "--receipt-printer", action="append", default=[], metavar="bt:ADDRESS | tcp:HOST:PORT",
        help="a receipt printer that takes ESC/POS",
    )  # fmt: skip
    read = parser.parse_args(arguments)
    return Settings(
        data=read.data.resolve(), camera=read.camera, place=read.place, resume=read.resume,
        min_free_bytes=read.min_free_bytes, overlay=not read.no_overlay,
        buffer_seconds=read.buffer_seconds, arm_on_scene=read.arm_on_scene,
        sound=read.sound, network=read.network,
        receipt_printers=tuple(read.receipt_printer),
    )  # fmt: skip
