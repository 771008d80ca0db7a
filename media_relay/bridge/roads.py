"""What ffmpeg is told to take in a live source, and what its complaints mean."""

from __future__ import annotations

from urllib.parse import quote

import ffmpeg

from schemas.bridge import LiveSource, Road

CONNECT_US = 10_000_000
_COMPLAINTS = (
    ("App field don't match up", "source.wrong_key"),
    ("401 Unauthorized", "source.unauthorized"),
    ("403 Forbidden", "source.unauthorized"),
    ("Address already in use", "source.port_taken"),
    ("Permission denied", "source.port_taken"),
    ("Connection refused", "source.unreachable"),
    ("No route to host", "source.unreachable"),
    ("Network is unreachable", "source.unreachable"),
    ("Connection timed out", "source.unreachable"),
    ("Operation timed out", "source.unreachable"),
    ("404 Not Found", "source.unreachable"),
    ("Failed to resolve hostname", "source.unreachable"),
)


def code_of(line: str) -> str | None:
    """Return the code of a complaint, None for what is none."""
    return next((code for words, code in _COMPLAINTS if words in line), None)


def input_of(wanted: LiveSource, secret: str, host: str) -> ffmpeg.nodes.Stream:
    """Return ffmpeg's input of a source; a push is taken at `host` and the source's port.

    Only the protocols of its road: no address of it leads anywhere else.
    """
    common = {"fflags": "+genpts+nobuffer", "analyzeduration": 1_500_000}
    match wanted.road:
        case Road.RTSP:
            return ffmpeg.input(
                _with_credentials(wanted.address, secret), rtsp_transport="tcp", timeout=CONNECT_US,
                protocol_whitelist="rtsp,rtp,tcp,udp,tls,crypto", **common,
            )  # fmt: skip
        case Road.RTMP:
            address = f"rtmp://{host}:{wanted.port}/{quote(secret, safe='')}"
            return ffmpeg.input(address, listen=1, protocol_whitelist="rtmp,tcp", **common)
        case Road.SRT:
            words = f"mode=listener&passphrase={quote(secret, safe='')}&enforced_encryption=1"
            address = f"srt://{host}:{wanted.port}?{words}"
            return ffmpeg.input(
                address, f="mpegts", protocol_whitelist="srt,udp", **common
            )  # fmt: skip
        case _:
            allowed = f"&sources={wanted.peer}" if wanted.peer else ""
            address = f"udp://{host}:{wanted.port}?overrun_nonfatal=1{allowed}"
            return ffmpeg.input(address, f="mpegts", protocol_whitelist="udp", **common)


def _with_credentials(address: str, secret: str) -> str:
    if not secret:
        return address
    user, _, password = secret.partition(":")
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"
