"""The desk's pages of the proof, as the running web process renders them."""

from __future__ import annotations

import re

import pytest
import requests
from sqlalchemy import func, select

from command_center.access.models import AccessView
from command_center.access.permissions import Role
from command_center.access.sign_in import sign_in
from command_center.access.staff import get_staff
from command_center.devices.contact import device_principal
from command_center.footage.service import watch_ticket
from command_center.measures.service import accept_field_record
from schemas.ids import new_id
from schemas.recording_notes import Checked, CheckState, DepartureCheck
from schemas.records import Marker, MarkerKind
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import T0
from tests.integration.centre.test_proof import Scene
from tests.integration.centre.test_talk import burst_of, kept_of, told


class Reader:
    """A signed-in member of staff with a plain HTTP client."""

    def __init__(self, centre: Centre, role: Role) -> None:
        number, password = centre.court.password(role)
        made = sign_in(centre.court.database, number, password, "127.0.0.1")
        self.url = f"{centre.url}/desk"
        self.http = requests.Session()
        self.http.cookies.set("mz_desk", made.token)
        self.came = ""

    def page(self, path: str) -> str:
        answer = self.http.get(f"{self.url}/{path}", timeout=20)
        assert answer.status_code == 200, answer.text
        self.came = answer.url
        return answer.text

    def post(
        self, path: str, files: dict[str, tuple[str, bytes]] | None = None, **form: str | list[str]
    ) -> requests.Response:
        """Send a form, as a browser does: with the page that was looked at last."""
        headers = self._headers() | ({"Referer": self.came} if self.came else {})
        return self.http.post(
            f"{self.url}/{path}", data=form, files=files, headers=headers, timeout=20
        )

    def ask(self, path: str, **message: object) -> requests.Response:
        """Send a message, as a page's script does."""
        url = f"{self.url}/{path}"
        return self.http.post(url, json=message, headers=self._headers(), timeout=20)

    def _headers(self) -> dict[str, str]:
        came = self.came
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.page("self"))
        assert token is not None
        self.came = came
        return {"X-CSRF-Token": token[1]}


@pytest.fixture
def scene(sqlite_centre: Centre) -> Scene:
    found = Scene(sqlite_centre.court)
    found.note(4_000, 6_000)
    return found


def test_u1_the_room_names_what_is_explained_and_by_whom(
    sqlite_centre: Centre, scene: Scene
) -> None:
    page = Reader(sqlite_centre, Role.DUTY_OFFICER).page(
        f"operations/{sqlite_centre.court.seeded.operation}"
    )
    assert "连续性证明" in page
    assert "更换电池" in page
    assert "电量 4%" in page
    assert 'class="f-hx"' in page
    assert "录像序号 1–2 从未收到" in page
    part = Reader(sqlite_centre, Role.DUTY_OFFICER).page(
        f"operations/{sqlite_centre.court.seeded.operation}/proof"
    )
    cells = re.findall(r'<td class="mono[^"]*">([^<]+)</td>', part)
    assert cells[:5] == ["00:00:05", "—", "—", "00:00:02", "00:00:13"]


def test_the_room_lists_who_watched_which_device_when_for_those_who_may_know(
    sqlite_centre: Centre, scene: Scene
) -> None:
    court = sqlite_centre.court
    duty = court.staff(Role.DUTY_OFFICER)
    before = court.clock.ahead_ms
    court.clock.ahead_ms += T0 + 5_000 - court.clock()
    court.database.run(watch_ticket, duty, scene.device.id)
    court.clock.ahead_ms = before
    path = f"operations/{court.seeded.operation}/proof"
    shown = Reader(sqlite_centre, Role.DUTY_OFFICER).page(path)
    assert 'data-look="live"' in shown
    assert f"实时查看 {'单兵 01'}" in shown
    assert duty.name in shown
    assert "data-look" not in Reader(sqlite_centre, Role.BAILIFF).page(path)


def test_markers_of_the_desk_and_of_officers_stand_on_room_and_archive(
    sqlite_centre: Centre, scene: Scene
) -> None:
    scene.say(Marker(T0 + 2_000, MarkerKind.OBSTRUCTION, "堵门"), T0 + 2_000)
    operation, recording = sqlite_centre.court.seeded.operation, scene.relay.recording
    duty = Reader(sqlite_centre, Role.DUTY_OFFICER)
    made = duty.post(
        f"operations/{operation}/markers",
        kind="property", text="账册", at_ms=str(T0 + 3_000), recording=recording,
    )  # fmt: skip
    assert made.url.endswith(f"/recordings/{recording}")
    for page in (made.text, duty.page(f"operations/{operation}")):
        assert f'data-at-ms="{T0 + 2_000}"' in page
        assert f'data-at-ms="{T0 + 3_000}"' in page
        assert "<title>堵门</title>" in page
    assert "1 处中断已说明" in made.text


