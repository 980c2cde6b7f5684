"""Where the database's tables stand, and how they are brought up to date."""

import re

from sqlalchemy import Connection, inspect, text

from nti_lms.database import db
from nti_lms.models.search import WORDS
from nti_lms.settings import ROOT

FOLDER = ROOT / "migrations"
TABLE = "alembic_version"
_NAMED = re.compile(r'^(revision|down_revision) = (?:"([^"]+)"|None)', re.MULTILINE)


def heads() -> set[str]:
    """The newest revisions of the schema that this code knows: those that no other builds on.

    Read from the files themselves, since a web process has no other need of Alembic.
    """
    found = _revisions()
    return found.keys() - found.values()


def known() -> set[str]:
    """Every revision of the schema that this code can bring up to date."""
    return set(_revisions())


def is_at_head(connection: Connection) -> bool:
    """Whether the database's tables are the ones that this code expects."""
    if not inspect(connection).has_table(TABLE):
        return False
    rows = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    return set(rows) == heads()


def is_behind(connection: Connection) -> bool:
    """Whether there are tables, and they are not the ones that this code expects."""
    return inspect(connection).has_table(TABLE) and not is_at_head(connection)


def is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Whether our models tell of it: of the index of the search only a migration does."""
    return kind != "table" or not (name or "").startswith(WORDS)


def upgrade() -> bool:
    """Bring the tables up to date; whether there was anything to do."""
    with db.engine.connect() as connection:
        if is_at_head(connection):
            return False
    import flask_migrate  # noqa: PLC0415 -- slow import

    flask_migrate.upgrade(directory=str(FOLDER))
    return True


def _revisions() -> dict[str, str]:
    """Each revision, and the one that it builds on: empty for the first."""
    texts = [path.read_text("utf-8") for path in sorted((FOLDER / "versions").glob("*.py"))]
    named = [dict(_NAMED.findall(words)) for words in texts]
    return {one["revision"]: one.get("down_revision", "") for one in named}
