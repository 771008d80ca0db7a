"""Cameras for bridges: real ffmpeg as the peer, and a small RTSP server before it."""

from __future__ import annotations

import base64
import re
import select
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.integration.films import FFMPEG
from tests.ports import free_port

_PICTURE = ["-re", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25"]
_H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25",
         "-pix_fmt", "yuv420p"]  # fmt: skip
_HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p",
         "-x265-params", "log-level=error:keyint=25:bframes=0:pools=1"]  # fmt: skip
_TONE = ["-re", "-f", "lavfi", "-i", "sine=440:r=8000"]


@contextmanager
def pushing(*out: str, video: str = "h264", audio: str = "aac") -> Iterator[subprocess.Popen]:
    """Let ffmpeg push to an address until the end of the block; `audio` "" is a camera without."""
    sound = ["-c:a", audio] if audio else ["-an"]
    coded = _HEVC if video == "hevc" else _H264
    command = [FFMPEG, "-v", "error", *_PICTURE, *_TONE, *coded, *sound, *out]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class RtspCamera:
    """An RTSP camera: one viewer at a time, over TCP, H.264 with G.711 A-law, Basic credentials.

    ffmpeg makes the RTP packets; here is only what ffmpeg cannot be, the server's side of RTSP.
    """

    def __init__(self, credentials: str) -> None:
        self._wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/stream1"

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                viewer, _ = self._server.accept()
            except OSError:
                return
            with viewer, suppress(OSError):
                self._talk(viewer)

    def _talk(self, viewer: socket.socket) -> None:
        ports = free_port(), free_port()
        command = [FFMPEG, "-v", "error", *_PICTURE, *_TONE, *_H264, "-bsf:v", "dump_extra",
                   "-an", "-f", "rtp", f"rtp://127.0.0.1:{ports[0]}", "-vn", "-c:a", "pcm_alaw",
                   "-f", "rtp", f"rtp://127.0.0.1:{ports[1]}"]  # fmt: skip
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in ports]
        for one, port in zip(sockets, ports, strict=True):
            one.bind(("127.0.0.1", port))
        sdp = (
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\na=control:*\r\n"
            "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\n"
            "a=control:track0\r\nm=audio 0 RTP/AVP 8\r\na=control:track1\r\n"
        )
        process = None
        try:
            reader = viewer.makefile("rb")
            while process is None:
                request = b""
                while (line := reader.readline()) not in (b"\r\n", b""):
                    request += line
                if not request:
                    return
                text = request.decode()
                method = text.split(" ")[0]
                self.asked.append(method)
                number = re.search(r"CSeq: (\d+)", text)
                head = f"CSeq: {number[1] if number else 0}\r\n"
                if method != "OPTIONS" and f"Authorization: {self._wanted}" not in text:
                    head += 'WWW-Authenticate: Basic realm="camera"\r\n'
                    viewer.sendall(f"RTSP/1.0 401 Unauthorized\r\n{head}\r\n".encode())
                    continue
                body = ""
                if method == "OPTIONS":
                    head += "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
                elif method == "DESCRIBE":
                    body = sdp
                    head += f"Content-Type: application/sdp\r\nContent-Length: {len(sdp)}\r\n"
                elif method == "SETUP":
                    pair = re.search(r"interleaved=(\d+)-(\d+)", text)
                    assert pair
                    head += f"Transport: RTP/AVP/TCP;unicast;interleaved={pair[1]}-{pair[2]}\r\n"
                    head += "Session: 1\r\n"
                elif method == "PLAY":
                    head += "Session: 1\r\n"
                    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
                viewer.sendall(f"RTSP/1.0 200 OK\r\n{head}\r\n{body}".encode())
            while True:
                for one in select.select(sockets, [], [])[0]:
                    packet = one.recv(65_535)
                    channel = 2 * sockets.index(one)
                    viewer.sendall(
                        b"$" + bytes([channel]) + len(packet).to_bytes(2, "big") + packet
                    )
        finally:
            if process is not None:
                process.kill()
                process.wait()
            for one in sockets:
                one.close()
