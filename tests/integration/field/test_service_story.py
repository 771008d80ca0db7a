"""The service by itself: who may ask it what, one for each folder, windows that come and go."""

from __future__ import annotations

import json
import subprocess
import time

from field_app import local_socket
from field_app.client import service_command
from field_app.local_api.status import Status
from schemas.ids import new_id
from schemas.time import now_ms
from tests.integration.field.conftest import Device
from tests.integration.field.court import OFFICER, Court
from tests.integration.field.preview import picture_time
from tests.integration.field.simulated_centre import CODE, SimulatedCentre
from tests.integration.field.test_acts_story import refusal, seizure
from tests.patience import PATIENCE_S, eventually


def test_every_bad_request_is_refused_with_its_code_and_changes_nothing(
    ready: Device, court: Court
) -> None:
    call = ready.client.call
    before = ready.client.status()
    body = seizure(["ab" * 32])
    expected = {
        "verb.unknown": lambda: call("fly"),
        "message.malformed": lambda: call("stop"),
        "recording.not_running": lambda: call("stop", reason="x"),
        "recording.no_reason": lambda: call("stop", reason=" "),
        "photo.no_picture": lambda: call("photo"),
        "operation.unknown": lambda: call("step", operation=new_id(), step="acting"),
        "exhibit.unknown": lambda: call("save_measure", operation=court.operation, body=body),
        "device.already_enrolled": lambda: call(
            "enrol", centre_url="http://127.0.0.1:9", code="x", name="y"
        ),
    }
    for code, act in expected.items():
        assert refusal(act) == code
    assert ready.client.call("outbox") == []
    after = ready.client.status()
    assert (after.recent, after.outbox_waiting) == (before.recent, before.outbox_waiting)


MALFORMED = [
    (b"not json\n", "message.malformed"),
    (b'{"id": 1}\n', "message.malformed"),
    (b'{"id": 1, "verb": "status", "more": 2}\n', "message.malformed"),
    (b'{"id": "1", "verb": "status"}\n', "message.malformed"),
    (b'{"id": 7, "verb": "status", "args": {"a": 1}}\n', "message.malformed"),
    (b"\xff\xfe\n", "message.malformed"),
    (b"x" * 8_500_000 + b"\n", "message.too_large"),
]


def test_each_malformed_line_is_answered_with_a_code(device: Device) -> None:
    device.start()
    with local_socket.connect(device.data / "service.sock") as link:
        link.settimeout(PATIENCE_S)
        answers = link.makefile("rb")
        for line, code in MALFORMED:
            link.sendall(line)
            assert json.loads(answers.readline())["problem"]["code"] == code, line[:60]
    assert device.client.status().enrolled is False


def test_not_enrolled_and_wrong_code_are_refused(device: Device, centre: SimulatedCentre) -> None:
    device.start()
    assert refusal(lambda: device.client.call("start", operation=None)) == "device.not_enrolled"
    enrol = {"centre_url": centre.url, "name": "x"}
    assert (
        refusal(lambda: device.client.call("enrol", code="0" + CODE, **enrol))
        == "enrolment.wrong_code"
    )
    gone = {"centre_url": "http://127.0.0.1:9", "name": "x"}
    assert refusal(lambda: device.client.call("enrol", code=CODE, **gone)) == "centre.unavailable"
    assert device.client.status().enrolled is False
    assert device.enrol(centre).officer == OFFICER


def test_a_second_service_on_the_same_folder_is_refused(device: Device) -> None:
    device.start()
    done = subprocess.run(
        service_command(device.data), capture_output=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 3
    assert b"service.already_running" in done.stderr
    assert device.client.status().enrolled is False


def test_the_folder_and_the_keys_are_for_nobody_else(device: Device) -> None:
    device.start()
    assert device.data.stat().st_mode & 0o777 == 0o700
    for name in ("device.pem", "storage.key"):
        assert (device.data / "device" / name).stat().st_mode & 0o777 == 0o600
    assert (device.data / "service.sock").stat().st_mode & 0o777 == 0o600


def test_a_window_may_come_and_go(ready: Device, court: Court) -> None:
    seen: list[Status] = []
    began = time.monotonic()
    ready.client.subscribe(seen.append)
    ready.client.call("start", operation=court.operation)
    with ready.client.preview() as preview:
        preview.settimeout(PATIENCE_S)
        assert picture_time(preview)
    eventually(lambda: len(seen) >= 3 and _tells(seen[-1]), "the recording is told")
    ready.client.close()
    assert len(seen) <= 5 * (time.monotonic() - began) + 2, "at most five a second"
    ready.client.connect()
    assert ready.client.status().recording is not None


def test_the_picture_is_there_before_recording_and_goes_on_during_it(
    ready: Device, court: Court
) -> None:
    with ready.client.preview() as preview:
        preview.settimeout(PATIENCE_S)
        before = picture_time(preview)
        ready.client.call("start", operation=court.operation)
        while picture_time(preview) <= before + 1000:
            pass
        assert refusal(lambda: ready.client.call("start", operation=None)) == (
            "recording.already_running"
        )
        ready.client.call("stop", reason="结束")
        assert refusal(lambda: ready.client.call("photo")) == "photo.no_picture"
        after = now_ms()
        while picture_time(preview) <= after:
            pass
    eventually(lambda: not ready.children(), "nobody looks, no camera runs")


def _tells(status: Status) -> bool:
    running = status.recording
    return running is not None and running.recorded > 3 and bool(status.camera_clock)
