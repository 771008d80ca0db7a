"""The providers that the settings name, one for each channel."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from pathlib import Path

from command_center.notices.providers.aliyun import AliyunProvider
from command_center.notices.providers.base import (
    Provider,
    ProviderReceipt,
    ProviderReply,
    Providers,
    ReceiptSink,
    ReplySink,
)
from command_center.notices.providers.cloud import CloudSettings
from command_center.notices.providers.simulated import SimulatedProvider
from command_center.notices.providers.smpp import SmppProvider
from command_center.notices.providers.smpp_session import SmppSettings
from command_center.notices.providers.smtp import SmtpProvider, SmtpSettings
from command_center.notices.providers.tencent import TencentProvider
from command_center.notices.providers.wechat import WechatAccount, WechatProvider
from command_center.notices.receipts import record_receipts
from command_center.notices.replies import record_reply
from command_center.notices.states import Channel
from command_center.platform.database import Database
from command_center.platform.settings import Settings, SmsSettings
from schemas.problems import Kind, MzError


def make_providers(database: Database, settings: Settings) -> Providers:
    """Return the provider of each channel that the settings open; errors as `make_provider`."""
    receipts, _replies = _sinks(database)
    found: dict[Channel, Provider] = {Channel.SMS: make_provider(database, settings.sms)}
    mail, wechat = settings.mail, settings.wechat
    if mail.host:
        if not mail.starttls and not _is_loopback(mail.host):
            raise MzError("settings.malformed", Kind.INVALID, "mail.starttls is off")
        password = _secret(mail.password_file, "mail.password_file") if mail.user else ""
        found[Channel.EMAIL] = SmtpProvider(
            SmtpSettings(mail.host, mail.port, mail.sender, f"{settings.court.name}告知",
                         mail.user, password, mail.starttls),
            receipts,
        )  # fmt: skip
    if wechat.app_id:
        secret = _secret(wechat.secret_file, "wechat.secret_file")
        account = WechatAccount(_address(wechat.url, "wechat.url"), wechat.app_id, secret,
                                wechat.template)  # fmt: skip
        found[Channel.WECHAT] = WechatProvider(account, receipts)
    return found


def make_provider(database: Database, settings: SmsSettings) -> Provider:
    """Return the SMS provider, its receipts and replies going into the database.

    Errors: `settings.malformed` for an unknown name, an unreadable secret or an open address.
    """
    receipts, replies = _sinks(database)
    if settings.provider == "simulated":
        return SimulatedProvider(database, receipts)
    if settings.provider not in ("smpp", "aliyun", "tencent"):
        named = f"sms.provider {settings.provider[:40]}"
        raise MzError("settings.malformed", Kind.INVALID, named)
    secret = _secret(settings.password_file, "sms.password_file")
    if settings.provider == "smpp":
        return SmppProvider(
            SmppSettings(settings.host, settings.port, settings.system_id, secret, settings.source),
            receipts,
            replies,
        )
    account = CloudSettings(_address(settings.url, "sms.url"), settings.system_id, secret,
                            settings.source, settings.template, settings.app)  # fmt: skip
    cloud = AliyunProvider if settings.provider == "aliyun" else TencentProvider
    return cloud(account, receipts, replies)


def _sinks(database: Database) -> tuple[ReceiptSink, ReplySink]:
    def receipts(came: Sequence[ProviderReceipt]) -> None:
        database.run(record_receipts, came)

    def replies(reply: ProviderReply) -> None:
        database.run(record_reply, reply)

    return receipts, replies


def _secret(file: str, named: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise MzError("settings.malformed", Kind.INVALID, named) from error


def _address(url: str, named: str) -> str:
    """Return an address that keeps a secret: HTTPS, or plain on the loopback."""
    host = url.removeprefix("http://").partition("/")[0].rpartition(":")[0]
    if not url.startswith("https://") and not (url.startswith("http://") and _is_loopback(host)):
        raise MzError("settings.malformed", Kind.INVALID, named)
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
