"""Ids, ranges, trees, keys and encryption: the rules that everything else leans on."""

from __future__ import annotations

import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ids, keys, merkle, ranges, sign, stream, ticket
from schemas.media import encrypt
from schemas.problems import MzError
from tests.contract import world


def _code(error: pytest.ExceptionInfo[MzError]) -> str:
    return error.value.code


def test_ids_never_run_backwards_and_never_repeat() -> None:
    made: list[list[str]] = [[] for _ in range(4)]
    threads = [
        threading.Thread(target=lambda out=out: out.extend(ids.new_id() for _ in range(2_000)))
        for out in made
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each for out in made for each in out}) == 8_000
    assert all(out == sorted(out) for out in made)


def test_what_was_made_at_one_time_is_told_apart_by_the_short_id() -> None:
    made = [ids.new_id() for _ in range(100)]
    assert len({each[:8] for each in made}) < 3
    assert len({ids.short_id(each) for each in made}) == 100


@pytest.mark.parametrize("text", ["", "x", "0195A3C0-0000-7000-8000-000000000001", None, "0" * 32])
def test_what_is_no_id_is_malformed(text: str) -> None:
    with pytest.raises(MzError) as error:
        ids.id_bytes(text)
    assert _code(error) == "id.malformed"


@given(st.lists(st.integers(0, 60)), st.integers(0, 60), st.integers(0, 60))
def test_ranges_are_sets_of_numbers(numbers: list[int], low: int, high: int) -> None:
    first, last = min(low, high), max(low, high)
    made = ranges.of(numbers)
    assert ranges.count(made) == len(set(numbers))
    assert [n for n in range(61) if ranges.holds(made, n)] == sorted(set(numbers))
    added = ranges.add(made, first, last)
    assert added == ranges.of([*numbers, *range(first, last + 1)])
    assert added == ranges.union(made, [(first, last)])
    lacking = set(range(first, last + 1)) - set(numbers)
    assert ranges.missing(made, first, last) == ranges.of(lacking)


