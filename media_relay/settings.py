"""Settings of the relay, read once at the edge from TOML and the environment."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from schemas.problems import Kind, MzError

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
LOCAL = "local"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class Place:
    """A failure domain: its name in statements, and a folder or `s3://BUCKET[/PREFIX]`."""

    name: str
    where: str

    @property
    def bucket(self) -> str | None:
        """The bucket of a store, None for a folder."""
        return self.where[5:].partition("/")[0] if self.where.startswith("s3://") else None

    @property
    def prefix(self) -> str:
        """What every key of a store begins with."""
        return self.where[5:].partition("/")[2].strip("/")


@dataclass(frozen=True)
class S3Store:
    """The S3-compatible store of the `s3://` domains. Secrets are files of one word each.

    `lock_days` asks for object lock in compliance mode for so long, `legal_hold` for a hold.
    """

    endpoint: str = ""
    region: str = "us-east-1"
    access_key_file: str = ""
    secret_key_file: str = ""
    lock_days: int = 0
    legal_hold: bool = False


class _Relay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: str
    id: str = "relay-1"
    host: str = "127.0.0.1"
    stream_port: Port = 8421
    http_port: Port = 8422
    stream_url: str = ""
    http_url: str = ""
    allow_origin: str = ""
    part_seconds: float = 60.0
    part_bytes: int = 64 * 1024 * 1024
    segment_bytes: int = 64 * 1024 * 1024
    required_domains: int = 1
    domains: tuple[str, ...] = ()
    fixity_hours: float = 168.0
    fixity_bytes_per_s: int = 8 * 1024 * 1024
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key_file: str = ""
    s3_secret_key_file: str = ""
    s3_lock_days: int = 0
    s3_legal_hold: bool = False
    font: str = ""


class _Centre(msgspec.Struct, frozen=True):
    allow_sources: tuple[str, ...] = ("camera", "bridge")


class _Limits(msgspec.Struct, frozen=True):
    min_free_bytes: int = 1024**3


class _File(msgspec.Struct, frozen=True):
    relay: _Relay
    centre: _Centre = _Centre()
    limits: _Limits = _Limits()


@dataclass(frozen=True)
class Settings:
    """What the relay was told. Sizes in bytes, `data` is the relay's own folder.

    `part_seconds` and `part_bytes` bound a part, `segment_bytes` a file of the log;
    `allow_sources` are the kinds of source whose recordings are taken. The first of `domains` is
    the vault that parts are played from; every copy is read again each `fixity_hours` (0: never),
    at `fixity_bytes_per_s` at most.
    """

    relay: str
    host: str
    stream_port: int
    http_port: int
    data: Path
    allow_origin: str
    part_seconds: float
    part_bytes: int
    segment_bytes: int
    required_domains: int
    allow_sources: frozenset[str]
    min_free_bytes: int
    domains: tuple[Place, ...]
    fixity_hours: float
    fixity_bytes_per_s: int
    s3: S3Store
    font: Path

    @property
    def vault(self) -> Path:
        """The folder of the first failure domain."""
        return Path(self.domains[0].where)


_LISTS = ("allow_sources", "domains")


def _overridden(raw: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the tables with `MZ_<SECTION>_<KEY>` put over the file's values."""
    for section, model in (("relay", _Relay), ("centre", _Centre), ("limits", _Limits)):
        table = dict(raw.get(section, {}))
        for field in model.__struct_fields__:
            value = environment.get(f"MZ_{section}_{field}".upper())
            if value is not None:
                table[field] = value.split(",") if field in _LISTS else value
        raw = {**raw, section: table}
    return raw


def load_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a TOML file.

    Errors: `settings.not_found`, `settings.malformed` (no TOML, or a value of the wrong type),
    `settings.unknown_key`, `settings.invalid` (a value that cannot be).
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MzError("settings.not_found", Kind.NOT_FOUND, str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MzError("settings.malformed", Kind.INVALID, str(error)[:200]) from error
    try:
        found = msgspec.convert(_overridden(raw, environment), _File, strict=False)
    except msgspec.ValidationError as error:
        unknown = "unknown field" in str(error)
        code = "settings.unknown_key" if unknown else "settings.malformed"
        raise MzError(code, Kind.INVALID, str(error)[:200]) from error
    relay = found.relay
    places = _places(relay)
    _check(relay, places)
    return Settings(
        relay.id, relay.host, relay.stream_port, relay.http_port, Path(relay.data),
        relay.allow_origin, relay.part_seconds, relay.part_bytes, relay.segment_bytes,
        relay.required_domains, frozenset(found.centre.allow_sources),
        found.limits.min_free_bytes, places, relay.fixity_hours, relay.fixity_bytes_per_s,
        S3Store(
            relay.s3_endpoint, relay.s3_region, relay.s3_access_key_file,
            relay.s3_secret_key_file, relay.s3_lock_days, relay.s3_legal_hold,
        ),
        Path(relay.font),
    )  # fmt: skip


def _places(relay: _Relay) -> tuple[Place, ...]:
    """Return the failure domains: `WHERE`, or `NAME=WHERE` with a name of the operator's own."""
    found: list[Place] = []
    for text in relay.domains or (str(Path(relay.data) / "vault"),):
        name, equals, where = text.partition("=")
        if not equals:
            where, kind = text, "s3" if text.startswith("s3://") else LOCAL
            taken = sum(place.name.startswith(kind) for place in found)
            name = f"{kind}-{taken + 1}" if taken else kind
        if not _NAME.fullmatch(name) or not where:
            raise MzError("settings.invalid", Kind.INVALID, f"domains: {text[:100]}")
        found.append(Place(name, where))
    return tuple(found)


def _check(relay: _Relay, places: tuple[Place, ...]) -> None:
    """Raise `settings.invalid` for values that cannot work together."""
    wrong = ""
    if places[0].bucket is not None or any(place.bucket == "" for place in places):
        wrong = "the first of domains is a folder, and a store has a bucket"
    elif len({place.name for place in places}) != len(places) or len(
        {place.where for place in places}
    ) != len(places):
        wrong = "two domains have one name or one place"
    elif not 1 <= relay.required_domains <= len(places):
        wrong = f"required_domains is {relay.required_domains}, this relay has {len(places)}"
    elif relay.part_seconds <= 0 or relay.part_bytes < 1 or relay.segment_bytes < 1:
        wrong = "a size or time is not positive"
    elif relay.fixity_hours < 0 or relay.fixity_bytes_per_s < 1 or relay.s3_lock_days < 0:
        wrong = "a time or rate of the copies is negative"
    if wrong:
        raise MzError("settings.invalid", Kind.INVALID, wrong)
