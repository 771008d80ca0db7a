"""What ffmpeg is asked to do."""

from __future__ import annotations

from field_app.capture.command import encoder_command
from field_app.capture.generated import GeneratedCamera
from schemas.media.fragment import Rendition


def test_sound_never_waits_in_the_filters_of_the_pictures() -> None:
    pipes = {rendition: 10 + rendition for rendition in Rendition}
    command = encoder_command(GeneratedCamera(), pipes, 9)
    assert "1:a" not in command[command.index("-filter_complex") + 1]
    assert command.count("1:a") == len(pipes)
