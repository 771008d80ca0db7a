"""Papers at the scene: the slip of remedies, characters the font lacks, and printers."""

from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path

import pytest
from PIL import Image

from field_app.papers.glyphs import missing
from field_app.papers.printing import (
    HAND_OVER,
    HandOver,
    Printers,
    Queue,
    Receipt,
    make_receipt,
    pages,
)
from field_app.papers.slip import write_slip
from field_app.papers.typeset import typeset
from field_app.papers.written import write
from schemas.measures.forms import FORMS
from schemas.problems import MzError
from tests.patience import PATIENCE_S
from tests.unit.field_app.test_papers import BRIEF, COURT, OFFICERS, _act, _said


class SimulatedReceiptPrinter:
    """A simulated ESC/POS printer: it parses the bytes as one does and draws the dots."""

    def __init__(self) -> None:
        self.papers: list[Image.Image] = []
        self._rows: list[bytes] = []
        self._across = 0
        self.cut = 0

    def take(self, data: bytes) -> None:
        """Obey the commands; an unknown one is an error."""
        at = 0
        while at < len(data):
            if data[at : at + 2] == b"\x1b@":
                self._rows, at = [], at + 2
            elif data[at : at + 4] == b"\x1dv0\x00":
                across = int.from_bytes(data[at + 4 : at + 6], "little")
                high = int.from_bytes(data[at + 6 : at + 8], "little")
                body = data[at + 8 : at + 8 + across * high]
                assert len(body) == across * high, "the picture was cut short"
                self._across = across
                self._rows += [body[n : n + across] for n in range(0, len(body), across)]
                at += 8 + across * high
            elif data[at : at + 2] == b"\x1bd":
                at += 3
            elif data[at : at + 3] == b"\x1dV\x42":
                self._finish()
                at += 4
            else:
                raise AssertionError(f"not a command: {data[at : at + 4]!r}")

    def _finish(self) -> None:
        size = (self._across * 8, len(self._rows))
        self.papers.append(Image.frombytes("1", size, b"".join(self._rows)))
        self.cut += 1


def _pdf(lines: int = 0) -> bytes:
    note = "\n".join(f"第{n}行" for n in range(lines))
    return typeset(write(_act(note=note), BRIEF, COURT, OFFICERS, "ab" * 32))[0]


def _code(act: object) -> str:
    with pytest.raises(MzError) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


def test_the_slip_of_remedies_is_a_paper_of_its_own_that_the_record_names() -> None:
    slip = write_slip(_act(form="seize_movables"), BRIEF, COURT)
    said = _said(typeset(slip)[0])
    for words in ("权利和救济告知单", "第236条", "第238条", "第3条", "第19条", "12368"):
        assert words in said
    assert "第19条" not in "".join(write_slip(_act(form="deliver"), BRIEF, COURT).lines())
    assert "第119条" in "".join(write_slip(_act(form="summon"), BRIEF, COURT).lines())
    assert "ab" * 32 in _said(_pdf()).replace(" ", "")


@pytest.mark.parametrize("form", FORMS)
def test_every_act_has_a_slip_that_the_font_prints_whole(form: str) -> None:
    slip = write_slip(_act(form=form), BRIEF, COURT)
    assert missing(slip.lines()) == []


def test_a_character_that_the_font_lacks_is_named() -> None:
    assert missing(["黎喆昇 堃 珺 ①", "A1￥\n"]) == []
    assert missing(["名\U00030000字\U00030000", "\ue000"]) == ["\U00030000", "\ue000"]


def test_a_receipt_printer_gets_every_dot_of_the_pages() -> None:
    printer, pdf = SimulatedReceiptPrinter(), _pdf(80)
    Receipt("x", printer.take).print(pdf, "t")
    [paper] = printer.papers
    drawn = list(pages(pdf, 576))
    assert len(drawn) > 1
    assert (paper.width, paper.height) == (576, sum(one.height for one in drawn))
    top = 0
    for one in drawn:
        band = paper.crop((0, top, 576, top + one.height))
        assert band.tobytes() == one.convert("1").tobytes()
        top += one.height
    dark = sum(bin(byte).count("1") for byte in paper.tobytes())
    assert 0.005 < dark / (paper.width * paper.height) < 0.4, "text, neither blank nor black"


def test_a_receipt_printer_over_a_socket_and_one_that_is_off() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        got = bytearray()

        def listen() -> None:
            peer, _ = door.accept()
            with peer:
                while data := peer.recv(65_536):
                    got.extend(data)

        thread = threading.Thread(target=listen)
        thread.start()
        make_receipt(f"tcp:127.0.0.1:{port}").print(_pdf(), "t")
        thread.join(PATIENCE_S)
    printer = SimulatedReceiptPrinter()
    printer.take(bytes(got))
    assert printer.cut == 1
    assert _code(lambda: make_receipt(f"tcp:127.0.0.1:{port}").print(_pdf(), "t")) == (
        "printer.failed"
    )
    for wrong in ("tcp:host", "usb:1", "bt:", ""):
        assert _code(lambda wrong=wrong: make_receipt(wrong)) == "printer.unknown"


def test_the_hand_over_is_a_whole_file_for_this_user_only(tmp_path: Path) -> None:
    pdf = _pdf()
    where = Path(HandOver(tmp_path / "papers").print(pdf, "笔录/1"))
    assert where.read_bytes() == pdf
    assert stat.S_IMODE(where.stat().st_mode) == 0o600
    assert [one.name for one in where.parent.iterdir()] == [where.name]
    (tmp_path / "file").write_text("x")
    assert _code(lambda: HandOver(tmp_path / "file").print(pdf, "t")) == "printer.failed"


def test_a_queue_of_the_system_takes_the_pages_or_says_that_it_did_not(tmp_path: Path) -> None:
    lp = tmp_path / "lp"
    lp.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\ncat > {tmp_path}/got\n')
    lp.chmod(0o700)
    pdf = _pdf()
    Queue("office", str(lp)).print(pdf, "搜查笔录")
    assert (tmp_path / "got").read_bytes() == pdf
    assert "-d office" in (tmp_path / "said").read_text()
    lp.write_text("#!/bin/sh\nexit 3\n")
    assert _code(lambda: Queue("office", str(lp)).print(pdf, "t")) == "printer.failed"
    assert _code(lambda: Queue("office", str(tmp_path / "none")).print(pdf, "t")) == (
        "printer.failed"
    )


def test_printers_are_found_by_name(tmp_path: Path) -> None:
    printers = Printers(tmp_path, ("tcp:127.0.0.1:9",))
    names = [one.name for one in printers.all()]
    assert names[:2] == [HAND_OVER, "tcp:127.0.0.1:9"]
    assert printers.get(HAND_OVER).name == HAND_OVER
    assert _code(lambda: printers.get("none")) == "printer.unknown"
    assert os.listdir(tmp_path) == []
