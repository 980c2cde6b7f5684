"""Where the database's tables stand, and how they are brought up to date."""

import flask_migrate
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nti_lms.database import db
from nti_lms.settings import ROOT


def heads() -> set[str]:
    """The newest revisions of the schema that this code knows."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return set(ScriptDirectory.from_config(config).get_heads())


def is_at_head(connection: Connection) -> bool:
    """Whether the database's tables are the ones that this code expects."""
    return set(MigrationContext.configure(connection).get_current_heads()) == heads()


def upgrade() -> bool:
    """Bring the tables up to date; whether there was anything to do."""
    with db.engine.connect() as connection:
        if is_at_head(connection):
            return False
    flask_migrate.upgrade(directory=str(ROOT / "migrations"))
    return True
