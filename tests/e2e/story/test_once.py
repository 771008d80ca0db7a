"""The whole story, once, unattended: `./mz demo --once`, with real parts and a real browser."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from door.places import CHECKOUT
from door.ports import free_triple
from door.site import load_site
from door.story.watching import find_chromium
from tests.e2e.story import telling
from tests.integration.tones import decoded, share_of

SECONDS = 18
Report = dict[str, Any]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Report, int, Path]]:
    """One telling, on a machine where the first ports are taken."""
    folder = tmp_path_factory.mktemp("story")
    report, log = folder / "report.json", folder / "said.txt"
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        base = free_triple()
        taken.bind(("127.0.0.1", base))
        taken.listen()
        status = telling.run(
            "door.demo", "--once", "--seconds", str(SECONDS), "--json", str(report),
            "--data", str(folder / "data"), log=log,
        )  # fmt: skip
        assert base not in {port for _, _, port in load_site(folder / "data/settings.toml").ports()}
    found = json.loads(report.read_text("utf-8"))
    assert status == 0, log.read_text("utf-8")
    return found, status, folder


def test_the_story_ends_well_in_time(told: tuple[Report, int, Path]) -> None:
    report, _, _ = told
    assert report["ok"] is True
    assert report["failed"] is None
    assert report["seconds"] <= SECONDS + 240


def test_every_recorded_fragment_is_archived(told: tuple[Report, int, Path]) -> None:
    counted = told[0]["fragments"]
    assert counted["recorded"] >= SECONDS * 5 * 0.9
    assert counted["archived"] == counted["received"] == counted["recorded"]
    assert counted["missing"] == 0


def test_u5_the_seal_tag_leads_to_its_measure_and_tells_a_passer_by_that_it_is_genuine(
    told: tuple[Report, int, Path],
) -> None:
    report = told[0]
    tag = report["tag"]
    assert tag["measure"] == report["measure"]["id"]
    assert "封条真实" in tag["read"]
    assert (tag["doubted"], tag["refused"]) == ("", ""), "a wrong check code leads nowhere"


def test_officer_and_desk_marked_and_the_record_lacks_no_recorder(
    told: tuple[Report, int, Path],
) -> None:
    report = told[0]
    assert len(report["markers"]) == 2
    assert "6个月" in "".join(report["deadline"]["steps"])
    assert report["freeze"]["state"] == "已续行"
    assert report["freeze"]["held"] == ["held"]
    assert "条告知等待发送" in report["freeze"]["waiting"]
    assert report["freeze"]["lifted"] is True
    assert report["freeze"]["found"] is True, "by the whole number of its account"
    assert report["freeze"]["papers"] == 2, "ruling and letter, drafted by the guardian"
    assert report["freeze"]["paper"][1] == "PDF/A-2b"
    assert "recorders.fewer_than_two" not in report["measure"]["defects"]
    continuity = report["verify"]["steps"][5]
    assert "continuity.one_recorder" not in [each["code"] for each in continuity["remarks"]]


def test_s12_the_freeze_is_told_in_writing_and_served_with_its_certificate(
    told: tuple[Report, int, Path],
) -> None:
    papers = told[0]["papers"]
    assert papers["effect"].startswith("已送达 ")
    assert papers["template"] == "本院 第 1 版", "a judge approved what a clerk worded"
    assert papers["imported"] == "已签章"
    assert papers["fetched"] is True, "the debtor downloaded the notice from his page"
    for name in ("notice", "certificate"):
        path, standard = papers[name]
        assert Path(path).read_bytes().startswith(b"%PDF")
        assert standard == "PDF/A-2b"


def test_the_clerk_renames_corrects_imports_and_finds_by_initials(
    told: tuple[Report, int, Path],
) -> None:
    filed = told[0]["filed"]
    assert filed["renamed"] == "南江市恒发智造有限公司（曾用名南江市恒发五金制品有限公司）"
    assert "已更正，见后" in filed["corrected"]
    assert ["已立案" in row for row in filed["imported"]] == [True, False]
    assert "case_file.amount" in filed["imported"][1]
    assert len(filed["found"]) == 1
    assert len(filed["opened"]) == 36
    assert filed["called_off"] is True
    assert filed["objection"] == {
        "state": "驳回异议请求",
        "clocks": ["objection_decide", "objection_register", "reconsider_apply"],
    }


def test_an_account_takes_two_persons_to_open_and_one_to_close(
    told: tuple[Report, int, Path],
) -> None:
    assert told[0]["staff"]["entered"] is True
    assert told[0]["staff"]["shut_out"] is True


def test_u9_the_device_is_checked_before_the_crew_leaves(told: tuple[Report, int, Path]) -> None:
    assert "pre-departure check" in (told[2] / "said.txt").read_text("utf-8")


def test_u17_an_officer_calls_for_help_and_the_desk_calls_back(
    told: tuple[Report, int, Path],
) -> None:
    assert told[0]["sos"]["alarm"]
    assert told[0]["sos"]["left"] == 0


def test_u4_a_stranger_says_so_and_a_dead_telephone_falls_back_to_a_letter(
    told: tuple[Report, int, Path],
) -> None:
    reached = told[0]["reached"]
    assert len(reached["not_me"]) == 1
    assert (reached["letters"] >= 2, reached["left"]) == (True, 0)
    assert ["SMS", "misdirected"] in reached["states"]
    assert ["SMS", "perm_fail"] in reached["states"]
    assert ["PAPER", "sent"] in reached["states"]


def test_s03_desk_and_officer_talk_and_both_are_found_in_the_archive(
    told: tuple[Report, int, Path],
) -> None:
    talk = told[0]["talk"]
    assert talk["played_ms"] > 1_000
    assert all(1.2 <= seconds <= 3 for seconds in talk["seconds"])
    exhibits = told[0]["verify"]["steps"][6]
    heard = [each for each in exhibits["remarks"] if each["code"] == "exhibits.talk"]
    assert len(heard) == 2
    with zipfile.ZipFile(told[0]["bundle"]) as package:
        for number, sha256 in enumerate(talk["sha256"]):
            assert tone_of(package.read(f"exhibits/{sha256}")) == (660, 440)[number]


def tone_of(sound: bytes) -> int:
    """Return which of the story's voices is heard: the desk's tone or the officer's."""
    samples, rate = decoded(sound)
    return max((440, 660), key=lambda hz: share_of(samples, rate, hz))


