"""The HTTP port of a real relay: exhibits, playback with gaps, bundles, feed, orders, origins."""

from __future__ import annotations

import hashlib
import io
import threading
import time
import zipfile
from collections.abc import Callable

import msgspec
import pytest
import requests
from websockets.exceptions import ConnectionClosed

from schemas.bundle import MANIFEST, BundleManifest, BundleRequest
from schemas.feed import OrderApplied, OrderKind, PartArchived
from schemas.ids import new_id
from schemas.keys import KeyRing, Use
from schemas.sign import Envelope, decode_payload, sign_envelope
from schemas.stream import Fault, Lane, Publish, encode_text
from schemas.ticket import Act
from schemas.time import now_ms
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import RunningRelay, TestDevice, next_message
from tests.patience import PATIENCE_S, eventually

Make = Callable[..., RunningRelay]


def archive(device: TestDevice, recorder: Recorder) -> None:
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)


def code_of(answer: requests.Response) -> str:
    return str(answer.json()["code"])


# exhibits


def test_an_exhibit_is_kept_under_its_digest(standing: RunningRelay) -> None:
    device = standing.device()
    photo = b"\xff\xd8 photo" * 50_000
    name = hashlib.sha256(photo).hexdigest()
    assert standing.request("PUT", f"/v1/exhibits/{name}", device.ticket(), data=photo).ok
    token = standing.court.ticket(Act.PLAY, exhibits=[name])
    assert standing.request("GET", f"/v1/exhibits/{name}", token).content == photo
    other = standing.court.ticket(Act.PLAY, exhibits=[])
    answer = standing.request("GET", f"/v1/exhibits/{name}", other)
    assert (answer.status_code, code_of(answer)) == (403, "ticket.wrong_subject")


@pytest.mark.parametrize("name", ["0" * 64, "..", "A" * 64, "%2e%2e%2fkeys%2frelay.pem"])
def test_a_wrong_digest_or_name_stores_nothing(relay: RunningRelay, name: str) -> None:
    answer = relay.request("PUT", f"/v1/exhibits/{name}", relay.device().ticket(), data=b"x")
    assert answer.status_code in (400, 404)
    assert code_of(answer) in ("exhibit.wrong_digest", "vault.bad_name", "route.unknown")
    assert not list((relay.data / "vault" / "exhibits").iterdir())
    assert not list((relay.data / "vault" / "half").iterdir())
    assert relay.audit()["ok"]


# tickets


def test_every_route_asks_for_its_ticket(standing: RunningRelay) -> None:
    recording = new_id()
    paths = [
        ("GET", f"/v1/recordings/{recording}/holdings"),
        ("GET", f"/v1/recordings/{recording}/1/index.m3u8"),
        ("GET", f"/v1/recordings/{recording}/1/init.mp4"),
        ("GET", f"/v1/recordings/{recording}/1/0-4.m4s"),
        ("PUT", "/v1/exhibits/" + "0" * 64),
        ("PUT", "/v1/quarantine/" + "0" * 64),
        ("GET", "/v1/quarantine/" + "0" * 64),
        ("GET", "/v1/exhibits/" + "0" * 64),
        ("POST", "/v1/bundles"),
        ("GET", "/v1/feed"),
        ("POST", "/v1/orders"),
    ]
    wrong = standing.court.ticket(Act.WATCH, devices=["d"])
    for method, path in paths:
        bare = requests.request(method, standing.url + path, timeout=PATIENCE_S)
        assert (bare.status_code, code_of(bare)) == (401, "ticket.missing")
        answer = standing.request(method, path, wrong)
        assert (answer.status_code, code_of(answer)) == (403, "ticket.wrong_act")
    other = standing.court.ticket(Act.PLAY, recordings=[new_id()])
    answer = standing.request("GET", f"/v1/recordings/{recording}/holdings", other)
    assert code_of(answer) == "ticket.wrong_subject"
    assert standing.play(recording, "holdings").status_code == 404


def test_only_the_desks_pages_are_let_in(standing: RunningRelay) -> None:
    url = f"{standing.url}/v1/recordings/{new_id()}/holdings"
    ask = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    good = requests.options(url, headers={"Origin": "http://desk.test", **ask}, timeout=PATIENCE_S)
    assert good.status_code == 204
    assert good.headers["Access-Control-Allow-Origin"] == "http://desk.test"
    assert "Authorization" in good.headers["Access-Control-Allow-Headers"]
    bad = requests.options(url, headers={"Origin": "http://evil.test", **ask}, timeout=PATIENCE_S)
    assert bad.status_code == 403
    assert "Access-Control-Allow-Origin" not in bad.headers
    refused = requests.get(url, headers={"Origin": "http://desk.test"}, timeout=PATIENCE_S)
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == "http://desk.test"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


