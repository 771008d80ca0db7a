"""Brings up the centre's side: keys, database, then relay, web and worker."""

from __future__ import annotations

from door import commands
from door.site import Site
from door.supervisor import Program, Supervisor


def prepare(site: Site) -> None:
    """Make the keys and bring the database to the newest form; both are safe to repeat."""
    site.data.mkdir(parents=True, exist_ok=True)
    commands.run(commands.centre(site.settings, "init"), "密钥 keys")
    commands.run(commands.centre(site.settings, "migrate"), "数据库 database")


def root_of(site: Site) -> str:
    """Return the court's root fingerprint."""
    return commands.run(commands.centre(site.settings, "root"), "根指纹 root").strip()


def programs(site: Site) -> list[Program]:
    """Return the programs of the centre's side, in the order in which they start."""
    health = {"web": f"http://{site.host}:{site.port}/healthz", "relay": _relay_health(site)}
    ports = {"web": (site.port,), "relay": (site.stream_port, site.http_port)}
    return [
        Program(
            name,
            command,
            site.logs / f"{name}.log",
            health.get(name, ""),
            ports=ports.get(name, ()),
        )
        for name, command in commands.commands(site.settings).items()
    ]


def _relay_health(site: Site) -> str:
    return f"http://{site.relay_host}:{site.http_port}/v1/health"


def start(site: Site, supervisor: Supervisor) -> None:
    """Start every program, each when the one before is ready."""
    for program in programs(site):
        supervisor.start(program)