def test_u4_a_clerk_logs_by_hand_the_call_that_told_the_debtor(
    told: tuple[Report, int, Path],
) -> None:
    reached = told[0]["reached"]
    before, after = reached["tasks"]
    assert len(after) < len(before)
    assert any("已告知本人，告知冻结存款及救济途径" in line for line in reached["called"])
    assert ["PHONE", "delivered"] in reached["states"]


def test_s03_an_act_with_every_link_cut_stops_no_recording_and_all_arrives(
    told: tuple[Report, int, Path],
) -> None:
    cut = told[0]["cut"]
    assert cut["kept"] >= cut["seconds"] * 5 * 0.8
    assert told[0]["act"]["lacks"] == [], "the second officer's own confirmation came too"


def test_s01_the_guided_act_has_its_steps_people_and_the_list_in_lots(
    told: tuple[Report, int, Path],
) -> None:
    act = told[0]["act"]
    assert act["steps"] == [
        "ANNOUNCE", "SHOW_ID", "SHOW_PAPER", "NOTIFY", "EXPLAIN_RIGHTS", "READ_OUT", "COPY_GIVEN",
    ]  # fmt: skip
    assert act["rows"] == ["1", "2", "3", "4", "5"], "the second officer's lot joined the list"
    assert act["awaited"] == []
    assert any("许广生" in line for line in act["lines"])
    assert any("第2册" in line for line in act["lines"])


