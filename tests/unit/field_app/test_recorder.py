"""The recorder with real ffmpeg: a full disk is an alarm, and the next recording follows on."""

from __future__ import annotations

from pathlib import Path

import pytest

from field_app.audit import audit
from field_app.capture.cameras import make_camera
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.capture.recording import Kept
from field_app.device.identity import Identity
from field_app.device.place import NoPlace
from field_app.spool.spool import Spool
from schemas.problems import MzError
from tests.patience import eventually


class Nobody:
    """A live lane without a link."""

    def wants(self, rendition: int) -> bool:
        """Want the full rendition alone."""
        return rendition == 1

    def fragment(self, kept: Kept) -> None:
        """Let it pass."""

    def head(self, recording: str, raw: bytes) -> None:
        """Let it pass."""


def limit_pages(spool: Spool, more: int) -> None:
    """Let the spool's file grow by so many pages at most."""
    with spool.database.write() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + more}")


def test_a_disk_that_fills_is_an_alarm_and_what_was_kept_stays_whole(
    identity: Identity, spool: Spool, tmp_path: Path
) -> None:
    camera = make_camera("generated")
    recorder = Recorder(
        identity, spool, camera, NoPlace(), Nobody(), Privacy(spool.facts), lambda: None
    )
    recorder.start(None, "started")
    limit_pages(spool, 20)
    eventually(lambda: recorder.alarm == "spool.disk_full")
    eventually(lambda: recorder.recording is None)
    limit_pages(spool, 1_000_000)
    recorder.start(None, "started")
    eventually(lambda: recorder.at() is not None)
    assert recorder.alarm == ""
    with pytest.raises(MzError) as caught:
        recorder.start(None, "started")
    assert caught.value.code == "recording.already_running"
    recorder.stop("done")
    first, second = spool.footage.names()
    kept = spool.footage.recording(second).opening
    assert (kept.former[0].recording, kept.counter) == (first, 2)
    spool.close()
    report = audit(tmp_path / "field")
    assert report.ok, report.findings
    assert report.counts["unfinished"] == 0
