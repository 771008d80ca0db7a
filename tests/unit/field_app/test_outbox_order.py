"""The outbox's order, and what an officer may do about a refusal."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from field_app.device.identity import Identity
from field_app.device.network import is_metered, make_network
from field_app.local_api.outbox import OutboxState
from field_app.local_api.recording import FootageBy
from field_app.spool.database import FILE_NAME
from field_app.spool.outbox import EXHIBITS, ItemKind, NewRecord
from field_app.spool.spool import Spool
from field_app.sync.policy import Policy
from schemas.problems import MzError
from schemas.sign import sha256_hex
from tests.unit.field_app.test_keeping import record


def _nothing(_db: Connection) -> None:
    """Nothing is written beside."""


_KINDS = st.sampled_from([ItemKind.SOS, ItemKind.MARKER, ItemKind.MEASURE, ItemKind.PHOTO])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kinds=st.lists(_KINDS, min_size=1, max_size=25), limit=st.integers(1, 9))
def test_alarms_then_records_then_exhibits_each_as_kept_and_no_record_before_its_photo(
    tmp_path: Path, identity: Identity, kinds: list[ItemKind], limit: int
) -> None:
    (tmp_path / FILE_NAME).unlink(missing_ok=True)
    spool = Spool(tmp_path, identity.storage_key, min_free_bytes=1)
    needs: dict[str, str] = {}
    put: list[tuple[str, ItemKind]] = []
    photo = b""
    for number, kind in enumerate(kinds):
        if kind is ItemKind.PHOTO:
            photo = b"photo %d" % number
            item = spool.outbox.put_exhibit(photo, "照片", number).item
        else:
            named = [photo] if photo and kind is ItemKind.MEASURE else []
            item = spool.outbox.put_record(record(identity, named), kind, "记录", number).item
            needs |= {item: sha256_hex(photo)} if named else {}
        put.append((item, kind))
    sent: list[tuple[str, ItemKind]] = []
    while batch := spool.outbox.next_batch(limit):
        for item, kind in batch:
            assert needs.get(item) in (None, *(name for name, _ in sent))
            spool.outbox.mark(item, OutboxState.RECEIVED)
            sent.append((item, kind))
    spool.close()
    assert sorted(sent) == sorted(put), "everything once"
    free = [(item, kind) for item, kind in put if item not in needs]
    assert [one for one in sent if one in free] == [
        *(one for one in free if one[1] is ItemKind.SOS),
        *(one for one in free if one[1] not in (ItemKind.SOS, *EXHIBITS)),
        *(one for one in free if one[1] in EXHIBITS),
    ]
    assert [one for one in sent if one[0] in needs] == [one for one in put if one[0] in needs]


def test_a_refused_exhibit_holds_no_record_up(identity: Identity, spool: Spool) -> None:
    photo = spool.outbox.put_exhibit(b"photo", "照片", 1).item
    item = spool.outbox.put_record(record(identity, [b"photo"]), ItemKind.MEASURE, "扣押", 2).item
    spool.outbox.mark(photo, OutboxState.FAILED, "exhibit.too_large")
    assert [one.item for one in spool.outbox.next_batch()] == [item]


def test_what_was_refused_goes_again_and_stands_first_in_the_list(
    identity: Identity, spool: Spool
) -> None:
    box = spool.outbox
    refused = box.put_record(record(identity, []), ItemKind.STEP, "到场", 1).item
    newest = [box.put_record(record(identity, []), ItemKind.MARKER, "标记", 2).item for _ in "12"]
    box.mark(refused, OutboxState.FAILED, "record.malformed")
    assert [one.item for one in box.items(limit=2)] == [refused, newest[1]]
    assert [one.item for one in box.items("step")] == [refused]
    counts = {(one.kind, one.state): one.count for one in box.groups()}
    assert counts == {("marker", OutboxState.KEPT): 2, ("step", OutboxState.FAILED): 1}
    assert box.send_again(refused).state is OutboxState.KEPT
    assert [one.item for one in box.next_batch()] == [refused, *newest]
    with pytest.raises(MzError, match=r"outbox\.not_refused"):
        box.send_again(refused)


def test_another_record_goes_in_the_place_of_a_refused_one(
    identity: Identity, spool: Spool
) -> None:
    box = spool.outbox
    refused = box.put_record(record(identity, []), ItemKind.STEP, "到场", 1).item
    again = record(identity, [])
    new = NewRecord(again, ItemKind.STEP, "到场", 1)
    with pytest.raises(MzError, match=r"outbox\.not_refused"):
        box.put_instead(refused, new, _nothing)
    assert len(box.items()) == 1
    box.mark(refused, OutboxState.FAILED, "record.conflict")
    put = box.put_instead(refused, new, _nothing)
    assert box.item(refused).state is OutboxState.SET_ASIDE
    assert [one.item for one in box.next_batch()] == [put.item]


def test_kept_footage_waits_for_records_and_for_a_link_that_costs_nothing(spool: Spool) -> None:
    mobile, sending = [True], [False]
    policy = Policy(spool.facts, lambda: mobile[0])
    policy.records_go_first = lambda: sending[0]
    assert policy.footage_may_go()
    sending[0] = True
    assert not policy.footage_may_go()
    sending[0] = False
    policy.choose(FootageBy.UNMETERED)
    assert policy.is_held()
    assert not policy.footage_may_go()
    mobile[0] = False
    assert policy.footage_may_go()
    assert Policy(spool.facts, lambda: True).is_held(), "a restart remembers"


def test_the_default_route_tells_whether_the_link_costs(tmp_path: Path) -> None:
    routes, devices = tmp_path / "route", tmp_path / "net"
    head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
    for name, kind in (("wwan0", "DEVTYPE=wwan\n"), ("wlan0", "DEVTYPE=wlan\n")):
        (devices / name).mkdir(parents=True)
        (devices / name / "uevent").write_text(kind)
    mobile = "wwan0 00000000 0101A8C0 0003 0 0 700 00000000 0 0 0\n"
    routes.write_text(head + mobile)
    assert is_metered(routes, devices)
    routes.write_text(head + mobile + "wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0\n")
    assert not is_metered(routes, devices)
    routes.write_text(head)
    assert not is_metered(routes, devices)
    assert not is_metered(tmp_path / "none", devices)
    with pytest.raises(MzError, match=r"network\.unknown"):
        make_network("5g")
