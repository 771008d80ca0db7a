"""A recording names the end of the one before it: where that one is packed too, both must agree."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from schemas.media import fragment, head, opening
from schemas.sign import sign_envelope
from schemas.verification.steps import verify
from tests.contract import bundles, world
from tests.contract.bundles import STREAM, Files

HELD = 7
FORMER_STREAM = STREAM.replace(world.RECORDING_ID, world.FORMER_ID)


def former(held: int = HELD, *, final: bool = True) -> tuple[Files, head.Head]:
    """Return the files of the recording before, and its last head."""
    stated = msgspec.structs.replace(
        world.stated_opening(world.wrapped_to_court()), recording=world.FORMER_ID, counter=6,
        former=[],
    )  # fmt: skip
    envelope = sign_envelope(world.DEVICE, opening.OPENING, stated)
    link, frames = fragment.first_link(envelope.payload, 1), []
    for number in range(held):
        body = world.payload(number)
        header = world.header(number, link, body)._replace(recording=world.FORMER_ID)
        frames.append(fragment.make_frame(header, body))
        link = fragment.link(frames[-1])
    last = held - 1 if held else head.NO_FRAGMENT
    ended_ms = world.OPENED_MS + held * 200
    end = head.Head(
        fragment.Rendition.FULL, world.FORMER_ID, last, link, ended_ms, 5_000_000 + held * 200,
        final,
    )  # fmt: skip
    return {
        f"recordings/{world.FORMER_ID}/opening.json": bundles.encoded(envelope),
        f"{FORMER_STREAM}/init.mp4": world.INIT,
        f"{FORMER_STREAM}/fragments.mzf": b"".join(frames),
        f"{FORMER_STREAM}/heads.mzh": head.sign_head(end, world.DEVICE),
    }, end


def found(tmp_path: Path, before: Files, *named: opening.FormerHead) -> list[str]:
    """Pack both recordings, the later naming these ends, and return what the chain step finds."""
    stated = world.stated_opening(world.wrapped_to_court())
    files = bundles.with_opening(msgspec.structs.replace(stated, former=list(named))) | before
    path = tmp_path / "package.zip"
    path.write_bytes(bundles.packed(bundles.listed(files)))
    return [one.sentence.code for one in verify(path, world.ROOT.key).steps[2].findings]


def test_the_end_that_it_was_agrees(tmp_path: Path) -> None:
    files, end = former()
    named = opening.FormerHead(world.FORMER_ID, 1, HELD - 1, end.link.hex())
    assert found(tmp_path, files, named) == []


def test_a_recording_of_which_no_fragment_was_made_ends_where_it_began(tmp_path: Path) -> None:
    files, end = former(held=0)
    named = opening.FormerHead(world.FORMER_ID, 1, head.NO_FRAGMENT, end.link.hex())
    assert found(tmp_path, files, named) == []


@pytest.mark.parametrize("number", [HELD - 2, HELD, head.NO_FRAGMENT, -1])
def test_another_end_is_found(tmp_path: Path, number: int) -> None:
    files, end = former()
    named = opening.FormerHead(world.FORMER_ID, 1, number, end.link.hex())
    assert found(tmp_path, files, named) == ["chain.former_differs"]


@pytest.mark.parametrize("link", ["ab" * 32, "", "x"])
def test_an_end_of_other_bytes_under_the_same_number_is_found(tmp_path: Path, link: str) -> None:
    """The recording before was made anew, as long as it had been."""
    files, _ = former()
    named = opening.FormerHead(world.FORMER_ID, 1, HELD - 1, link)
    assert found(tmp_path, files, named) == ["chain.former_differs"]


def test_what_is_not_here_or_did_not_state_its_end_is_not_compared(tmp_path: Path) -> None:
    files, end = former(final=False)
    elsewhere = opening.FormerHead(world.FORMER_ID, 1, 3, end.link.hex())
    assert found(tmp_path, files, elsewhere) == []
    whole, end = former()
    other_rendition = opening.FormerHead(world.FORMER_ID, 2, 3, end.link.hex())
    other_recording = opening.FormerHead(world.fixed_id(99), 1, 3, end.link.hex())
    assert found(tmp_path, whole, other_rendition, other_recording) == []