# playback


def test_a_gap_is_shown_with_its_length(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:7], *recorder.frames[12:])
        lane.wait_received(recorder, {*range(7), *range(12, 20)})
        lane.send(recorder.head(19, final=True))
        text = eventually(lambda: ended(standing, recorder.id))
        holdings = standing.play(recorder.id, "holdings").json()[0]
    entries = [line for line in text.splitlines() if line.endswith(".m4s")]
    assert entries == ["0-4.m4s", "5-6.m4s", "7-14.m4s", "15-19.m4s"]
    lines = text.splitlines()
    at = lines.index("#EXT-X-GAP")
    assert lines[at + 1 : at + 3] == ["#EXTINF:1.600,", "7-14.m4s"]
    assert text.count("#EXT-X-DISCONTINUITY") == 2
    durations = [float(line[8:-1]) for line in lines if line.startswith("#EXTINF:")]
    assert sum(durations) == pytest.approx(4.0)
    answer = standing.play(recorder.id, "1/7-14.m4s")
    assert (answer.status_code, code_of(answer)) == (404, "playback.gap")
    assert [(gap["first"], gap["last"]) for gap in holdings["gaps"]] == [(7, 11)]
    gap = holdings["gaps"][0]
    assert gap["end_wall_ms"] - gap["start_wall_ms"] == 1000
    assert holdings["received"] == [[0, 6], [12, 19]]


def ended(relay: RunningRelay, recording: str) -> str:
    """Return the playlist once it lists what was after the gap; empty before."""
    text = relay.play(recording, "1/index.m3u8").text
    return text if "15-19.m4s" in text else ""


# bundles


def test_a_bundle_holds_what_was_asked_for_and_is_signed_last(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    archive(device, recorder)
    photo = b"photo"
    name = hashlib.sha256(photo).hexdigest()
    standing.request("PUT", f"/v1/exhibits/{name}", device.ticket(), data=photo)
    record = f"records/{new_id()}.json"
    request = BundleRequest(
        new_id(),
        {"facts.json": b"facts", record: b"record", f"papers/{name}": b"paper"},
        [recorder.id],
        [name],
    )
    token = standing.court.ticket(Act.EXPORT, recordings=[recorder.id], exhibits=[name])
    answer = standing.request("POST", "/v1/bundles", token, data=msgspec.json.encode(request))
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert package.testzip() is None
        names = package.namelist()
        manifest = msgspec.json.decode(package.read("bundle.json"), type=Envelope)
        files = {path: package.read(path) for path in names if path != "bundle.json"}
        assert all(info.compress_type == zipfile.ZIP_STORED for info in package.infolist())
    assert names[-1] == "bundle.json"
    folder = f"recordings/{recorder.id}"
    assert files[f"{folder}/1/fragments.mzf"] == b"".join(recorder.frames)
    assert files[f"{folder}/1/init.mp4"] == recorder.init
    heads = [recorder.head(n) for n in (4, 9, 14, 19)] + [recorder.head(19, final=True)]
    assert files[f"{folder}/1/heads.mzh"] == b"".join(heads)
    assert files["facts.json"] == b"facts"
    assert files[f"exhibits/{name}"] == photo
    assert files[f"papers/{name}"] == b"paper"
    KeyRing(standing.court.root.key, standing.court.certificates).check(
        manifest, Use.RELAY, now_ms()
    )
    listed = decode_payload(manifest, MANIFEST, BundleManifest)
    assert {f.path: (f.size, f.sha256) for f in listed.files} == {
        path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()
    }


def test_a_bundle_of_something_else_is_refused(standing: RunningRelay) -> None:
    recording = new_id()
    token = standing.court.ticket(Act.EXPORT, recordings=[recording])

    def ask(request: BundleRequest | bytes) -> requests.Response:
        raw = request if isinstance(request, bytes) else msgspec.json.encode(request)
        return standing.request("POST", "/v1/bundles", token, data=raw)

    assert code_of(ask(b"{")) == "message.malformed"
    assert code_of(ask(BundleRequest("b", {}, [recording], []))) == "recording.unknown"
    assert code_of(ask(BundleRequest("b", {}, [new_id()], []))) == "ticket.wrong_subject"
    for path in (
        "../x",
        "bundle.json",
        "recordings/x/opening.json",
        "exhibits/" + "0" * 64,
        "papers/x",
        "notices/" + "0" * 63,
    ):
        assert code_of(ask(BundleRequest("b", {path: b""}, [], []))) == "bundle.bad_path"
    assert not list((standing.data / "tmp").iterdir())


# feed and orders


def test_the_feed_waits_and_goes_on_from_its_cursor(relay: RunningRelay) -> None:
    first = relay.feed_page()
    device = relay.device()
    recorder = device.recorder()
    timer = threading.Timer(0.3, archive, (device, recorder))
    timer.start()
    began = time.monotonic()
    page = relay.feed_page(first.epoch, first.next_after, wait_ms=30_000)
    assert time.monotonic() - began < 30, "the wait ends with the first item"
    timer.join()
    assert page.items
    rest = relay.feed_page(page.epoch, page.next_after)
    seqs = [item.seq for item in [*page.items, *rest.items]]
    assert seqs == sorted(set(seqs))
    assert relay.feed_page("unknown", 99).items[0].seq == 1
    token = relay.court.ticket(Act.FEED)
    assert code_of(relay.request("GET", "/v1/feed?after=-1", token)) == "request.invalid"


def test_a_revoked_device_is_cut_off_for_good(relay: RunningRelay) -> None:
    device = relay.device()
    with device.lane() as lane:
        order = relay.court.order(OrderKind.REVOKE_DEVICE, device.id)
        assert relay.order(order).json() == {"ok": True}
        assert lane.fault("device.revoked").fatal
    relay.kill()
    relay.start()
    with relay.socket() as connection:
        connection.send(encode_text(Publish(device.ticket(), Lane.LIVE)).decode())
        fault = next_message(connection)
        assert isinstance(fault, Fault)
        assert fault.problem.code == "device.revoked"
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=PATIENCE_S)
    photo = hashlib.sha256(b"x").hexdigest()
    answer = relay.request("PUT", f"/v1/exhibits/{photo}", device.ticket(), data=b"x")
    assert code_of(answer) == "device.revoked"
    _sends_named_exhibits_only(relay, device.id)
    assert relay.order(order).json() == {"ok": True}
    assert sum(isinstance(item, OrderApplied) for item in relay.feed()) == 1


