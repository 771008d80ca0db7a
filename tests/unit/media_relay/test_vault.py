"""The vault: write-once under the digest, no other names, half files are nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_relay.vault import LocalVault, Shelf
from schemas.problems import MzError
from schemas.sign import sha256_hex


def put(vault: LocalVault, data: bytes) -> str:
    half = vault.begin()
    half.write(data)
    return vault.store(Shelf.EXHIBITS, half)


def test_a_file_stands_under_its_digest_and_is_not_writable(tmp_path: Path) -> None:
    vault = LocalVault(tmp_path)
    name = put(vault, b"photo")
    assert name == sha256_hex(b"photo")
    assert put(vault, b"photo") == name
    assert vault.open(Shelf.EXHIBITS, name).read() == b"photo"
    assert list(vault.names(Shelf.EXHIBITS)) == [name]
    path = next(path for path in tmp_path.rglob(name))
    assert path.stat().st_mode & 0o777 == 0o400
    assert list((tmp_path / "half").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../x", "a" * 63, "A" * 64, "a" * 63 + "\n", "a" * 64 + "/"])
def test_no_other_name_reaches_the_disk(tmp_path: Path, name: str) -> None:
    vault = LocalVault(tmp_path)
    for use in (vault.open, vault.holds, vault.remove, vault.size):
        with pytest.raises(MzError, match=r"vault\.bad_name"):
            use(Shelf.PARTS, name)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(MzError, match=r"vault\.not_found"):
        LocalVault(tmp_path).open(Shelf.PARTS, "0" * 64)


def test_half_files_are_gone_at_the_next_start(tmp_path: Path) -> None:
    vault = LocalVault(tmp_path)
    vault.begin().write(b"cut off")
    LocalVault(tmp_path, read_only=True)
    assert len(list((tmp_path / "half").iterdir())) == 1
    LocalVault(tmp_path)
    assert list((tmp_path / "half").iterdir()) == []


def test_strangers_are_named(tmp_path: Path) -> None:
    vault = LocalVault(tmp_path)
    name = put(vault, b"photo")
    (tmp_path / "parts" / "notes.txt").write_text("x")
    (tmp_path / "exhibits" / name[:2] / ("f" * 64)).write_text("x")
    wrong_folder = f"exhibits/{name[:2]}/{'f' * 64}"
    assert vault.strangers() == sorted(["parts/notes.txt", wrong_folder])
