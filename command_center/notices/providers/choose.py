"""The provider that the settings name."""

from __future__ import annotations

from pathlib import Path

from command_center.notices.providers.base import Provider, ProviderReceipt, ProviderReply
from command_center.notices.providers.simulated import SimulatedProvider
from command_center.notices.providers.smpp import SmppProvider
from command_center.notices.providers.smpp_session import SmppSettings
from command_center.notices.receipts import record_receipt
from command_center.notices.replies import record_reply
from command_center.platform.database import Database
from command_center.platform.settings import SmsSettings
from schemas.problems import Kind, MzError


def make_provider(database: Database, settings: SmsSettings) -> Provider:
    """Return the provider, its receipts and replies going into the database.

    Errors: `settings.malformed` for an unknown name or an unreadable password file.
    """

    def sink(receipt: ProviderReceipt) -> None:
        database.run(record_receipt, receipt)

    def replies(reply: ProviderReply) -> None:
        database.run(record_reply, reply)

    if settings.provider == "simulated":
        return SimulatedProvider(database, sink)
    if settings.provider != "smpp":
        raise MzError("settings.malformed", Kind.INVALID, f"sms.provider {settings.provider[:40]}")
    try:
        password = Path(settings.password_file).read_text("utf-8").strip()
    except OSError as error:
        raise MzError("settings.malformed", Kind.INVALID, "sms.password_file") from error
    return SmppProvider(
        SmppSettings(settings.host, settings.port, settings.system_id, password, settings.source),
        sink,
        replies,
    )
