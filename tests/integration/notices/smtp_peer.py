"""A real mail server (aiosmtpd) as an own process. The local part of an address decides: `busy`
is refused for now, `nobody` for ever, `cut` loses the connection after the message was taken."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import sys
import time

from aiosmtpd.controller import Controller


class Handler:
    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # type: ignore[no-untyped-def]
        name = address.partition("@")[0]
        if name == "nobody":
            return "550 no such mailbox"
        if name == "busy":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # type: ignore[no-untyped-def]
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(event="mail", to=envelope.rcpt_tos, id=mail["Message-ID"], subject=mail["Subject"],
            text=mail.get_content().strip())  # fmt: skip
        if envelope.rcpt_tos[0].startswith("cut"):
            server.transport.abort()
        return "250 taken"


def say(**fact: object) -> None:
    sys.stdout.write(json.dumps(fact, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    controller = Controller(Handler(), hostname="127.0.0.1", port=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    say(event="listening", port=controller.port)
    while True:
        time.sleep(3600)
