"""What a device is told of its fragments: once each where the disk is quick (S-02)."""

from __future__ import annotations

import asyncio
import time

from media_relay.acks import GOT_S, Acks, LateAcks
from schemas.stream import Got


def test_s02_what_is_durable_soon_is_acknowledged_once_and_says_how_long_it_lay() -> None:
    async def road() -> list[Got]:
        acks, late, said = Acks(), LateAcks(), []
        for number in (0, 1):
            acks.arrived("r", 1, number)
            late.expect(acks, said.append)
        time.sleep(0.005)  # no turn of the loop, so nothing is late
        assert acks.durable("r", 1, 0)
        assert not acks.durable("r", 1, 1), "one turn tells of both"
        [received] = acks.received()
        assert received.ranges == [(0, 1)]
        assert received.held_ms >= 5
        assert acks.received() == []
        await asyncio.sleep(3 * GOT_S)
        return said

    assert asyncio.run(road()) == []


def test_s02_on_a_slow_disk_the_devices_flow_goes_on_by_got() -> None:
    async def road() -> None:
        acks, late, said = Acks(), LateAcks(), []
        acks.arrived("r", 1, 0)
        acks.arrived("r", 2, 7)
        late.expect(acks, said.append)
        while acks.waits():
            await asyncio.sleep(GOT_S / 4)
        assert [(one.rendition, one.ranges) for one in said] == [(1, [(0, 0)]), (2, [(7, 7)])]
        assert all(one.held_ms >= GOT_S * 1000 for one in said)
        acks.durable("r", 1, 0)
        [received] = acks.received()
        assert received.held_ms == 0, "the device knows from got when it arrived"
        acks.arrived("r", 1, 1)
        late.expect(acks, said.append)
        while acks.waits():
            await asyncio.sleep(GOT_S / 4)
        assert said[-1].ranges == [(1, 1)], "the clock starts anew"

    asyncio.run(road())


def test_s02_a_burst_is_told_with_the_time_of_its_newest() -> None:
    async def road() -> None:
        acks = Acks()
        acks.arrived("r", 1, 0)
        time.sleep(0.05)
        before = time.monotonic()
        acks.arrived("r", 1, 1)
        for number in (0, 1):
            acks.durable("r", 1, number)
        [received] = acks.received()
        assert received.held_ms <= (time.monotonic() - before) * 1000

    asyncio.run(road())
