"""One centre on this machine: its settings file, its data folder, where its programs listen."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from door.places import CHECKOUT
from door.ports import FIRST_PORT, free, free_triple
from door.refusal import USAGE, Refusal

_APART = 10

_DEFAULT = """\
# Settings of one centre; every key is described in docs/operations.md.
# The environment goes before the file: MZ_<SECTION>_<KEY>.
[court]
name = "南江市临江区人民法院"
code = "粤0199"

[centre]
host = "127.0.0.1"
port = {web}
public_url = "http://127.0.0.1:{web}"
data = "{data}/centre"
database = ""
allow_sources = [{sources}]

[relay]
id = "relay-1"
host = "127.0.0.1"
stream_port = {stream}
http_port = {http}
stream_url = "ws://127.0.0.1:{stream}"
http_url = "http://127.0.0.1:{http}"
data = "{data}/relay"
allow_origin = "http://127.0.0.1:{web}"
part_seconds = 60
required_domains = 1
font = "{font}"

[sms]
provider = "simulated"

[limits]
min_free_bytes = 1073741824
"""


@dataclass(frozen=True)
class Site:
    """What the door knows of a centre: addresses are as the settings (and environment) say."""

    settings: Path
    data: Path
    host: str
    port: int
    public_url: str
    relay_host: str
    stream_port: int
    http_port: int
    http_url: str

    @property
    def logs(self) -> Path:
        """The folder of the programs' logs."""
        return self.data / "logs"

    def ports(self) -> list[tuple[str, str, int]]:
        """Return who listens where: program, host, port."""
        return [
            ("web", self.host, self.port),
            ("relay", self.relay_host, self.stream_port),
            ("relay", self.relay_host, self.http_port),
        ]

    def refuse_taken_ports(self) -> None:
        """Raise `port.taken`, naming every port that is not free."""
        taken = [f"{host}:{port}" for _, host, port in self.ports() if not free(host, port)]
        if taken:
            listed = ", ".join(taken)
            raise Refusal(
                "port.taken",
                f"端口已被占用：{listed}。停掉占用者，或在 {self.settings} 中改端口。",
                f"Taken: {listed}. Stop what listens there, or change the port in the settings.",
                status=USAGE,
            )


def write_settings(data: Path, base: int, sources: tuple[str, ...]) -> Path:
    """Write the default settings of a data folder and return the file; an existing one stays."""
    path = data / "settings.toml"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        listed = ", ".join(f'"{source}"' for source in sources)
        text = _DEFAULT.format(
            web=base, stream=base + 1, http=base + 2, data=data, sources=listed,
            font=CHECKOUT.fonts / "NotoSansSC-Regular.ttf",
        )  # fmt: skip
        path.write_text(text, "utf-8")
    return path


def move_ports(path: Path, base: int) -> None:
    """Write the demo's settings anew for other ports; the rest of the file stays."""
    tree = _tree(path)
    old = _base(tree)
    text = path.read_text("utf-8")
    for offset in range(3):
        text = text.replace(str(old + offset), f"\0{offset}")
    for offset in range(3):
        text = text.replace(f"\0{offset}", str(base + offset))
    path.write_text(text, "utf-8")


def elsewhere(site: Site) -> Site:
    """Return a demo's site on other ports: somebody took one of them just now."""
    move_ports(site.settings, free_triple(site.port + _APART))
    return load_site(site.settings, site.data)


def _base(tree: dict[str, Any]) -> int:
    return int(tree.get("centre", {}).get("port", FIRST_PORT))


def _tree(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refusal(
            "settings.not_found",
            f"没有设置文件：{path}",
            f"There is no settings file: {path}",
            status=USAGE,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            "settings.malformed",
            f"设置文件不是 TOML:{path}:{error}",
            f"The settings file is no TOML: {path}: {error}",
            status=USAGE,
        ) from error


def load_site(settings: Path, data: Path | None = None) -> Site:
    """Return the site of a settings file; `settings.not_found`, `settings.malformed`.

    The programs judge the settings; the door reads only where they will listen.
    """
    settings = settings.absolute()
    tree = _tree(settings)
    centre, relay = tree.get("centre", {}), tree.get("relay", {})
    port = _port(centre, "centre", "port", FIRST_PORT)
    host = str(_value(centre, "centre", "host", "127.0.0.1"))
    http_port = _port(relay, "relay", "http_port", FIRST_PORT + 2)
    return Site(
        settings=settings,
        data=(data or settings.parent).absolute(),
        host=host,
        port=port,
        public_url=str(_value(centre, "centre", "public_url", f"http://{host}:{port}")),
        relay_host=str(_value(relay, "relay", "host", "127.0.0.1")),
        stream_port=_port(relay, "relay", "stream_port", FIRST_PORT + 1),
        http_port=http_port,
        http_url=str(_value(relay, "relay", "http_url", f"http://127.0.0.1:{http_port}")),
    )


def _value(table: dict[str, Any], section: str, key: str, default: object) -> Any:
    return os.environ.get(f"MZ_{section}_{key}".upper(), table.get(key, default))


def _port(table: dict[str, Any], section: str, key: str, default: int) -> int:
    value = str(_value(table, section, key, default))
    if value.isdecimal() and 0 < int(value) < 65536:
        return int(value)
    raise Refusal(
        "settings.malformed",
        f"[{section}] {key} 不是端口号：{value[:20]}",
        f"[{section}] {key} is no port: {value[:20]}",
        status=USAGE,
    )
