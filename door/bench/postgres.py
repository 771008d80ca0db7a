"""A PostgreSQL cluster of its own on a Unix socket: for benches, and for tests without fsync."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from door.refusal import FAILED, LACKING, Refusal

_PR_SET_PDEATHSIG = 1
_START_S = 30


@dataclass(frozen=True)
class PostgresServer:
    """A cluster of this process on a Unix socket; nobody else reaches it."""

    socket_dir: Path

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://mz@/{database}?host={self.socket_dir}"

    def conninfo(self, database: str) -> str:
        """Return libpq's address of a database."""
        return f"host={self.socket_dir} user=mz dbname={database}"

    def execute(self, statement: str) -> None:
        """Run one statement as the owner, outside a transaction."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def cluster(*, durable: bool) -> Iterator[PostgresServer]:
    """Start a cluster; it dies with this process, however that ends. Raises `Refusal`."""
    binaries = _binaries()
    # A Unix socket's path holds 107 bytes, so the folder is a short one.
    folder = Path(tempfile.mkdtemp(prefix="mz-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(folder, user)
        folder.chmod(0o755)
    server: subprocess.Popen[bytes] | None = None
    try:
        _run_initdb(binaries / "initdb", folder / "data", user)
        server = _start(binaries / "postgres", folder, user, durable=durable)
        found = PostgresServer(folder)
        _wait_until_answering(found, server, folder / "server.log")
        yield found
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # "fast": drop the connections, then stop
            server.wait(timeout=_START_S)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4])
    )
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise Refusal(
            "postgres.absent", "没有安装 PostgreSQL；./mz setup 会安装",
            "PostgreSQL is not installed; ./mz setup installs it", status=LACKING,
        )  # fmt: skip
    return Path(elsewhere).parent


def _run_initdb(initdb: Path, data: Path, user: str | None) -> None:
    done = subprocess.run(
        [
            str(initdb), "-D", str(data), "-U", "mz", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        ],
        user=user, capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    if done.returncode:
        raise _failed(done.stdout + done.stderr)


def _start(
    postgres: Path, folder: Path, user: str | None, *, durable: bool
) -> subprocess.Popen[bytes]:
    fsync = "on" if durable else "off"
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            [
                str(postgres), "-D", str(folder / "data"), "-c",
                f"unix_socket_directories={folder}", "-c", "listen_addresses=", "-c",
                f"fsync={fsync}", "-c", "max_connections=200", "-c", "timezone=UTC",
            ],
            user=user, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
            start_new_session=True,  # a Ctrl-C is for this process, which then stops the server
            preexec_fn=_die_with_parent,
        )  # fmt: skip


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _wait_until_answering(
    server: PostgresServer, process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise _failed(log.read_text("utf-8")) from error
            time.sleep(0.05)
        else:
            return


def _failed(said: str) -> Refusal:
    return Refusal(
        "postgres.failed",
        "PostgreSQL 未能启动",
        "PostgreSQL did not start",
        status=FAILED,
        tail=said,
    )
