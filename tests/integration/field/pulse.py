"""A real PulseAudio of a test: two sinks to hear with, one that stands for a mouth."""

from __future__ import annotations

import os
import shutil
import subprocess
from array import array
from pathlib import Path

import pytest

from tests.patience import eventually

RATE = 48_000
_SCRIPT = """
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=ear rate=48000
load-module module-null-sink sink_name=loud rate=48000
load-module module-null-sink sink_name=mouth rate=48000
set-default-source mouth.monitor
"""


class Pulse:
    """Sinks `ear` and `loud`; what is played into `mouth` is what the microphone takes."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
            pytest.fail("PulseAudio is not installed; ./mz test installs it")
        self._folder = folder
        self.server = f"unix:{folder / 'pulse'}"
        script = folder / "script.pa"
        script.write_text(_SCRIPT.format(socket=folder / "pulse"))
        self._environment = {
            **os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder), "PULSE_STATE_PATH": str(folder),
            "PULSE_SERVER": self.server,
        }  # fmt: skip
        self._processes = [
            self._run("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
                      "--use-pid-file=no", "-F", str(script))
        ]  # fmt: skip
        eventually(self._answers, (folder / "log").read_text)
        self.listen("mouth")  # a null sink that nobody listens to gives its first sound 2 s late

    def _answers(self) -> bool:
        done = subprocess.run(
            ["pactl", "list", "short", "sinks"], env=self._environment, capture_output=True,
            check=False,
        )  # fmt: skip
        return b"mouth" in done.stdout

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def listen(self, sink: str) -> Path:
        """Write down what is heard from a sink from now on; return the file of samples."""
        heard = self._folder / f"{sink}.raw"
        self._processes.append(
            self._run("parec", f"--device={sink}.monitor", "--format=float32le", f"--rate={RATE}",
                      "--channels=1", "--raw", "--latency-msec=20", str(heard))
        )  # fmt: skip
        return heard

    def say(self, sound: Path) -> None:
        """Play a sound file into the microphone, to its end."""
        subprocess.run(["paplay", "--device=mouth", str(sound)], env=self._environment, check=True)

    def close(self) -> None:
        """End what was started."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(60)


def samples_of(heard: Path) -> list[float]:
    """Return what was written down so far."""
    samples, data = array("f"), heard.read_bytes()
    samples.frombytes(data[: len(data) // 4 * 4])
    return list(samples)


def first_heard(samples: list[float]) -> list[float]:
    """Return half a second from where it is no longer silent, or nothing where it always is."""
    loud = next((at for at, sample in enumerate(samples) if abs(sample) > 0.05), len(samples))
    return samples[loud : loud + RATE // 2]
