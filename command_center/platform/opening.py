"""Opening the centre's database for a program: settings, keys, engine, and the schema's version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from command_center.platform.database import Database, InThread, run_plainly
from command_center.platform.keys import load_keys
from command_center.platform.settings import Settings, load
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migration_config(url: str) -> Config:
    """Return Alembic's configuration for a database address; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the database's schema up to a revision."""
    command.upgrade(migration_config(settings.database_url), revision)


def check_schema(database: Database) -> None:
    """Raise `database.not_migrated` unless the schema is the one this code was written for."""
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    found = database.read(_revision)  # waits where another process holds the file
    if found != wanted:
        raise MzError("database.not_migrated", Kind.UNAVAILABLE, "run the verb migrate")


def _revision(uow: UnitOfWork) -> str | None:
    return MigrationContext.configure(uow.session.connection()).get_current_revision()


def open_database(settings_file: Path, in_thread: InThread = run_plainly) -> Database:
    """Return the database of a settings file, its schema checked.

    Errors: `settings.*`, `keys.*`, `database.not_migrated`.
    """
    settings = load(settings_file)
    database = Database(settings, load_keys(settings), in_thread=in_thread)
    check_schema(database)
    return database
