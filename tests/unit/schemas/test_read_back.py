"""A frame that is read back: a changed byte or length is told."""

from __future__ import annotations

import pytest

from schemas import ids
from schemas.media.fragment import HEADER_BYTES, Header, Rendition, check_frame, make_frame
from schemas.problems import MzError
from schemas.sign import HashAlg, digest

_PAYLOAD = b"moof and mdat" * 40


def _frame() -> bytes:
    sha = digest(HashAlg.SHA256, _PAYLOAD)
    return make_frame(
        Header(
            Rendition.FULL, ids.NO_ID, "", 3, 600, 200, 1_764_000_000_000,
            5, len(_PAYLOAD), sha, b"p" * 32, True,
        ),
        _PAYLOAD,
    )  # fmt: skip


def test_a_frame_that_is_as_it_was_taken_is_no_error() -> None:
    check_frame(_frame())


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (0, "fragment.malformed"), (6, "fragment.malformed"), (87, "fragment.malformed"),
        (88, "fragment.wrong_digest"), (HEADER_BYTES, "fragment.wrong_digest"),
        (HEADER_BYTES + len(_PAYLOAD) - 1, "fragment.wrong_digest"),
    ],
)  # fmt: skip
def test_a_changed_byte_is_told(at: int, code: str) -> None:
    frame = bytearray(_frame())
    frame[at] ^= 0x41
    with pytest.raises(MzError) as told:
        check_frame(bytes(frame))
    assert told.value.code == code


@pytest.mark.parametrize("size", [0, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 7])
def test_a_frame_that_is_cut_is_malformed(size: int) -> None:
    with pytest.raises(MzError) as told:
        check_frame(_frame()[:size])
    assert told.value.code == "fragment.malformed"
