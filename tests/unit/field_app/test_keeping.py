"""Outbox, orders, facts, identity: kept whole, safe to repeat, for this device's key only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_app.device.identity import Identity
from field_app.device.place import for_header
from field_app.device.places import make_place
from field_app.local_api.outbox import OutboxState
from field_app.spool.cabinet import Cabinet
from field_app.spool.outbox import ItemKind
from field_app.spool.spool import Spool
from schemas.field_api import OrderOut, OrderState
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.records import FIELD_RECORD, ExhibitRef, FieldRecord, OperationStep, Step
from schemas.sign import Envelope, sha256_hex, sign_envelope
from tests.integration.field.court import Court

PHOTO = b"\xff\xd8 a photo \xff\xd9"


def record(identity: Identity, exhibits: list[bytes]) -> Envelope:
    refs = [ExhibitRef(sha256_hex(data), len(data), "image/jpeg", "photo") for data in exhibits]
    made = FieldRecord(
        new_id(), identity.device, new_id(), new_id(), new_id(), 1, 1, "boot", "test",
        OperationStep(Step.ACTING, 1), exhibits=refs,
    )  # fmt: skip
    return sign_envelope(identity.signer, FIELD_RECORD, made)


def test_a_record_waits_for_its_exhibits(identity: Identity, spool: Spool) -> None:
    box = spool.outbox
    photo = box.put_exhibit(PHOTO, "照片", 1)
    item = box.put_record(record(identity, [PHOTO]), ItemKind.MEASURE, "扣押", 2)
    other = box.put_record(record(identity, []), ItemKind.STEP, "到场", 3)
    assert [waiting.item for waiting in box.next_batch()] == [other.item, photo.item]
    box.mark(photo.item, OutboxState.RECEIVED)
    assert [waiting.item for waiting in box.next_batch()] == [item.item, other.item]


def test_keeping_again_changes_nothing(identity: Identity, spool: Spool) -> None:
    envelope = record(identity, [])
    for _ in range(2):
        spool.outbox.put_exhibit(PHOTO, "照片", 1)
        spool.outbox.put_record(envelope, ItemKind.STEP, "到场", 2)
    assert len(spool.outbox.items()) == 2


def test_a_record_whose_exhibit_is_not_here_is_refused_whole(
    identity: Identity, spool: Spool
) -> None:
    with pytest.raises(MzError) as caught:
        spool.outbox.put_record(record(identity, [PHOTO]), ItemKind.MEASURE, "扣押", 2)
    assert caught.value.code == "exhibit.unknown"
    assert spool.outbox.items() == []


def test_an_item_in_the_middle_of_sending_is_sent_again_after_a_restart(
    identity: Identity, spool: Spool, tmp_path: Path
) -> None:
    item = spool.outbox.put_exhibit(PHOTO, "照片", 1).item
    spool.outbox.mark(item, OutboxState.SENDING)
    spool.close()
    again = Spool(tmp_path / "field", identity.storage_key)
    assert [w.item for w in again.outbox.next_batch()] == [item]
    assert again.outbox.body(item) == PHOTO
    assert again.outbox.item(item).attempts == 1
    again.close()


def test_an_order_never_goes_back_and_is_told_until_it_is_known(spool: Spool) -> None:
    order = OrderOut(new_id(), 4, new_id(), "请撤离", "指挥中心", 1, OrderState.SENT)
    spool.orders.keep([order, order], 10)
    assert spool.orders.last_seq() == 4
    received = spool.orders.untold()
    assert [answer.state for answer in received] == [OrderState.RECEIVED]
    spool.orders.answer(order.order, OrderState.DONE, 20)
    spool.orders.mark_told(received[0])
    assert [answer.state for answer in spool.orders.untold()] == [OrderState.DONE]
    spool.orders.answer(order.order, OrderState.READ, 30)
    assert spool.orders.all()[0].state is OrderState.DONE
    spool.orders.mark_told(spool.orders.untold()[0])
    assert spool.orders.untold() == []


@given(name=st.text(max_size=20), other=st.text(max_size=20), data=st.binary(max_size=99))
def test_what_is_locked_opens_under_its_own_name_only(name: str, other: str, data: bytes) -> None:
    cabinet = Cabinet(bytes(range(32)))
    kept = cabinet.lock(name, data)
    assert cabinet.unlock(name, kept) == data
    if other != name:
        with pytest.raises(MzError):
            cabinet.unlock(other, kept)


def test_the_identity_stays_and_its_files_are_private(identity: Identity) -> None:
    again = Identity(identity.folder)
    assert (again.device, again.signer.key) == (identity.device, identity.signer.key)
    assert again.court()[0].enrolled.court == identity.court()[0].enrolled.court
    for path in identity.folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_an_answer_for_another_device_is_not_believed(tmp_path: Path, court: Court) -> None:
    mine, other = Identity(tmp_path / "mine"), Identity(tmp_path / "other")
    with pytest.raises(MzError) as caught:
        mine.keep("http://x", "x", court.enrol(other.ask("c", "x", "t")))
    assert caught.value.code in ("enrolment.inconsistent", "keys.unknown")
    assert mine.enrolment is None


@pytest.mark.parametrize("text", ["here", "1", "1,2,3", "91,0", "0,181", "nan,1"])
def test_no_such_place_is_refused(text: str) -> None:
    with pytest.raises(MzError) as caught:
        make_place(text)
    assert caught.value.code == "place.malformed"


def test_a_place_is_carried_in_the_header() -> None:
    place = for_header(make_place("23.1291,113.2644").now())
    assert place is not None
    assert (place.lat_e7, place.lon_e7) == (231_291_000, 1_132_644_000)
    assert for_header(make_place("").now()) is None


def test_s04_a_photo_is_kept_with_the_private_interval_in_which_it_was_taken(spool: Spool) -> None:
    interval = new_id()
    private = spool.outbox.put_exhibit(PHOTO, "照片", 1, private=interval).item
    open_ = spool.outbox.put_exhibit(PHOTO + b"2", "照片", 2).item
    assert spool.outbox.exhibit(private).private == interval
    assert spool.outbox.exhibit(open_).private == ""
