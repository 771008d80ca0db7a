"""Shared devices: who took which, who had it then, and what is judged by that."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import text

from command_center.access.permissions import FIELD_STAFF, PERMISSIONS, Role
from command_center.device_api.contact import make_contact
from command_center.devices.contact import device_principal
from command_center.devices.handovers import handovers_of, held_by, issue, take_back
from command_center.devices.register import DeviceQuery, Place, find_devices, read_device
from command_center.devices.service import revoke
from command_center.devices.sources import add_source
from command_center.measures.service import accept_field_record
from command_center.operations.orders import send_order
from command_center.operations.service import read_operation
from command_center.platform.paging import PAGE
from command_center.platform.uow import UnitOfWork
from schemas.field_api import OfficerInfo
from schemas.ids import short_id
from schemas.problems import HTTP_STATUS, Kind, MzError
from schemas.records import FIELD_RECORD, FieldRecord, StoodBeside
from schemas.sign import decode_payload, sign_envelope
from tests.integration.centre.court import Court, TestDevice
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def _other(court: Court) -> str:
    """Another officer of the crew."""
    view = court.database.read(
        read_operation, court.staff(Role.DUTY_OFFICER), court.seeded.operation
    )
    return next(one.staff for one in view.row.crew if one.staff != court.seeded.officer)


def _beside(court: Court, device: TestDevice, officer: str, at_ms: int) -> list[str]:
    """Let an officer confirm on a device; return the codes of what is wrong with it."""
    made = court.database.run(make_contact, device.hello(at_ms=court.clock()))
    who = court.database.read(device_principal, made.session)
    body = StoodBeside(at_ms - 60_000, at_ms)
    signed = device.record(court.seeded, body, at_ms)
    said = decode_payload(signed, FIELD_RECORD, FieldRecord)
    named = msgspec.structs.replace(said, officer=officer)
    receipt = court.database.run(
        accept_field_record, who, sign_envelope(device.signer, FIELD_RECORD, named)
    )
    return [one.code for one in receipt.defects]


def test_a_shared_device_goes_from_hand_to_hand_and_every_line_stays(court: Court) -> None:
    device, _ = court.enrolled()
    duty, first, second = court.staff(Role.DUTY_OFFICER), court.seeded.officer, _other(court)
    with pytest.raises(MzError, match=r"device\.issued"):
        court.database.run(issue, duty, device.id, second, "完好")
    with pytest.raises(MzError, match=r"device\.no_condition"):
        court.database.run(take_back, duty, device.id, " \n ")
    assert court.database.read(held_by, device.id, court.clock()) == first
    court.clock.ahead_ms += 1_000
    court.database.run(take_back, duty, device.id, "屏幕有划痕")
    in_store = court.clock()
    with pytest.raises(MzError, match=r"device\.in_store"):
        court.database.run(take_back, duty, device.id, "完好")
    court.clock.ahead_ms += 60_000
    court.database.run(issue, duty, device.id, second, "电量 80%")
    now = court.clock()
    holders = [
        court.database.read(held_by, device.id, at_ms)
        for at_ms in (in_store - 500, in_store, in_store + 30_000, now)
    ]
    assert holders == [first, None, None, second]
    lines, total = court.database.read(handovers_of, duty, device.id, 0)
    assert total == 2
    assert [(one.issued, one.by, one.condition) for one in lines] == [
        (True, duty.name, "电量 80%"), (False, duty.name, "屏幕有划痕"),
    ]  # fmt: skip
    for change in ("UPDATE device_handover SET condition = 'x'", "DELETE FROM device_handover"):
        with pytest.raises(MzError, match=r"database\.conflict"):
            court.database.run(_sql, change)
    tags = court.database.read(_tags, device.id)
    assert tags[-2:] == ["device:holder:returned", "device:holder:issued"]


def _sql(uow: UnitOfWork, statement: str) -> None:
    uow.session.execute(text(statement))


def _tags(uow: UnitOfWork, device: str) -> list[str]:
    query = text("SELECT tag FROM ledger_entry WHERE subject = :device ORDER BY at_ms, entry")
    return [tag for (tag,) in uow.session.execute(query, {"device": device})]


def test_the_contact_names_the_holder_and_nobodys_device_has_no_work(court: Court) -> None:
    device, _ = court.enrolled()
    duty, second = court.staff(Role.DUTY_OFFICER), _other(court)
    first = court.database.run(make_contact, device.hello())
    assert isinstance(first.holder, OfficerInfo)
    assert first.holder.officer == court.seeded.officer
    assert first.operations
    court.database.run(send_order, duty, court.seeded.operation, "先清点")
    court.database.run(take_back, duty, device.id, "完好")
    with pytest.raises(MzError, match=r"session\.none"):
        court.database.read(device_principal, first.session)
    nobody = court.database.run(make_contact, device.hello())
    assert (nobody.holder, nobody.operations, nobody.orders_seq) == (None, [], 0)
    assert court.database.read(device_principal, nobody.session).officer is None
    court.database.run(issue, duty, device.id, second, "完好")
    other = court.database.run(make_contact, device.hello())
    assert isinstance(other.holder, OfficerInfo)
    assert other.holder.officer == second
    view = court.database.read(read_operation, duty, court.seeded.operation)
    carried = {one.staff: one.device for one in view.row.crew}
    assert (carried[court.seeded.officer], carried[second]) == (None, device.id)


def test_whose_device_signed_is_judged_by_who_held_it_then(court: Court) -> None:
    device, _ = court.enrolled()
    duty, first, second = court.staff(Role.DUTY_OFFICER), court.seeded.officer, _other(court)
    held_first = court.clock()
    assert _beside(court, device, first, held_first) == []
    assert _beside(court, device, second, held_first) == ["beside.not_own_device"]
    court.clock.ahead_ms += 60_000
    court.database.run(take_back, duty, device.id, "完好")
    court.clock.ahead_ms += 60_000
    stored = court.clock()
    assert _beside(court, device, first, stored) == ["beside.not_own_device"]
    court.database.run(issue, duty, device.id, second, "完好")
    court.clock.ahead_ms += 60_000
    assert _beside(court, device, second, court.clock()) == []
    assert _beside(court, device, first, court.clock()) == ["beside.not_own_device"]
    # What waited on the device since the first held it is still his.
    assert _beside(court, device, first, held_first + 1) == []


def test_only_who_keeps_devices_issues_them_and_only_to_the_field(court: Court) -> None:
    device, _ = court.enrolled()
    duty = court.staff(Role.DUTY_OFFICER)
    may = {role for role, granted in PERMISSIONS.items() if "device:issue" in granted}
    assert may.isdisjoint(FIELD_STAFF), "nobody hands a device to himself"
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(take_back, court.staff(Role.ENF_OFFICER), device.id, "完好")
    court.database.run(take_back, duty, device.id, "完好")
    for taker, code in (
        (court.staff(Role.FINANCE).id, "device.no_field_role"),
        ("nobody", "staff.unknown"),
    ):
        with pytest.raises(MzError) as refused:
            court.database.run(issue, duty, device.id, taker, "完好")
        assert refused.value.code == code
    court.database.run(revoke, court.staff(Role.ADMIN), device.id, "遗失")
    with pytest.raises(MzError, match=r"device\.revoked"):
        court.database.run(issue, duty, device.id, court.seeded.officer, "完好")


def test_the_register_of_devices_has_pages_parts_and_a_search(court: Court) -> None:
    duty = court.staff(Role.DUTY_OFFICER)
    made = [court.enrolled()[0].id for _ in range(3)]
    before = court.database.read(find_devices, duty, DeviceQuery()).counts
    court.database.run(take_back, duty, made[0], "完好")
    court.database.run(revoke, court.staff(Role.ADMIN), made[1], "遗失")
    found = court.database.read(find_devices, duty, DeviceQuery())
    assert found.counts[Place.ALL] == before[Place.ALL]
    assert found.counts[Place.HELD] == before[Place.HELD] - 2
    for place, device in ((Place.STORE, made[0]), (Place.REVOKED, made[1])):
        rows = court.database.read(find_devices, duty, DeviceQuery(place=place)).rows
        assert [row.id for row in rows] == [device]
    for asked in (made[2], short_id(made[2])):
        mine = court.database.read(find_devices, duty, DeviceQuery(text=asked))
        assert [row.id for row in mine.rows] == [made[2]]
    holder = court.database.read(read_device, duty, made[2]).officer_name
    assert made[2] in [
        row.id for row in court.database.read(find_devices, duty, DeviceQuery(text=holder)).rows
    ]
    assert court.database.read(find_devices, duty, DeviceQuery(text="没有这个")).rows == []
    far = court.database.read(find_devices, duty, DeviceQuery(page=1))
    assert len(found.rows) <= PAGE
    assert far.rows == []


def test_the_desk_issues_takes_back_and_shows_who_holds_it(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    device, _ = court.enrolled()
    desk, path = Reader(sqlite_centre, Role.DUTY_OFFICER), f"devices/{device.id}"
    refused = desk.post(f"{path}/return", condition=" ")
    assert refused.status_code == HTTP_STATUS[Kind.INVALID]
    assert "请写明设备状况" in refused.text
    desk.post(f"{path}/return", condition="<b>划痕</b>")
    page = desk.page(path)
    assert "在库，无人持有" in page
    assert "&lt;b&gt;划痕&lt;/b&gt;" in page
    desk.post(f"{path}/issue", officer=_other(court), condition="完好")
    assert "在库，无人持有" not in desk.page(path)
    assert "page=" not in desk.page("devices?q=单兵")
    officer = Reader(sqlite_centre, Role.ENF_OFFICER)
    assert "收回设备" not in officer.page(path)
    assert officer.post(f"{path}/return", condition="完好").status_code == 403
    assert desk.http.get(f"{desk.url}/devices/none", timeout=20).status_code == 404


def test_a_long_ledger_and_a_long_register_turn_their_pages(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    device, _ = court.enrolled()
    duty = court.staff(Role.DUTY_OFFICER)
    for number in range(PAGE // 2 + 1):
        court.database.run(take_back, duty, device.id, f"第{number}次")
        court.database.run(issue, duty, device.id, court.seeded.officer, "完好")
    lines, total = court.database.read(handovers_of, duty, device.id, 1)
    assert (len(lines), total) == (total - PAGE, 2 * (PAGE // 2 + 1))
    assert f"/devices/{device.id}?page=1" in Reader(sqlite_centre, Role.DUTY_OFFICER).page(
        f"devices/{device.id}"
    )
    court.database.run(_many, court.seeded.officer, PAGE)
    found = court.database.read(find_devices, duty, DeviceQuery())
    assert len(found.rows) == PAGE
    assert "page=1" in Reader(sqlite_centre, Role.DUTY_OFFICER).page("devices")


def _many(uow: UnitOfWork, officer: str, count: int) -> None:
    for number in range(count):
        add_source(uow, officer, f"记录仪{number}", officer)
