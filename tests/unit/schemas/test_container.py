"""Hostile zips: each is refused with its code, and nothing of it is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from schemas.problems import MzError
from schemas.verification.container import read_container


def _zip(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        write(package)
    return out.getvalue()


def _code(raw: bytes) -> str:
    with pytest.raises(MzError) as refused:
        read_container(io.BytesIO(raw))
    return refused.value.code


def test_a_bomb_is_refused_without_unpacking() -> None:
    raw = _zip(lambda z: z.writestr("facts.json", bytes(50_000_000), zipfile.ZIP_DEFLATED))
    assert _code(raw) == "bundle.compressed"


def test_an_encrypted_member_is_refused() -> None:
    raw = bytearray(_zip(lambda z: z.writestr("facts.json", b"{}")))
    directory = raw.index(b"PK\1\2")
    for flags_at in (6, directory + 8):
        raw[flags_at] |= 1
    assert _code(bytes(raw)) == "bundle.encrypted"


@pytest.mark.parametrize(
    "name",
    [
        "../facts.json",
        "/etc/passwd",
        "a/../../b",
        "a\\b",
        "C:x",
        "a//b",
        "./a",
        "a/",
        "证据",
        "a\nb",
    ],
)
def test_an_unsafe_path_is_refused(name: str) -> None:
    assert _code(_zip(lambda z: z.writestr(name, b"x"))) == "bundle.unsafe_path"


def test_a_name_that_comes_twice_is_refused() -> None:
    def write(package: zipfile.ZipFile) -> None:
        package.writestr("facts.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("facts.json", b"[]")

    assert _code(_zip(write)) == "bundle.duplicate_name"


@pytest.mark.parametrize("raw", [b"", b"PK", b"\x89PNG" + bytes(100), bytes(22)])
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    assert _code(raw) == "bundle.not_a_zip"


def test_overlapping_members_are_refused() -> None:
    """Two rows of the directory that point at the same bytes."""

    def write(package: zipfile.ZipFile) -> None:
        package.writestr("a.json", b"{}")
        package.writestr("b.json", b"{}")

    raw = bytearray(_zip(write))
    second = raw.index(b"PK\1\2", raw.index(b"PK\1\2") + 1)
    raw[second + 42 : second + 46] = struct.pack("<I", 0)
    assert _code(bytes(raw)) == "bundle.container_damaged"


def test_a_row_that_claims_a_huge_size_is_refused() -> None:
    raw = bytearray(_zip(lambda z: z.writestr("a.json", b"{}")))
    row = raw.index(b"PK\1\2")
    raw[row + 20 : row + 28] = struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF)
    assert _code(bytes(raw)) == "bundle.container_damaged"


class _Unseekable(io.RawIOBase):
    """A pipe: the writer cannot go back, so sizes follow the bytes."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.data += memoryview(data)  # type: ignore[call-overload]
        return memoryview(data).nbytes  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("wide", [False, True])
def test_a_streamed_zip_is_read(wide: bool) -> None:
    out = _Unseekable()
    with zipfile.ZipFile(out, "w") as package:  # type: ignore[call-overload]
        for name in ("bundle.json", "facts.json"):
            with package.open(zipfile.ZipInfo(name), "w", force_zip64=wide) as member:
                member.write(name.encode())
    members = read_container(io.BytesIO(bytes(out.data)))
    assert [bytes(out.data[m.start : m.start + m.size]) for m in members.values()] == [
        b"bundle.json",
        b"facts.json",
    ]
