"""ffmpeg as a child of the relay: bounded, of low priority, and gone when the relay is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

import imageio_ffmpeg

from schemas.problems import Kind, MzError

MAX_MEMORY_BYTES = 2 * 1024**3
GRACE_S = 3.0
_NICE = 10
SAID_BYTES = 4096


async def start(
    arguments: Sequence[str], *, fed: bool = False, niceness: int = 0, file_bytes: int = 0
) -> Process:
    """Start ffmpeg with what it says on two pipes; `bridge.no_encoder` if it cannot be started.

    The kernel ends it with the relay, by whatever signal that ends. `fed`: it reads from a pipe;
    `file_bytes`: no file it writes grows beyond.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise MzError("bridge.no_encoder", Kind.UNAVAILABLE, "setpriv of util-linux is missing")
    command = [setpriv, "--pdeathsig", "KILL", imageio_ffmpeg.get_ffmpeg_exe(), *arguments]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE if fed else DEVNULL, stdout=PIPE, stderr=PIPE
        )
    except OSError as error:
        raise MzError("bridge.no_encoder", Kind.UNAVAILABLE, str(error)[:100]) from error
    with contextlib.suppress(OSError):
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        if file_bytes:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
        if niceness:
            os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
    return process


async def start_gently(arguments: Sequence[str], file_bytes: int) -> Process:
    """Start ffmpeg for work that may wait."""
    return await start(arguments, niceness=_NICE, file_bytes=file_bytes)


async def words(process: Process) -> str:
    """Drain what a child says on its error pipe; return the end of it."""
    assert process.stderr is not None  # noqa: S101 - it was asked for
    said = b""
    while chunk := await process.stderr.read(SAID_BYTES):
        said = (said + chunk)[-SAID_BYTES:]
    return said.decode("utf-8", "replace").strip()


async def end(process: Process) -> None:
    """End a child: it is asked, and killed after a grace time (a listener ignores being asked)."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GRACE_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
