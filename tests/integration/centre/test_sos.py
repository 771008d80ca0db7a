"""An officer's alarm on the desk: nobody can miss it, and only a call-back ends it."""

from __future__ import annotations

import msgspec
import pytest

from command_center.access.permissions import Role
from command_center.devices.contact import device_principal
from command_center.devices.sos import acknowledge, confirm_call_back, open_alarms
from command_center.measures.service import accept_field_record
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.records import Sos, SosCause, Where
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


class Scene:
    """A device that raises alarms, and the desk."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.device, made = court.contacted()
        self.principal = court.database.read(device_principal, made.session)
        self.desk = court.staff(Role.COMMANDER)

    def tell(self, **change: object) -> RecordReceipt:
        at_ms = self.court.clock()
        body = Sos(new_id(), at_ms, SosCause.BUTTON, True, Where(31.2, 121.4, 9.0), at_ms - 90_000)
        body = msgspec.structs.replace(body, **change)
        envelope = self.device.record(self.court.seeded, body, at_ms)
        receipt: RecordReceipt = self.court.database.run(
            accept_field_record, self.principal, envelope
        )
        return receipt

    def ends(self, sos: str, outcome: str = "已通话，本人平安") -> str:
        try:
            self.court.database.run(confirm_call_back, self.desk, sos, outcome)
        except MzError as error:
            return error.code
        return ""


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def test_u17_only_pin_and_call_back_end_an_alarm(scene: Scene) -> None:
    sos, read = new_id(), scene.court.database.read
    assert scene.tell(sos=sos).defects == []
    (alarm,) = read(open_alarms)
    assert (alarm.lat, alarm.taken_by, alarm.may_end) == (31.2, None, False)
    scene.court.database.run(acknowledge, scene.desk, sos)
    assert read(open_alarms)[0].taken_by == scene.desk.name
    assert scene.ends(sos) == "sos.not_closed_by_pin"
    scene.tell(sos=sos, closed_ms=scene.court.clock())
    assert read(open_alarms)[0].by_pin
    assert scene.ends(sos, "好") == "sos.no_outcome"
    assert scene.ends(sos) == ""
    assert read(open_alarms) == []
    assert scene.ends(sos) == "sos.ended"
    assert scene.ends(new_id()) == "sos.unknown"
    scene.tell(sos=sos, closed_ms=scene.court.clock(), cause=SosCause.DURESS)
    assert read(open_alarms) == [], "what comes late opens nothing again"


def test_u17_duress_keeps_the_alarm(scene: Scene) -> None:
    sos = new_id()
    scene.tell(sos=sos)
    scene.tell(sos=sos, closed_ms=scene.court.clock(), cause=SosCause.DURESS)
    (alarm,) = scene.court.database.read(open_alarms)
    assert alarm.duress
    assert not alarm.by_pin
    assert scene.ends(sos, "法警到场，人员平安") == ""


def test_u17_an_alarm_waits_for_nothing_that_may_be_wrong_about_it(scene: Scene) -> None:
    receipt = scene.tell(raised_ms=-5, seen=Where(400.0, 0.0, 1.0), pin_set=False)
    assert receipt.defects == []
    (alarm,) = scene.court.database.read(open_alarms)
    assert alarm.lat is None
    assert alarm.may_end
    assert alarm.raised_ms == alarm.received_ms
    assert [one.code for one in scene.tell(sos="x").defects] == ["sos.no_id"]


def test_u17_every_page_shows_the_alarm_and_who_took_it(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    sos = new_id()
    scene.tell(sos=sos)
    commander, judge = (Reader(sqlite_centre, role) for role in (Role.COMMANDER, Role.JUDGE))
    assert "/desk/sos/bar" in judge.page("cases")
    assert "data-untaken" in judge.page("sos/bar")
    refused = commander.post(f"sos/{sos}/ended", outcome="已通话，本人平安")
    assert (refused.status_code, "sos.not_closed_by_pin" in refused.text) == (409, True)
    assert "接警" in commander.post(f"sos/{sos}/taken").text
    assert "data-untaken" not in judge.page("sos/bar")
    scene.tell(sos=sos, closed_ms=scene.court.clock())
    commander.post(f"sos/{sos}/ended", outcome="已通话，本人平安")
    assert f'data-sos="{sos}"' not in judge.page("sos/bar")


def test_u17_a_window_that_was_unlocked_under_duress_alarms_by_itself(scene: Scene) -> None:
    sos = new_id()
    scene.tell(sos=sos, cause=SosCause.DURESS)
    (alarm,) = scene.court.database.read(open_alarms)
    assert alarm.duress
    assert scene.ends(sos, "法警到场，人员平安") == ""
