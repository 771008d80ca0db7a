"""A paper is read out by the device before it is signed; keys are confirmed in words."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from field_app.device.voice import LONGEST_LINE, Voice
from schemas.problems import MzError
from tests.integration.field.conftest import Device
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually

LINES = ["扣押笔录及清单", "执行人员：陈志远、苏婉宁。", "数控车床，1 台，估值 68,000.00 元。"]


def _seconds(path: Path) -> float:
    with wave.open(str(path)) as sound:
        frames, rate = sound.getnframes(), sound.getframerate()
        loud = max(abs(int.from_bytes(pair, "little", signed=True)) for pair in _pairs(sound))
    assert loud > 1_000, "something is heard"
    return frames / rate


def _pairs(sound: wave.Wave_read) -> list[bytes]:
    data = sound.readframes(sound.getnframes())
    return [data[at : at + 2] for at in range(0, len(data), 2)]


def test_a_line_is_spoken_in_chinese_and_a_longer_one_takes_longer(tmp_path: Path) -> None:
    spoken = []
    for number, line in enumerate((LINES[0], LINES[1] * 3)):
        path = tmp_path / f"{number}.wav"
        voice = Voice(("-y", "-ac", "1", "-c:a", "pcm_s16le", "-f", "wav", str(path)))
        voice.read([line])
        eventually(lambda voice=voice: voice.line is None, "it was read to its end")
        spoken.append(_seconds(path))
    assert 0.8 < spoken[0] < 6
    assert spoken[1] > 3 * spoken[0]


def test_who_has_nothing_to_be_heard_by_reads_nothing() -> None:
    voice = Voice(None)
    assert not voice.is_able
    with pytest.raises(MzError, match="absent"):
        voice.read(LINES)
    with pytest.raises(MzError, match="too_long"):
        Voice(("-f", "null", "-")).read(["读" * (LONGEST_LINE + 1)])


def test_s03_a_paper_is_read_line_by_line_until_somebody_stops_it(
    device: Device, centre: SimulatedCentre
) -> None:
    device.start(sound="generated")
    device.enrol(centre)
    assert device.client.status().may_read_aloud
    device.client.call("read_aloud", lines=LINES * 200)
    eventually(lambda: (device.client.status().read_line or 0) >= 2, "the third line is read")
    device.client.call("read_aloud", lines=LINES)  # another takes its place, and comes to its end
    eventually(lambda: device.client.status().read_line is None, "it ends")
    device.client.call("read_aloud", lines=LINES * 200)
    device.client.call("stop_reading")
    assert device.client.status().read_line is None


def test_a_device_without_sound_offers_no_voice(device: Device, centre: SimulatedCentre) -> None:
    device.start()
    device.enrol(centre)
    assert not device.client.status().may_read_aloud
    with pytest.raises(MzError, match="absent"):
        device.client.call("read_aloud", lines=LINES)
