"""The fixtures that everyone leans on are the real parts."""

from __future__ import annotations

import psycopg
from playwright.sync_api import Page

from door.bench.postgres import PostgresServer


def test_postgres_is_a_real_cluster_with_a_database_per_test(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    name = postgres_url.split("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(postgres_server.conninfo(name)) as connection:
        row = connection.execute(
            "SELECT current_database(), current_setting('TimeZone')"
        ).fetchone()
    assert row == (name, "UTC")


def test_chromium_runs_scripts_and_draws(page: Page) -> None:
    page.set_content("<p id=x></p><script>x.textContent = 6 * 7</script>")
    assert page.locator("#x").inner_text() == "42"
    assert page.screenshot().startswith(b"\x89PNG")
