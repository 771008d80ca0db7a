"""The picture before recording: runs the camera for the preview alone, only while someone looks.

Nothing of it is kept or sent. It lets go of the camera before a recording begins.
"""

from __future__ import annotations

import os
import subprocess
import threading

import structlog

from field_app.capture.camera import Camera
from field_app.capture.command import preview_command
from field_app.capture.preview import Preview
from schemas.problems import MzError

log = structlog.get_logger()
_LOOK_SECONDS = 0.25
_AFTER_FAILURE_SECONDS = 5.0
_GRACE_SECONDS = 5.0


class Viewfinder(threading.Thread):
    """Shows pictures while `preview.watchers` > 0 and nobody holds the camera."""

    def __init__(self, camera: Camera, preview: Preview) -> None:
        super().__init__(name="viewfinder", daemon=True)
        self._camera, self._preview = camera, preview
        self._stopping, self._held = threading.Event(), threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Look for a watcher now and then; show pictures until he goes or the camera is held."""
        while not self._stopping.wait(_LOOK_SECONDS):
            with self._lock:
                if not self._is_wanted():
                    continue
                self._idle.clear()
            try:
                self._show()
            except (MzError, OSError) as error:
                log.info("viewfinder.failed", reason=str(error)[:80])
                self._stopping.wait(_AFTER_FAILURE_SECONDS)
            finally:
                self._idle.set()

    def hold(self) -> None:
        """Take the camera away; return when it is free."""
        with self._lock:
            self._held.set()
        self._idle.wait(_GRACE_SECONDS)

    def free(self) -> None:
        """Give the camera back."""
        self._held.clear()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()

    def _is_wanted(self) -> bool:
        is_free = not self._held.is_set() and not self._stopping.is_set()
        return is_free and self._preview.watchers > 0

    def _show(self) -> None:
        self._camera.check()
        reader, writer = os.pipe()
        command = preview_command(self._camera, writer)
        process = subprocess.Popen(
            command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.PIPE if self._camera.has_feed else subprocess.DEVNULL,
            bufsize=0, start_new_session=True,
        )  # fmt: skip
        os.close(writer)
        stop = threading.Event()
        threads = [threading.Thread(target=self._preview.drain, args=(reader,), daemon=True)]
        if process.stdin is not None:
            feed = (process.stdin.fileno(), stop)
            threads.append(threading.Thread(target=self._camera.feed, args=feed, daemon=True))
        for thread in threads:
            thread.start()
        while self._is_wanted() and process.poll() is None:
            self._held.wait(_LOOK_SECONDS)
        stop.set()
        process.kill()
        process.wait()
        for thread in threads:
            thread.join(_GRACE_SECONDS)
        if process.stdin is not None:
            process.stdin.close()
