"""Exports as jobs of a real relay: films and packages with progress, for whoever ordered them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import msgspec
import pytest
import requests

from schemas.bundle import BundleRequest
from schemas.exports import ExportOrder, ExportState, Film, Stage
from schemas.feed import OrderKind
from schemas.ids import new_id
from schemas.media.fragment import HEADER_BYTES, link
from schemas.ticket import Act, Opened
from tests.integration.relay.footage import FRAGMENT_MS, Recorder
from tests.integration.relay.running import RunningRelay
from tests.integration.relay.test_clips import code_of, held, packets, source_packets
from tests.patience import eventually


class Clerk:
    """Whoever has an export ticket for some recordings."""

    def __init__(self, relay: RunningRelay, *recordings: str, **more: Any) -> None:
        self.relay = relay
        self.token = relay.court.ticket(Act.EXPORT, recordings=list(recordings), **more)

    def ask(self, method: str, path: str = "", **more: object) -> requests.Response:
        return self.relay.request(method, f"/v1/exports{path}", self.token, **more)

    def order(self, *films: Film, export: str = "") -> requests.Response:
        order = ExportOrder(export or new_id(), list(films))
        return self.ask("POST", data=msgspec.json.encode(order))

    def made(self, answer: requests.Response) -> ExportState:
        """Wait until a job is settled."""
        assert answer.status_code == 202, answer.text
        state = msgspec.json.decode(answer.content, type=ExportState)
        return eventually(lambda: self._settled(state.export), state.export)

    def _settled(self, export: str) -> ExportState | None:
        found = self.ask("GET", f"/{export}")
        state = msgspec.json.decode(found.content, type=ExportState)
        assert state.done <= state.total
        return state if state.stage in (Stage.MADE, Stage.FAILED) else None

    def file(self, state: ExportState, **more: object) -> requests.Response:
        return self.ask("GET", f"/{state.export}/file", **more)


def test_s07_a_film_is_made_as_a_job_and_names_its_footage(standing: RunningRelay) -> None:
    recorder = held(standing)
    clerk = Clerk(standing, recorder.id)
    state = clerk.made(clerk.order(Film("车间.mp4", recorder.id)))
    assert (state.stage, state.done) == (Stage.MADE, state.total)
    answer = clerk.file(state)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert len(answer.content) == state.size
    assert [data for _, data in packets(answer.content)] == source_packets()
    facts = state.films[0].facts
    assert facts is not None
    assert (facts.first, facts.last, facts.missing) == (0, 19, 0)
    assert facts.link == link(recorder.frames[19][:HEADER_BYTES]).hex()
    # a broken download goes on where it broke
    rest = clerk.file(state, headers={"Range": f"bytes={state.size - 100}-"})
    assert (rest.status_code, rest.content) == (206, answer.content[-100:])
    assert clerk.ask("DELETE", f"/{state.export}").ok
    assert code_of(clerk.ask("GET", f"/{state.export}")) == "export.unknown"


def test_s07_an_operation_is_a_zip_that_says_what_it_holds_and_lacks(
    standing: RunningRelay,
) -> None:
    whole, holed, private = held(standing), held(standing, frozenset({7, 8})), _private(standing)
    clerk = Clerk(standing, whole.id, holed.id, private.id)
    films = [Film(f"{n}.mp4", one.id) for n, one in enumerate((whole, holed, private))]
    beyond = Film("4.mp4", whole.id, from_wall_ms=private.started_ms + 3_600_000)
    state = clerk.made(clerk.order(*films, beyond))
    with zipfile.ZipFile(io.BytesIO(clerk.file(state).content)) as packed:
        assert packed.namelist() == ["0.mp4", "1.mp4", "2.mp4", "contents.json"]
        assert [data for _, data in packets(packed.read("0.mp4"))] == source_packets()
        contents = json.loads(packed.read("contents.json"))
    assert [one["name"] for one in contents] == ["0.mp4", "1.mp4", "2.mp4", "4.mp4"]
    assert contents[1]["facts"]["missing"] == 3
    assert contents[2]["facts"]["closed"] == 5  # and nothing of them is in the film
    assert contents[3]["problem"]["code"] == "playback.gap"


def _private(relay: RunningRelay) -> Recorder:
    device = relay.device()
    recorder = device.recorder(private=range(5, 10))
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_received(recorder, set(range(20)))
    return recorder


def test_u01_a_job_shows_nothing_of_a_private_interval(standing: RunningRelay) -> None:
    recorder = _private(standing)
    clerk = Clerk(standing, recorder.id)
    inside = Film(
        "a.mp4", recorder.id, from_wall_ms=recorder.started_ms + 5 * FRAGMENT_MS,
        to_wall_ms=recorder.started_ms + 10 * FRAGMENT_MS,
    )  # fmt: skip
    state = clerk.made(clerk.order(inside))
    assert state.stage is Stage.FAILED
    assert state.problem is not None
    assert state.problem.code == "playback.private"
    assert code_of(clerk.file(state)) == "export.not_made"
    whole = clerk.made(clerk.order(Film("b.mp4", recorder.id)))
    shown = [data for _, data in packets(clerk.file(whole).content)]
    assert shown == source_packets()[:25] + source_packets()[50:]


@pytest.mark.parametrize("kind", ["film", "package"])
def test_u01_what_is_made_of_opened_footage_is_handed_out_while_it_is_open(
    standing: RunningRelay, kind: str
) -> None:
    recorder, holder = _private(standing), new_id()
    opened = [Opened(recorder.id, recorder.started_ms, recorder.started_ms + 60_000)]
    seer = Clerk(standing, recorder.id, holder=holder, opened=opened)
    if kind == "film":
        answer = seer.order(Film("a.mp4", recorder.id))
    else:
        request = BundleRequest(new_id(), {}, [recorder.id], [])
        answer = seer.ask("POST", "/bundle", data=msgspec.json.encode(request))
    state = seer.made(answer)
    assert seer.file(state).status_code == 200
    # The same person when the opening is over: his tickets open nothing any more.
    later = Clerk(standing, recorder.id, holder=holder)
    refused = later.file(state)
    assert (refused.status_code, code_of(refused)) == (403, "playback.private")
    narrower = [Opened(recorder.id, recorder.started_ms, recorder.started_ms + 1)]
    less = Clerk(standing, recorder.id, holder=holder, opened=narrower)
    assert code_of(less.file(state)) == "playback.private"
    # What holds nothing private is his as before, whatever was open to him when he ordered it.
    calm = held(standing)
    plain = Clerk(standing, calm.id, holder=holder, opened=opened)
    made = plain.made(plain.order(Film("b.mp4", calm.id)))
    assert Clerk(standing, calm.id, holder=holder).file(made).status_code == 200


def test_u01_an_opening_that_is_closed_early_ends_its_holders_tickets(relay: RunningRelay) -> None:
    recorder, holder, other = _private(relay), new_id(), new_id()
    opened = [Opened(recorder.id, recorder.started_ms, recorder.started_ms + 60_000)]
    seer = Clerk(relay, recorder.id, holder=holder, opened=opened)
    state = seer.made(seer.order(Film("a.mp4", recorder.id)))
    beside = Clerk(relay, recorder.id, holder=other, opened=opened)
    sound = relay.court.ticket(
        Act.PLAY, holder=holder, exhibits=["a" * 64], opened_exhibits=["a" * 64]
    )
    assert relay.order(relay.court.order(OrderKind.CLOSE_PRIVATE, holder)).ok
    heard = relay.request("GET", f"/v1/exhibits/{'a' * 64}", sound)
    assert code_of(heard) == "ticket.closed_early"
    refused = seer.file(state)
    assert (refused.status_code, code_of(refused)) == (401, "ticket.closed_early")
    assert code_of(beside.ask("GET", f"/{state.export}")) == "export.unknown"
    relay.kill()
    relay.start()
    assert code_of(seer.ask("GET", f"/{state.export}")) == "ticket.closed_early"
    relay.kill()
    for path in relay.data.glob("index.db*"):
        path.unlink()
    relay.start()  # the order is kept outside the index
    assert code_of(seer.ask("GET", f"/{state.export}")) == "ticket.closed_early"
    time.sleep(1.1)  # a ticket of these tests begins a second before it is made
    anew = Clerk(relay, recorder.id, holder=holder, opened=opened)
    assert anew.made(anew.order(Film("a.mp4", recorder.id))).stage is Stage.MADE


def test_s07_the_package_is_a_job_too(standing: RunningRelay) -> None:
    recorder = held(standing)
    clerk = Clerk(standing, recorder.id)
    request = BundleRequest(new_id(), {}, [recorder.id], [])
    state = clerk.made(clerk.ask("POST", "/bundle", data=msgspec.json.encode(request)))
    assert (state.export, state.stage) == (request.bundle, Stage.MADE)
    assert state.total > 0
    with zipfile.ZipFile(io.BytesIO(clerk.file(state).content)) as packed:
        fragments = packed.read(f"recordings/{recorder.id}/1/fragments.mzf")
    assert fragments == b"".join(recorder.frames)


def test_a_job_is_its_holders_alone_and_the_same_order_is_the_same_job(
    standing: RunningRelay,
) -> None:
    recorder = held(standing)
    clerk, other = Clerk(standing, recorder.id), Clerk(standing, recorder.id)
    film, export = Film("a.mp4", recorder.id), new_id()
    state = clerk.made(clerk.order(film, export=export))
    assert clerk.made(clerk.order(film, export=export)) == state
    again = clerk.order(Film("b.mp4", recorder.id), export=export)
    assert (again.status_code, code_of(again)) == (409, "export.conflict")
    for refused in (
        other.order(film, export=export), other.ask("GET", f"/{export}"), other.file(state),
        other.ask("DELETE", f"/{export}"),
    ):  # fmt: skip
        assert code_of(refused) in ("export.conflict", "export.unknown")
    play = standing.court.ticket(Act.PLAY, recordings=[recorder.id])
    asked = standing.request("GET", f"/v1/exports/{export}", play)
    assert code_of(asked) == "ticket.wrong_act"
    stranger = Clerk(standing, "another")
    assert code_of(stranger.order(film)) == "ticket.wrong_subject"


def test_bad_orders_are_refused_and_jobs_are_bounded(relay: RunningRelay) -> None:
    recorder = held(relay)
    clerk = Clerk(relay, recorder.id)
    good = {"name": "a.mp4", "recording": recorder.id}
    for films in (
        [], [good, good], [{**good, "name": "../a"}], [{**good, "name": "contents.json"}],
        [{**good, "rendition": 9}], [{**good, "from_wall_ms": -1}], [good] * 65,
    ):  # fmt: skip
        answer = clerk.ask("POST", json={"export": new_id(), "films": films})
        assert (answer.status_code, code_of(answer)) == (400, "message.malformed"), films
    states = [clerk.made(clerk.order(Film("a.mp4", recorder.id))) for _ in range(5)]
    assert code_of(clerk.ask("GET", f"/{states[0].export}")) == "export.unknown"
    assert len(list((relay.data / "tmp").iterdir())) == 4
    for state in states[1:]:
        assert clerk.ask("DELETE", f"/{state.export}").ok
    assert list((relay.data / "tmp").iterdir()) == []


def test_a_killed_relay_forgets_its_jobs_and_leaves_no_file(relay: RunningRelay) -> None:
    recorder = held(relay)
    clerk = Clerk(relay, recorder.id)
    state = clerk.made(clerk.order(Film("a.mp4", recorder.id)))
    relay.kill()
    assert list((relay.data / "tmp").iterdir()) != []
    relay.start()
    assert list((relay.data / "tmp").iterdir()) == []
    assert code_of(clerk.file(state)) == "export.unknown"
