"""Read how a database stands; of any revision, so by what it holds and not by our models."""

from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from nti_lms.backups.manifest import Standing
from nti_lms.migrating import TABLE
from nti_lms.services import keys


def read(connection: Connection) -> Standing:
    """Rows, revision and key ids as this connection sees them."""
    metadata = MetaData()
    names = sorted(inspect(connection).get_table_names())
    tables = [Table(name, metadata) for name in names]
    rows = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }
    revision = Table(TABLE, MetaData(), autoload_with=connection)
    found = connection.scalars(select(revision.c.version_num)).all()
    return Standing(rows, " ".join(sorted(found)), tuple(sorted(keys.used(connection))))
