"""The baseline of fan-out: Debian's nginx with its RTMP module, one process, relaying only."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from door.bench.cores import Cores
from door.bench.rtmp import Cut
from door.bench.server import Server
from door.debian import apt_line
from door.refusal import Refusal

APP = "live"
_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
_SETTINGS = """\
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log error;
events {{ worker_connections 8192; }}
rtmp {{
    server {{
        listen 127.0.0.1:{port};
        chunk_size {chunk};
        application {app} {{ live on; record off; wait_key off; }}
    }}
}}
"""


def start_nginx(cores: Cores, folder: Path, port: int, cut: Cut) -> Server:
    """Start it on the server's core; `bench.no_nginx` where it is not installed."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if nginx is None or not _MODULE.exists():
        line = apt_line(["libnginx-mod-rtmp"])
        raise Refusal(
            "bench.no_nginx", f"没有对照用的 nginx-rtmp。请运行：{line}",
            f"The baseline nginx-rtmp is not there. Run: {line}",
        )  # fmt: skip
    settings = folder / "nginx.conf"
    text = _SETTINGS.format(
        module=_MODULE, folder=folder, port=port, chunk=cut.chunk_bytes, app=APP
    )
    settings.write_text(text, "utf-8")
    command = cores.on_server([nginx, "-p", str(folder), "-c", str(settings)])
    return Server("nginx", command, folder / "nginx.out", lambda: _answers(port))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
