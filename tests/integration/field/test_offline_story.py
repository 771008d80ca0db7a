"""A day without any network, then the link: everything arrives once, the pressing things first."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from field_app.local_api.acts import PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.papers import Printed, Typeset
from field_app.local_api.recording import FootageBy
from field_app.local_api.status import Status
from field_app.local_api.visit import Ending
from schemas.measures.tags import new_tag
from schemas.problems import Kind, MzError, Problem
from schemas.records import FieldAct, Marker, OperationStep, Sos
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import seizure
from tests.integration.field.wire import Wire
from tests.patience import eventually


def goes_online(centre: SimulatedCentre, roads: list[Wire]) -> None:
    """Find the network again."""
    centre.refuse_with = None
    for road in roads:
        road.mend()


def goes_offline(
    device: Device, centre: SimulatedCentre, roads: list[Wire], network: str = ""
) -> None:
    """Enrol and read the day's work, then lose every link."""
    device.start(network=network)
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    centre.refuse_with = Problem("centre.unavailable", Kind.UNAVAILABLE)
    for road in roads:
        road.cut()
    eventually(lambda: device.client.status().link == "lost", "the link is lost")


def records(device: Device, court: Court, fragments: int) -> Status:
    """Record so many fragments and stop."""
    device.client.call("start", operation=court.operation)
    device.records(fragments)
    device.client.call("stop", reason="结束")
    return device.client.status()


def test_s05_a_day_offline_arrives_once_and_in_order(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire]
) -> None:
    goes_offline(device, centre, roads)
    call = device.client.call
    for step in ("departed", "on_scene", "acting"):
        call("step", operation=court.operation, step=step)
    call("start", operation=court.operation)
    device.records(6)
    photo = device.client.ask(PhotoTaken, "photo")
    call("save_measure", operation=court.operation, body=seizure([photo.sha256]))
    call("stop", reason="用餐")
    device.kill()  # the phone is switched off at noon
    device.start()
    call = device.client.call
    call("marker", operation=court.operation)
    call("raise_sos")
    eventually(lambda: device.client.status().sos_told, "the alarm is kept")
    kept = records(device, court, 6)
    call("step", operation=court.operation, step="withdrawn")
    assert device.client.status().outbox_waiting == 8
    assert (kept.backlog_fragments > 10, kept.link) == (True, "lost")

    goes_online(centre, roads)
    eventually(lambda: len(centre.records) == 7, "every record arrives")
    eventually(lambda: device.client.status().backlog_fragments == 0, "the footage arrives")
    found = centre.came()
    assert [type(one.body) for one in found] == [
        Sos, OperationStep, OperationStep, OperationStep, Marker, OperationStep, FieldAct,
    ]  # fmt: skip
    assert [one.body.step for one in found if isinstance(one.body, OperationStep)] == [
        "departed", "on_scene", "acting", "withdrawn",
    ]  # fmt: skip
    eventually(lambda: device.client.status().outbox_waiting == 0, "so does the photo")
    assert centre.posts == 7, "each once"
    assert device.audit()["findings"] == []


def test_u5_a_seal_tag_is_made_and_printed_offline_and_arrives_with_its_act(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire]
) -> None:
    goes_offline(device, centre, roads)
    ask = device.client.ask
    brief = next(
        one for one in device.client.status().operations if one.operation == court.operation
    )
    tag = new_tag(brief.case_number)
    body = FieldAct("seal_movables", 1, 1_000, 2_000, "某处", {"seal_tags": tag.text}, [])
    made = ask(Typeset, "typeset", operation=court.operation, body=body)
    assert f"编号：{tag.printed}" in made.tag_lines
    printed = ask(Printed, "print", paper=made.tags, printer="pdf")
    assert hashlib.sha256(Path(printed.where).read_bytes()).hexdigest() == made.tags
    papers = [made.sha256, made.tags]
    item = ask(OutboxItem, "save_measure", operation=court.operation, body=body, papers=papers)
    assert device.client.status().link == "lost"
    goes_online(centre, roads)
    record = centre.record(item.item)
    assert isinstance(record.body, FieldAct)
    assert record.body.facts["seal_tags"] == tag.text
    assert [one.sha256 for one in record.exhibits] == papers


def test_footage_awaits_a_link_that_costs_nothing_and_records_do_not(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire]
) -> None:
    goes_offline(device, centre, roads, "simulated:mobile")
    held = device.client.ask(Status, "footage_by", by=FootageBy.UNMETERED)
    assert (held.footage_by, held.footage_held) == (FootageBy.UNMETERED, True)
    assert records(device, court, 50).backlog_fragments > 10
    device.client.call("marker", operation=court.operation)
    goes_online(centre, roads)
    eventually(lambda: len(centre.records) == 1, "the record arrives")
    eventually(lambda: device.client.status().link == "good", "the link is back")
    time.sleep(2)
    assert device.client.status().backlog_fragments >= 5, "all but the last second, which was live"
    device.client.call("footage_by", by=FootageBy.ANY)
    eventually(lambda: device.client.status().backlog_fragments == 0, "the footage arrives")


def test_a_record_whose_number_is_taken_at_the_centre_goes_as_another_one(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire]
) -> None:
    goes_offline(device, centre, roads)
    taken = device.client.ask(OutboxItem, "marker", operation=court.operation, text="门牌")
    centre.records[taken.item] = b"what a restored copy of this phone sent before"
    goes_online(centre, roads)

    def state() -> OutboxState:
        return device.client.ask(list[OutboxItem], "outbox")[-1].state

    eventually(lambda: state() is OutboxState.FAILED, "it is refused, and shown so")
    held = device.client.ask(Ending, "ending", operation=court.operation)
    assert (held.unsent, held.refused, held.set_aside) == (0, [taken.item], 0)
    again = device.client.ask(OutboxItem, "send_as_new", item=taken.item)
    assert again.item != taken.item
    body = centre.record(again.item).body
    assert state() is OutboxState.SET_ASIDE
    eventually(
        lambda: device.client.ask(Ending, "ending", operation=court.operation).unsent == 0, "sent"
    )
    after = device.client.ask(Ending, "ending", operation=court.operation)
    assert (after.refused, after.set_aside) == ([], 1)
    assert isinstance(body, Marker)
    assert body.text == "门牌"
    assert device.audit()["findings"] == []
    with pytest.raises(MzError, match=r"outbox\.no_conflict"):
        device.client.call("send_as_new", item=again.item)
