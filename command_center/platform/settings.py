"""Settings, read once at the edge: a TOML file, then `MZ_<SECTION>_<KEY>` from the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from schemas.problems import Kind, MzError

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^($|([01][0-9]|2[0-3]):[0-5][0-9]$)")]
DatabaseAddress = Annotated[str, msgspec.Meta(pattern=r"^($|sqlite:///|postgresql\+psycopg://)")]


class CourtSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which court this is; `code` is its part of a case number (法院代字). `reason_hours`: how
    long whoever missed a deadline has to give the reason before it goes to the head;
    `over_attachment_percent`: control of more than this part of what is owed is called excessive;
    `hold_hours`: how long telling may be held at most; `hold_inside_hours`: how long it waits by
    itself while officers are inside (from arrival to withdrawal), 0 where it never does;
    `account_request_days`: how long a request about an account waits for a second person.
    `printed_sheet_days`: how long the print files of letters are kept after their run ended;
    `full_days`: so many days before a day (三日前) keep full days between, the cautious reading.
    """

    name: str
    code: str
    phone: str = "12368"
    reason_hours: int = 24
    over_attachment_percent: int = 120
    hold_hours: int = 24
    hold_inside_hours: int = 0
    account_request_days: Annotated[int, msgspec.Meta(ge=1)] = 7
    printed_sheet_days: Annotated[int, msgspec.Meta(ge=1)] = 30
    full_days: bool = True


class CentreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The web process: where it listens, how it is reached, where its data is.

    `trusted_proxies`: how many proxies in front set `X-Forwarded-*`; 0 believes none, so that
    nobody can choose the address by which sign-ins are throttled.
    """

    data: str
    host: str = "127.0.0.1"
    port: Port = 8420
    public_url: str = "http://127.0.0.1:8420"
    database: DatabaseAddress = ""
    trusted_proxies: int = 0
    allow_sources: list[str] = msgspec.field(default_factory=lambda: ["camera", "bridge"])

    @property
    def is_https(self) -> bool:
        """Whether pages are reached over TLS: cookies and headers are then bound to it."""
        return self.public_url.startswith("https:")


class RelaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The relay that serves this centre; its own keys are read by the relay only."""

    id: str = "relay-1"
    host: str = "127.0.0.1"
    stream_port: Port = 8421
    http_port: Port = 8422
    stream_url: str = "ws://127.0.0.1:8421"
    http_url: str = "http://127.0.0.1:8422"
    data: str = ""
    allow_origin: str = "http://127.0.0.1:8420"
    part_seconds: float = 60.0
    part_bytes: int = 64 * 1024 * 1024
    segment_bytes: int = 64 * 1024 * 1024
    required_domains: int = 1
    domains: list[str] = msgspec.field(default_factory=list)
    fixity_hours: float = 168.0
    fixity_bytes_per_s: int = 8 * 1024 * 1024
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key_file: str = ""
    s3_secret_key_file: str = ""
    s3_lock_days: int = 0
    s3_legal_hold: bool = False
    font: str = ""


class SmsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The SMS provider: `simulated`; `smpp` with the gateway's address; `aliyun` or `tencent`
    with `url`, the key's id in `system_id` and its secret in `password_file`, the registered
    signature in `source`, the registered template in `template` and Tencent's `app`.
    `per_second`: the most messages that all workers begin in a second, 0 without limit."""

    provider: str = "simulated"
    host: str = ""
    port: Port = 2775
    system_id: str = ""
    password_file: str = ""
    source: str = ""
    url: str = ""
    template: str = ""
    app: str = ""
    per_second: Annotated[int, msgspec.Meta(ge=0)] = 0


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The court's mail server; without a host no notice goes by e-mail."""

    host: str = ""
    port: Port = 587
    sender: str = ""
    user: str = ""
    password_file: str = ""
    starttls: bool = True


class WechatSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The court's WeChat account; without an id no notice goes by WeChat."""

    url: str = "https://api.weixin.qq.com"
    app_id: str = ""
    secret_file: str = ""
    template: str = ""


class NoticeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How parties are told: quiet hours of the court's day in which nothing begins (`21:30` to
    `07:30`; empty: none), and at most how many attempts a day to one contact (0: no limit)."""

    quiet_from: ClockTime = ""
    quiet_to: ClockTime = ""
    most_a_day: int = 0


class StampSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The e-stamp (签章) of papers: `simulated` stamps with what says that it is no stamp."""

    provider: str = "simulated"


class LimitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits that an operator may set."""

    min_free_bytes: int = 1_073_741_824


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of the centre's programs."""

    court: CourtSettings
    centre: CentreSettings
    relay: RelaySettings = msgspec.field(default_factory=RelaySettings)
    sms: SmsSettings = msgspec.field(default_factory=SmsSettings)
    mail: MailSettings = msgspec.field(default_factory=MailSettings)
    wechat: WechatSettings = msgspec.field(default_factory=WechatSettings)
    notices: NoticeSettings = msgspec.field(default_factory=NoticeSettings)
    stamp: StampSettings = msgspec.field(default_factory=StampSettings)
    limits: LimitSettings = msgspec.field(default_factory=LimitSettings)

    @property
    def data(self) -> Path:
        """Return the centre's data folder."""
        return Path(self.centre.data)

    @property
    def database_url(self) -> str:
        """Return the SQLAlchemy address of the database."""
        return self.centre.database or f"sqlite:///{self.data / 'centre.db'}"


def load(path: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a file, overridden by the environment.

    Errors: `settings.not_found`, `settings.malformed` (no TOML, or a value of the wrong type),
    `settings.unknown_key`.
    """
    try:
        tree: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MzError("settings.not_found", Kind.NOT_FOUND, str(error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MzError("settings.malformed", Kind.INVALID, str(error)[:200]) from error
    _override(tree, os.environ if environ is None else environ)
    return parse(tree)


def parse(tree: dict[str, Any]) -> Settings:
    """Return the settings of a decoded tree; errors as `load`."""
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        unknown = "unknown field" in str(error)
        code = "settings.unknown_key" if unknown else "settings.malformed"
        raise MzError(code, Kind.INVALID, str(error)[:200]) from error


def _override(tree: dict[str, Any], environ: Mapping[str, str]) -> None:
    for section in msgspec.structs.fields(Settings):
        for entry in msgspec.structs.fields(section.type):
            value = environ.get(f"MZ_{section.name}_{entry.name}".upper())
            if value is not None:
                listed = entry.type == list[str]
                tree.setdefault(section.name, {})[entry.name] = (
                    [word for word in value.split(",") if word] if listed else value
                )