def test_s05_what_was_printed_and_signed_is_at_the_desk_and_a_refusal_is_a_marker(
    told: tuple[Report, int, Path],
) -> None:
    act = told[0]["act"]
    assert act["at_desk"] == act["paper"]
    assert len(act["signed"]) == 2
    assert any("法定代表人拒绝签名：对债务有异议" in text for text in act["refusals"])
    with zipfile.ZipFile(told[0]["bundle"]) as package:
        assert {f"exhibits/{one}" for one in (act["paper"], *act["signed"])} <= set(
            package.namelist()
        )


def test_s12_a_notice_that_is_left_at_the_scene_is_served(told: tuple[Report, int, Path]) -> None:
    left = told[0]["left"]
    assert [effect.split()[0] for effect in left["effect"]] == ["已送达"]
    assert not [code for code in left["defects"] if code.startswith("service.")]


def test_v11_two_devices_record_the_same_operation(told: tuple[Report, int, Path]) -> None:
    bundle = told[0]["bundle"]
    with zipfile.ZipFile(bundle) as package:
        recordings = {
            name.split("/")[1] for name in package.namelist() if name.startswith("recordings/")
        }
    beside = {told[0]["imported"]["recording"], told[0]["quarantine"]["recording"]}
    assert len(recordings - beside) == 2
    assert len(told[0]["recording"]) >= 2


def test_v08_an_offline_recorders_file_is_in_the_package_and_says_where_custody_begins(
    told: tuple[Report, int, Path],
) -> None:
    report, imported = told[0], told[0]["imported"]
    with zipfile.ZipFile(report["bundle"]) as package:
        original = package.read(f"exhibits/{imported['sha256']}")
    assert original == Path(imported["path"]).read_bytes()
    told_of = [each["code"] for each in report["verify"]["steps"][3]["remarks"]]
    assert told_of.count("signatures.bridged_file") == 1
    (film,) = (path for path in report["recording"] if imported["recording"] in path)
    with av.open(film) as shown:
        assert shown.streams.audio[0].codec_context.name == "aac"
        assert sum(1 for _ in shown.decode(video=0)) == 4 * 25


def test_a_clip_leaves_as_one_mp4_with_its_facts(told: tuple[Report, int, Path]) -> None:
    clip = told[0]["clip"]
    assert clip["missing"] == 0
    with av.open(clip["path"]) as film:
        seconds = film.duration / av.time_base
        assert {stream.type for stream in film.streams} == {"video", "audio"}
    assert 4.5 <= seconds <= 7.5


def test_s04_the_private_interval_is_seen_once_two_persons_opened_it(
    told: tuple[Report, int, Path],
) -> None:
    private = told[0]["private"]
    assert private["missing"] == 0
    with av.open(private["path"]) as film:
        assert {stream.type for stream in film.streams} == {"video", "audio"}
    remarks = [each["code"] for each in told[0]["verify"]["steps"][5]["remarks"]]
    assert remarks.count("continuity.private_shown") == 1
    assert remarks.count("continuity.private_opened") == 1
    assert "continuity.private_closed" not in remarks


def test_latency_is_read_in_chromium_from_the_picture(told: tuple[Report, int, Path]) -> None:
    live = told[0]["live"]
    if find_chromium() is None:
        assert live["latency_p95_ms"] is None
        assert live["reason"]
        return
    assert live["samples"] > 50
    assert 0 < live["latency_p50_ms"] <= live["latency_p95_ms"] < 10_000


def test_the_order_came_back_done(told: tuple[Report, int, Path]) -> None:
    assert "done" in told[0]["order"]["states"]


def test_s11_both_parties_are_told_and_it_is_delivered(told: tuple[Report, int, Path]) -> None:
    sms = {n["party"]: n["state"] for n in told[0]["notices"] if n["channel"] == "SMS"}
    assert sms == {"APPLICANT": "delivered", "DEBTOR": "delivered"}


def test_s30_the_debtor_sees_the_measure(told: tuple[Report, int, Path]) -> None:
    portal = told[0]["portal"]
    assert portal["signed_in"] is True
    assert portal["measures"] == 2, "the seizure and the freeze"
    assert portal["notices"] >= 1


