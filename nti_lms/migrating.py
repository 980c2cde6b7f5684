"""Where the database's tables stand, and how they are brought up to date."""

import re

from sqlalchemy import Connection, inspect, text

from nti_lms.database import db
from nti_lms.settings import ROOT

FOLDER = ROOT / "migrations"
TABLE = "alembic_version"
_NAMED = re.compile(r'^(revision|down_revision) = (?:"([^"]+)"|None)', re.MULTILINE)


def heads() -> set[str]:
    """The newest revisions of the schema that this code knows: those that no other builds on.

    Read from the files themselves, since a web process has no other need of Alembic.
    """
    texts = [path.read_text("utf-8") for path in sorted((FOLDER / "versions").glob("*.py"))]
    named = [dict(_NAMED.findall(words)) for words in texts]
    return {one["revision"] for one in named} - {one.get("down_revision", "") for one in named}


def is_at_head(connection: Connection) -> bool:
    """Whether the database's tables are the ones that this code expects."""
    if not inspect(connection).has_table(TABLE):
        return False
    rows = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    return set(rows) == heads()


def upgrade() -> bool:
    """Bring the tables up to date; whether there was anything to do."""
    with db.engine.connect() as connection:
        if is_at_head(connection):
            return False
    import flask_migrate  # noqa: PLC0415 -- slow import

    flask_migrate.upgrade(directory=str(FOLDER))
    return True