def test_s03_what_grows_on_an_open_page_is_told_until_it_ends_and_is_no_look(
    sqlite_centre: Centre, scene: Scene
) -> None:
    recording, duty = scene.relay.recording, Reader(sqlite_centre, Role.DUTY_OFFICER)
    path = f"{duty.url}/recordings/{recording}/growth"

    def looks() -> int:
        count = select(func.count()).where(AccessView.subject == recording)
        return sqlite_centre.court.database.read(lambda uow: uow.session.scalar(count)) or 0

    def end_of(text: str) -> int:
        return int(re.findall(r'<time-line data-from-ms="\d+" data-to-ms="(\d+)"', text)[0])

    opened = duty.page(f"recordings/{recording}")
    before = looks()
    scene.apply(scene.relay.received(40, 149))
    grown = duty.page(f"recordings/{recording}/growth")
    assert end_of(grown) > end_of(opened)
    assert "仍在录制" in opened
    assert "仍在录制" in grown
    assert re.search(r'id="rec-state" hx-swap-oob="true"><span class="chip brand">', grown)
    assert looks() == before
    scene.apply(scene.relay.ended(149))
    assert duty.http.get(path, timeout=20).status_code == 200, "some of it is still coming"
    scene.apply(scene.relay.archived(20, 29), scene.relay.archived(40, 149))
    last = duty.http.get(path, timeout=20)
    assert (last.status_code, "仍在录制" in last.text) == (286, False)
    assert duty.http.get(path.replace(recording, new_id()), timeout=20).status_code == 404


def test_s03_what_was_said_comes_into_the_list_of_an_open_page(
    sqlite_centre: Centre, scene: Scene
) -> None:
    court, duty = sqlite_centre.court, Reader(sqlite_centre, Role.DUTY_OFFICER)
    recording = scene.relay.recording
    assert "3.2 秒" not in duty.page(f"recordings/{recording}")
    told(court, kept_of(court, burst_of(court, scene.device.id)))
    grown = duty.page(f"recordings/{recording}/growth")
    officer = court.database.read(get_staff, court.seeded.officer).name
    line = re.search(
        r'<marker-list[^>]*id="rec-deeds" hx-swap-oob="innerHTML">(.*?)</marker-', grown
    )
    assert line is not None
    assert f"→ {officer} · 3.2 秒" in line[1]
    count = re.search(r'id="rec-count" hx-swap-oob="true">(\d+)<', grown)
    assert count is not None
    assert int(count[1]) == line[1].count("data-cue")


@pytest.mark.parametrize(
    ("form", "status"),
    [({"kind": "wonder"}, 400), ({"at_ms": "soon"}, 400), ({"recording": "0"}, 404)],
)
def test_a_malformed_marker_is_refused_with_its_code(
    sqlite_centre: Centre, form: dict[str, str], status: int
) -> None:
    path = f"operations/{sqlite_centre.court.seeded.operation}/markers"
    answer = Reader(sqlite_centre, Role.DUTY_OFFICER).post(path, **form)
    assert answer.status_code == status
    assert "marker.malformed" in answer.text or "recording.unknown" in answer.text
    assert Reader(sqlite_centre, Role.BAILIFF).post(path, kind="other").status_code == 403


def test_u9_the_room_says_who_checked_the_device_and_what_failed(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    room, reader = f"operations/{court.seeded.operation}", Reader(sqlite_centre, Role.DUTY_OFFICER)
    assert "未做出发前自检" in reader.page(room)
    device, made = court.contacted()
    who = court.database.read(device_principal, made.session)
    good = Checked("camera", CheckState.GOOD, 400, "ms")
    dark = Checked("place", CheckState.WARN, code="check.no_place")
    empty = Checked("battery", CheckState.BAD, 12, "%", "check.low_battery")
    odd = Checked("<b>", CheckState.BAD)
    for at, (checked, said) in enumerate(
        [
            ([good], "自检通过"),
            ([good, dark], "自检，须留意：定位"),
            ([good, dark, empty], "自检不通过：电量、定位"),
            ([odd], "自检不通过：&lt;b&gt;"),
        ]
    ):
        at_ms = court.clock() + at
        body = DepartureCheck(at_ms, 5_000, checked)
        envelope = device.record(court.seeded, body, at_ms)
        assert court.database.run(accept_field_record, who, envelope).defects == []
        assert said in reader.page(room)
