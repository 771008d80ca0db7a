"""The ledger: sequenced, signed, proven; and any change behind its back is found."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from command_center.cli.audit import run_audit
from command_center.ledger.service import check_ledger, inclusions, newest_head, sequence_entries
from command_center.ledger.tree import root_of
from command_center.platform.uow import UnitOfWork
from schemas.merkle import check_inclusion, leaf_hash, root
from tests.integration.centre.court import Court


def _write(uow: UnitOfWork, count: int, subject: str = "s") -> None:
    for _ in range(count):
        uow.ledger("test:thing:done", "t", subject, "0" * 64)


def _root(uow: UnitOfWork, size: int) -> bytes:
    return root_of(uow.session, size)


def _sequence(court: Court) -> None:
    while court.database.run(sequence_entries):
        pass


@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_every_entry_is_included_under_the_signed_head(court: Court, count: int) -> None:
    court.database.run(_write, count)
    _sequence(court)
    head, proofs = court.database.read(inclusions, ["s"])
    head.envelope.check(court.database.keys.centre.public)
    assert len(proofs) == count
    for proof in proofs:
        check_inclusion(
            leaf_hash(proof.entry), proof.index, head.size, proof.path, bytes.fromhex(head.root)
        )


def test_the_kept_tree_is_the_tree_of_the_rfc_at_every_size(sqlite_court: Court) -> None:
    court = sqlite_court
    court.database.run(_write, 21)
    _sequence(court)

    def leaves(uow: UnitOfWork) -> list[bytes]:
        rows = uow.session.execute(
            text("SELECT hash FROM ledger_node WHERE level = 0 ORDER BY position")
        )
        return [row[0] for row in rows]

    hashes = court.database.read(leaves)
    for size in range(1, len(hashes) + 1):
        assert court.database.read(_root, size) == root(hashes[:size])


def test_two_sequencers_at_once_give_each_entry_one_index(court: Court) -> None:
    for _ in range(10):
        court.database.run(_write, 20)
    threads = [threading.Thread(target=_sequence, args=(court,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert court.database.read(check_ledger) == []
    head, proofs = court.database.read(inclusions, ["s"])
    assert len({proof.index for proof in proofs}) == 200
    assert head.size >= 200


def test_an_entry_changed_behind_the_triggers_back_is_found(court: Court) -> None:
    court.database.run(_write, 9)
    _sequence(court)
    assert run_audit(court.database).ok
    drop = (
        "DROP TRIGGER ledger_entry_no_update"
        if court.database.is_sqlite
        else "ALTER TABLE ledger_entry DISABLE TRIGGER USER"
    )
    with court.database.engine.connect() as connection:
        connection.execute(text(drop))
        connection.execute(
            text("UPDATE ledger_entry SET raw = :raw WHERE subject = 's'"), {"raw": b"{}"}
        )
        connection.commit()
    findings = run_audit(court.database).findings
    assert any("the root at size" in finding for finding in findings)


def test_there_is_no_head_before_the_first_entry_is_sequenced(sqlite_court: Court) -> None:
    assert sqlite_court.database.read(newest_head) is None
