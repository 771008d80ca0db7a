"""Papers at the scene: typeset, signed, printed, and archived as those bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from field_app.local_api.acts import PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.papers import Printed, Signed, Typeset
from field_app.local_api.visit import Ending
from schemas.records import (
    Attendee,
    FieldAct,
    SignedHow,
)
from tests.integration.field.conftest import Device, Relay
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import in_state, items, refusal
from tests.patience import eventually


def test_a_paper_is_typeset_offline_signed_and_archived_as_those_bytes(
    ready: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    call, ask = ready.client.call, ready.client.ask
    body = FieldAct("deliver", 1, 1_000, 2_000, "某处", {"handed_over": "钥匙"}, [])
    made = ask(Typeset, "typeset", operation=court.operation, body=body)
    assert made == ask(Typeset, "typeset", operation=court.operation, body=body), "the same bytes"
    assert any("钥匙" in line for line in made.lines)
    sign = {
        "kind": "见证人",
        "name": "许",
        "width": 300,
        "height": 170,
        "strokes": [[[1, 2], [3, 4]]],
    }
    signed = ask(Signed, "sign", paper=made.sha256, **sign)
    assert refusal(lambda: call("sign", paper="0" * 64, **sign)) == "exhibit.unknown"
    assert refusal(lambda: call("sign", paper=signed.sha256, **sign)) == "exhibit.unknown"
    assert refusal(lambda: call("sign", paper=made.sha256, **{**sign, "strokes": []})) == (
        "message.malformed"
    )
    present = Attendee("见证人", "许", True, SignedHow.SIGNED, signature_sha256=signed.sha256)
    saved = ask(
        OutboxItem, "save_measure", operation=court.operation, papers=[made.sha256],
        body=msgspec.structs.replace(body, attendees=[present]),
    )  # fmt: skip
    eventually(in_state(ready, saved.item, OutboxState.RECEIVED), "record")
    record = centre.record(saved.item)
    assert [(one.sha256, one.media_type, one.kind) for one in record.exhibits] == [
        (made.sha256, "application/pdf", "paper"),
        (signed.sha256, "application/json", "signature"),
    ]
    assert items(ready)[made.sha256].state is OutboxState.RECEIVED, "the relay holds those bytes"


def test_a_paper_is_handed_over_signed_by_hand_and_photographed(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    call, ask = ready.client.call, ready.client.ask
    body = FieldAct("deliver", 1, 1_000, 2_000, "某处", {"handed_over": "钥匙"}, [])
    made = ask(Typeset, "typeset", operation=court.operation, body=body)
    assert made.slip_lines[0] == "权利和救济告知单"
    assert any(made.slip in line for line in made.lines), "the record names the slip"
    assert call("printers")[0] == "pdf"
    where = ask(Printed, "print", paper=made.slip, printer="pdf").where
    assert hashlib.sha256(Path(where).read_bytes()).hexdigest() == made.slip
    assert refusal(lambda: call("print", paper=made.slip, printer="none")) == "printer.unknown"
    assert refusal(lambda: call("print", paper="0" * 64, printer="pdf")) == "exhibit.unknown"
    call("start", operation=court.operation)
    ready.records()
    photo = ask(PhotoTaken, "photo", page=True).sha256
    assert items(ready)[photo].kind == "page", "it is a paper and shows nothing of the scene"
    who = {"paper": made.sha256, "kind": "被执行人", "name": "乙"}
    assert refusal(lambda: call("sign_on_paper", **who, photos=[photo] * 2)) == (
        "paper.pages_missing"
    )
    assert refusal(lambda: call("sign_on_paper", **who, photos=[made.slip])) == "exhibit.unknown"
    signed = ask(Signed, "sign_on_paper", **who, photos=[photo])
    assert items(ready)[signed.sha256].kind == "signature"
    kept = ask(
        OutboxItem, "save_measure", operation=court.operation,
        body=msgspec.structs.replace(body, pages=[photo]),
    )  # fmt: skip
    eventually(in_state(ready, kept.item, OutboxState.RECEIVED), "the act is received")
    assert [one.kind for one in centre.record(kept.item).exhibits] == ["page"]
    assert ask(Ending, "ending", operation=court.operation).photos == 0
    call("stop", reason="结束")
