"""Settings of the relay, read once at the edge from TOML and the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from schemas.problems import Kind, MzError

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
DOMAINS = ("local",)
"""Failure domains that this relay writes to: its own disk."""


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
    `allow_sources` are the kinds of source whose recordings are taken.
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


def _overridden(raw: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the tables with `MZ_<SECTION>_<KEY>` put over the file's values."""
    for section, model in (("relay", _Relay), ("centre", _Centre), ("limits", _Limits)):
        table = dict(raw.get(section, {}))
        for field in model.__struct_fields__:
            value = environment.get(f"MZ_{section}_{field}".upper())
            if value is not None:
                table[field] = value.split(",") if field == "allow_sources" else value
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
    if not 1 <= relay.required_domains <= len(DOMAINS):
        detail = f"required_domains is {relay.required_domains}, this relay has {len(DOMAINS)}"
        raise MzError("settings.invalid", Kind.INVALID, detail)
    if relay.part_seconds <= 0 or relay.part_bytes < 1 or relay.segment_bytes < 1:
        raise MzError("settings.invalid", Kind.INVALID, "a size or time is not positive")
    return Settings(
        relay.id, relay.host, relay.stream_port, relay.http_port, Path(relay.data),
        relay.allow_origin, relay.part_seconds, relay.part_bytes, relay.segment_bytes,
        relay.required_domains, frozenset(found.centre.allow_sources),
        found.limits.min_free_bytes,
    )  # fmt: skip
