"""The archive lane's socket can be slowed down and let go again (S-02)."""

from __future__ import annotations

import socket

from field_app.sync.pacing import UNLIMITED
from field_app.sync.relay_socket import RelaySocket
from schemas.stream import Lane
from tests.integration.relay.running import RunningRelay


def test_s02_a_lane_is_paced_and_let_go(relay: RunningRelay) -> None:
    ticket = relay.device().ticket()
    link = RelaySocket(f"ws://127.0.0.1:{relay.stream_port}", ticket, Lane.ARCHIVE)
    try:
        for rate in (6_000, UNLIMITED):
            link.pace(rate)
            said = link._socket.sock.getsockopt(socket.SOL_SOCKET, 47)
            assert said & 0xFFFFFFFF == rate
    finally:
        link.close()
