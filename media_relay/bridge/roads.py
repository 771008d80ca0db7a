"""What ffmpeg is told to take in a live source, and what its complaints mean."""

from __future__ import annotations

from urllib.parse import quote

import ffmpeg

from schemas.bridge import LiveSource, Road

CONNECT_US = 10_000_000
RECOGNIZE_BYTES = 65_536
"""What of so many bytes is not recognized is nothing that the road carries."""
_INPUT: dict[str, object] = {"fflags": "+genpts+nobuffer", "analyzeduration": 1_500_000}
_ALLOWED = {
    Road.RTSP: ("rtsp,rtp,tcp,udp,tls,crypto", "rtsp,sdp"),
    Road.RTMP: ("rtmp,tcp", "flv,live_flv"),
    Road.SRT: ("srt,udp", "mpegts"),
    Road.MPEGTS: ("udp", "mpegts"),
}
"""Protocols and containers of each road."""
_OF_ADDRESSES = "%:/?#[]@!$&()*+,;=-._~"
"""What may stand in an address as it is; neither quotes nor ends of lines."""
_COMPLAINTS = (
    ("App field don't match up", "source.wrong_key"),
    ("rsp(REJECT): 1010", "source.wrong_key"),  # SRT_REJ_BADSECRET
    ("rsp(REJECT): 1011", "source.wrong_key"),  # SRT_REJ_UNSECURE
    ("Invalid data found", "source.unreadable"),
    ("Format not on whitelist", "source.unreadable"),
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


def input_of(road: Road) -> ffmpeg.nodes.Stream:
    """Return ffmpeg's input of a source: what `listing_of` says, read from its standard input.

    Only the protocols and containers of its road: nothing in it leads anywhere else.
    """
    protocols, containers = _ALLOWED[road]
    return ffmpeg.input(
        "pipe:0", f="concat", safe=0, protocol_whitelist=f"pipe,{protocols}",
        format_whitelist=f"concat,{containers}", **_INPUT,
    )  # fmt: skip


def listing_of(wanted: LiveSource, secret: str, host: str) -> bytes:
    """Return the list of one source that ffmpeg reads; a push is taken at `host` and the source's
    port. An address with its secret stands in no command line, which everybody may read.
    """
    options: dict[str, object] = dict(_INPUT)
    match wanted.road:
        case Road.RTSP:
            address = _with_credentials(wanted.address, secret)
            options |= {"rtsp_transport": "tcp", "timeout": CONNECT_US}
        case Road.RTMP:
            address = f"rtmp://{host}:{wanted.port}/{quote(secret, safe='')}"
            options["listen"] = 1
        case Road.SRT:
            words = f"mode=listener&passphrase={quote(secret, safe='')}&enforced_encryption=1"
            address = f"srt://{host}:{wanted.port}?{words}"
        case _:
            allowed = f"&sources={wanted.peer}" if wanted.peer else ""
            address = f"udp://{host}:{wanted.port}?overrun_nonfatal=1{allowed}"
    options |= {"formatprobesize": RECOGNIZE_BYTES}
    lines = ["ffconcat version 1.0", f"file '{quote(address, safe=_OF_ADDRESSES)}'"]
    lines += [f"option {name} {value}" for name, value in options.items()]
    return "\n".join([*lines, ""]).encode()


def _with_credentials(address: str, secret: str) -> str:
    if not secret:
        return address
    user, _, password = secret.partition(":")
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"