@given(st.integers(1, 40), st.data())
def test_a_proof_leads_to_its_head_and_to_no_other(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof, head = merkle.inclusion_proof(leaves, index), merkle.root(leaves)
    merkle.check_inclusion(leaves[index], index, size, proof, head)
    for wrong in (
        (merkle.leaf_hash(b"other"), index, size, proof, head),
        (leaves[index], index, size, [*proof, head], head),
        (leaves[index], size, size, proof, head),
        (leaves[index], index, size, proof, bytes(32)),
    ):
        with pytest.raises(MzError, match=r"ledger\.not_included"):
            merkle.check_inclusion(*wrong)


def test_rfc_6962_vectors() -> None:
    """Roots of RFC 6962 as the certificate transparency test data gives them."""
    leaves = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31"]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    assert merkle.root([]).hex().startswith("e3b0c44298fc1c14")
    assert merkle.root(hashes[:1]).hex().startswith("6e340b9cffb37a98")
    assert merkle.root(hashes[:2]).hex().startswith("fac54203e7cc696c")
    assert merkle.root(hashes[:3]).hex().startswith("aeb6bcfe274b70a1")


def test_a_ring_believes_only_what_leads_to_the_root() -> None:
    good = world.certificates()
    assert keys.KeyRing(world.ROOT.key, good).root == world.ROOT.key
    for code, root, certificates in (
        ("keys.wrong_root", world.STRANGER.key, good),
        ("keys.untrusted", world.ROOT.key, good[1:]),
        ("keys.untrusted", world.ROOT.key, [good[0], *good[2:]]),
    ):
        with pytest.raises(MzError) as error:
            keys.KeyRing(root, certificates)
        assert _code(error) == code


def test_a_key_is_believed_only_in_its_term_and_use() -> None:
    revoked = keys.KeyRevocation(world.DEVICE.key, world.OPENED_MS, "遗失")
    revocation = sign.sign_envelope(world.CENTRE, keys.REVOCATION, revoked)
    ring = keys.KeyRing(world.ROOT.key, world.certificates(), [revocation])
    assert ring.public(world.DEVICE.key, keys.Use.DEVICE, world.OPENED_MS - 1)
    for code, key, use, at_ms in (
        ("keys.unknown", world.STRANGER.key, keys.Use.DEVICE, world.OPENED_MS),
        ("keys.wrong_use", world.RELAY.key, keys.Use.DEVICE, world.OPENED_MS),
        ("keys.not_valid_then", world.RELAY.key, keys.Use.RELAY, 0),
        ("keys.revoked", world.DEVICE.key, keys.Use.DEVICE, world.OPENED_MS),
    ):
        with pytest.raises(MzError) as error:
            ring.public(key, use, at_ms)
        assert _code(error) == code


def _token(signer: sign.Ed25519Signer, act: ticket.Act, until_ms: int) -> str:
    stated = ticket.Ticket(world.TICKET_ID, act, world.OFFICER_ID, world.ARRIVAL_MS, until_ms)
    return sign.to_token(sign.sign_envelope(signer, ticket.TICKET, stated))


@pytest.mark.parametrize(
    ("code", "signer", "act", "life_ms"),
    [
        ("ticket.untrusted", world.RELAY, ticket.Act.WATCH, 60_000),
        ("ticket.untrusted", world.STRANGER, ticket.Act.WATCH, 60_000),
        ("ticket.expired", world.CENTRE, ticket.Act.WATCH, 5_000),
        ("ticket.wrong_act", world.CENTRE, ticket.Act.PLAY, 60_000),
    ],
)
def test_a_ticket_that_opens_nothing(
    code: str, signer: sign.Ed25519Signer, act: ticket.Act, life_ms: int
) -> None:
    ring = keys.KeyRing(world.ROOT.key, world.certificates())
    token = _token(signer, act, world.ARRIVAL_MS + life_ms)
    with pytest.raises(MzError) as error:
        ticket.check_ticket(token, ring, ticket.Act.WATCH, world.ARRIVAL_MS + 30_000)
    assert _code(error) == code


def test_a_frame_opens_only_in_its_place_and_with_its_key() -> None:
    kept = encrypt.encrypt_frame(world.RECORDING_KEY, world.RECORDING_ID, 1, 7, b"frame")
    assert encrypt.decrypt_frame(world.RECORDING_KEY, world.RECORDING_ID, 1, 7, kept) == b"frame"
    for key, recording, rendition, number in (
        (world.STORAGE_KEY, world.RECORDING_ID, 1, 7),
        (world.RECORDING_KEY, world.FORMER_ID, 1, 7),
        (world.RECORDING_KEY, world.RECORDING_ID, 2, 7),
        (world.RECORDING_KEY, world.RECORDING_ID, 1, 8),
    ):
        with pytest.raises(MzError, match=r"encrypt\.cannot_open"):
            encrypt.decrypt_frame(key, recording, rendition, number, kept)


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("message.malformed", b"{"),
        ("message.malformed", b"\xff\xfe"),
        ("message.malformed", b'{"t":"ask"}'),
        ("message.malformed", b'{"t":"ask","recording":"x","more":1}'),
        ("message.unknown", b'{"t":"dance"}'),
        ("message.too_large", b" " * (stream.MAX_TEXT_BYTES + 1)),
    ],
)
def test_a_bad_message_has_its_code(code: str, raw: bytes) -> None:
    with pytest.raises(MzError) as error:
        stream.decode_from_device(raw)
    assert _code(error) == code


def test_an_envelope_speaks_only_for_its_type_key_and_payload() -> None:
    signed = sign.sign_envelope(world.DEVICE, "thing/1", b"{}")
    signed.check(world.DEVICE.public)
    for changed in (
        msgspec.structs.replace(signed, type="thing/2"),
        msgspec.structs.replace(signed, payload=b"[]"),
        msgspec.structs.replace(signed, key=world.RELAY.key),
        msgspec.structs.replace(signed, signature=bytes(64)),
    ):
        with pytest.raises(MzError):
            changed.check(world.DEVICE.public)
