"""Alembic's environment: the one place that knows every room's tables."""

from __future__ import annotations

from alembic import context
from sqlalchemy import event

import command_center.access.models
import command_center.cases.file_models
import command_center.cases.models
import command_center.closing.models
import command_center.deadlines.models
import command_center.devices.models
import command_center.disclosure.models
import command_center.footage.models
import command_center.guardian.models
import command_center.ledger.models
import command_center.measures.models
import command_center.notices.models
import command_center.notices.print_models
import command_center.objections.models
import command_center.operations.models
import command_center.papers.models
import command_center.platform.event_log
import command_center.platform.journal
import command_center.platform.outbox_rows
import command_center.quarantine.models
import command_center.serving.models  # noqa: F401  (imported for its table)
from command_center.platform.database import make_engine
from command_center.platform.tables import Base


def run() -> None:
    """Run the migrations on the database that the caller named."""
    engine = make_engine(context.config.attributes["url"])
    if engine.dialect.name == "sqlite":
        # The driver is in autocommit: one transaction makes a migration whole or nothing.
        event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
