"""Append-only by trigger: SQL for both databases. Migrations call it, so it is never changed:
a new form is a new function beside it.

SQLite needs `recursive_triggers=ON` on every connection (`platform.database`), or INSERT OR
REPLACE passes by the DELETE trigger. PostgreSQL needs a TRUNCATE trigger too.
"""

from __future__ import annotations

_FUNCTION = """
CREATE OR REPLACE FUNCTION mz_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def protect(dialect: str, table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE and DELETE (and TRUNCATE)."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        _FUNCTION,
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION mz_append_only()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION mz_append_only()""",
    ]


def unprotect(dialect: str, table: str) -> list[str]:
    """Return the statements that take the protection away again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{act}" for act in ("update", "delete")]
    return [
        f"DROP TRIGGER {table}_append_only ON {table}",
        f"DROP TRIGGER {table}_no_truncate ON {table}",
    ]