def _sends_named_exhibits_only(relay: RunningRelay, device: str) -> None:
    """What a revoked device's records name, the centre's ticket lets it send; no other byte."""
    named, other = (hashlib.sha256(data).hexdigest() for data in (b"named", b"other"))
    token = relay.court.ticket(Act.QUARANTINE, holder=device, exhibits=[named])
    for path, code in (
        (f"/v1/quarantine/{other}", "ticket.wrong_subject"),
        (f"/v1/exhibits/{named}", "ticket.wrong_act"),
    ):
        answer = relay.request("PUT", path, token, data=b"other")
        assert (answer.status_code, code_of(answer)) == (403, code)
    for status in (201, 200):
        answer = relay.request("PUT", f"/v1/quarantine/{named}", token, data=b"named")
        assert answer.status_code == status


def test_a_part_is_deleted_by_order_only_and_leaves_its_stone(relay: RunningRelay) -> None:
    device = relay.device()
    held, loose = device.recorder(), device.recorder(counter=2)
    archive(device, held)
    archive(device, loose)
    relay.order(relay.court.order(OrderKind.HOLD_RECORDING, held.id))
    parts: dict[str, str] = {}
    for item in relay.feed():
        if isinstance(item, PartArchived):
            said = msgspec.json.decode(item.statement.payload)
            parts[said["recording"]] = said["part_sha256"]
    for sha256 in (parts[held.id], parts[loose.id], "0" * 64):
        relay.order(relay.court.order(OrderKind.DELETE_PART, sha256))
    outcomes = [item.outcome for item in relay.feed() if isinstance(item, OrderApplied)]
    assert outcomes == ["done", "recording.held", "done", "part.unknown"]
    assert relay.play(held.id, "1/0-4.m4s").ok
    assert relay.play(loose.id, "1/0-4.m4s").status_code == 404
    assert relay.audit()["ok"]


def test_an_order_that_the_centre_did_not_sign_is_refused(relay: RunningRelay) -> None:
    good = relay.court.order(OrderKind.REVOKE_DEVICE, new_id())
    forged = sign_envelope(relay.court.relay, good.type, good.payload)
    assert code_of(relay.order(forged)) == "keys.wrong_use"
    spoilt = msgspec.structs.replace(good, payload=good.payload + b" ")
    assert code_of(relay.order(spoilt)) == "sign.bad_signature"
    assert relay.feed() == []
    relay.order(good)
    changed = msgspec.json.decode(good.payload)
    changed["subject"] = new_id()
    other = sign_envelope(relay.court.centre, good.type, msgspec.json.encode(changed))
    answer = relay.order(other)
    assert (answer.status_code, code_of(answer)) == (409, "order.conflict")