def test_s11_the_debtor_takes_note_on_his_page_and_the_register_says_so(
    told: tuple[Report, int, Path],
) -> None:
    portal = told[0]["portal"]
    assert any("确认知悉" in shown for shown in portal["acknowledged"])
    assert portal["acked"] == ["PORTAL"]


def test_the_package_verifies_with_the_root_from_outside(told: tuple[Report, int, Path]) -> None:
    report = told[0]
    assert report["verify"]["verdict"] == "verified"
    assert [step["status"] for step in report["verify"]["steps"]] == ["ok"] * 7
    assert _verify(report["bundle"], "--root", report["root"]).returncode == 0
    assert _verify(report["bundle"]).returncode == 3
    assert _verify(report["bundle"], "--root", "0" * 64).returncode == 1


def test_a_changed_byte_of_the_footage_is_located(told: tuple[Report, int, Path]) -> None:
    report, _, folder = told
    raw = bytearray(Path(report["bundle"]).read_bytes())
    at = raw.index(b"mdat", raw.index(b"fragments.mzf")) + 100
    raw[at] ^= 1
    changed = folder / "changed.zip"
    changed.write_bytes(raw)
    done = _verify(str(changed), "--root", report["root"], "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)["steps"][1]["findings"][0]
    assert found["path"].endswith("/1/fragments.mzf")
    assert found["number"] == 0


def test_the_recording_plays(told: tuple[Report, int, Path]) -> None:
    report = told[0]
    assert report["recording"]
    with av.open(report["recording"][0]) as film:
        assert {stream.type for stream in film.streams} == {"video", "audio"}
        packets = [packet for packet in film.demux(video=0) if packet.size]
    with av.open(report["recording"][0]) as film:
        frames = sum(1 for _ in film.decode(video=0))
    assert frames == len(packets) > SECONDS * 25 * 0.8


def test_the_audits_agree(told: tuple[Report, int, Path]) -> None:
    report, _, folder = told
    assert report["audit"]["ok"] is True
    assert report["audit"]["findings"] == []
    log = folder / "audit.txt"
    assert telling.run("door.audit", "--data", str(folder / "data"), log=log) == 0
    assert "一致 · consistent" in log.read_text("utf-8")


def test_a_second_telling_in_the_same_folder_ends_well(told: tuple[Report, int, Path]) -> None:
    """The device is enrolled already, the case has a measure already: nothing is mixed up."""
    _, _, folder = told
    report, log = folder / "again.json", folder / "again.txt"
    status = telling.run(
        "door.demo", "--once", "--seconds", "3", "--json", str(report),
        "--data", str(folder / "data"), log=log,
    )  # fmt: skip
    assert status == 0, log.read_text("utf-8")
    assert json.loads(report.read_text("utf-8"))["fragments"]["missing"] == 0


def _verify(bundle: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "schemas.verify", bundle, *words],
        capture_output=True,
        text=True,
        check=False,
        env=CHECKOUT.environment(),
    )


def test_45_the_device_shows_what_was_before_a_photo(told: tuple[Report, int, Path]) -> None:
    assert 0 < told[0]["replayed"]["before_ms"] < 10_000


def test_s01_an_unplanned_operation_is_confirmed_and_its_case_corrected(
    told: tuple[Report, int, Path],
) -> None:
    assert "经核对系另一案" in told[0]["unplanned"]["said"]


def test_s66_a_lost_devices_footage_is_taken_over_and_the_package_says_so(
    told: tuple[Report, int, Path],
) -> None:
    report = told[0]
    taken = report["quarantine"]
    assert "核对无误" in taken["origin"]
    inclusion = report["verify"]["steps"][4]
    named = [each for each in inclusion["remarks"] if "quarantined" in each["code"]]
    assert {each["code"] for each in named} == {
        "inclusion.quarantined", "inclusion.footage_quarantined"
    }  # fmt: skip
    assert any(taken["recording"] in each["zh"] for each in named)
