"""The end of an operation on a real device: what it holds, and the value that people sign."""

from __future__ import annotations

import pytest

from field_app.device.identity import Identity
from field_app.local_api.visit import Ending, Stated
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from schemas.field_api import CrewMember
from schemas.ids import new_id
from schemas.integrity import read_statement, short_code, value_of
from schemas.media.fragment import Rendition, link
from schemas.problems import MzError
from schemas.records import (
    Attendee,
    FieldRecord,
    IntegrityValue,
    SignedHow,
)
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import seizure
from tests.patience import eventually


def _values(centre: SimulatedCentre) -> list[FieldRecord]:
    return [one for one in centre.came() if isinstance(one.body, IntegrityValue)]


def test_u3_the_value_is_stated_offline_survives_a_kill_and_is_signed(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    operation = court.operation
    with pytest.raises(MzError, match=r"integrity\.not_stated"):
        device.client.call("confirm_value", operation=operation, attendees=[])
    for step in ("on_scene", "acting"):
        device.client.call("step", operation=operation, step=step)
    device.client.call("start", operation=operation)
    device.records(12)
    act = seizure([])
    device.client.call("save_measure", operation=operation, body=act)

    ending = device.client.ask(Ending, "ending", operation=operation)
    assert (ending.acts, ending.unsigned, ending.people) == (1, ["乙"], [("debtor", "乙")])
    assert ending.arrived_ms is not None
    assert ending.fragments >= 12

    stated = device.client.ask(Stated, "state_value", operation=operation, others=[])
    assert stated.lines[0] == "录音录像完整性校验值确认书"
    assert any(stated.code in line for line in stated.lines)
    device.kill()
    device.start()
    assert device.client.ask(Ending, "ending", operation=operation).stated == stated
    signed = device.client.call(
        "sign", paper=stated.paper, kind="见证人", name="温和平", width=400, height=160,
        strokes=[[(10, 10), (80, 60)]],
    )  # fmt: skip
    people = [
        Attendee("见证人", "温和平", True, SignedHow.SIGNED, signature_sha256=signed["sha256"]),
        Attendee("被执行人", "乙", True, SignedHow.REFUSED, "", "未说明理由"),
    ]
    item = device.client.call("confirm_value", operation=operation, attendees=people)
    assert item["title"] == f"完整性校验值 {stated.code}"
    after = device.client.ask(Ending, "ending", operation=operation)
    assert (after.stated, after.confirmed) == (None, [stated.code])

    eventually(lambda: bool(_values(centre)), "the value arrives")
    (record,) = _values(centre)
    body = record.body
    assert isinstance(body, IntegrityValue)
    assert {ref.kind for ref in record.exhibits} == {"paper", "signature"}
    statement = read_statement(body.statement)
    assert short_code(value_of(body.statement)) == stated.code
    assert [one.kind for one in statement.records] == [
        "operation_step", "operation_step", "field_act",
    ]  # fmt: skip
    (chain,) = statement.chains
    device.stop()
    identity = Identity(device.data / "device")
    head = chain.check(identity.signer.public)
    spool = Spool(device.data, identity.storage_key)
    kept = spool.footage.frame(Key(chain.recording, Rendition.FULL, head.number))
    spool.close()
    assert kept is not None
    assert head.link == link(kept)
    assert 0 <= chain.last - head.number == stated.unsigned_tail


def test_u3_a_code_that_another_device_showed_is_bound_and_a_wrong_one_is_refused(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    court.beside = [CrewMember(new_id(), "沈知夏", "ENF_OFFICER")]
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    other = {"officer": court.beside[0].officer, "name": "", "code": "9f3a 7c21 e04b d518"}
    told = device.client.ask(Stated, "state_value", operation=court.operation, others=[other])
    assert any("9F3A 7C21 E04B D518" in line for line in told.lines)
    absent = device.client.ask(Stated, "state_value", operation=court.operation, others=[])
    assert any("未列入：现场没有出示" in line for line in absent.lines)
    assert absent.code != told.code
    with pytest.raises(MzError, match=r"integrity\.no_code"):
        device.client.call(
            "state_value", operation=court.operation, others=[other | {"code": "12"}]
        )
