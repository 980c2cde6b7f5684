"""Put a backup back, where nothing is yet."""

from collections.abc import Callable

from sqlalchemy import Engine, delete, update

from nti_lms import migrating
from nti_lms.backups import checking, postgres_copy, sqlite_copy, standing
from nti_lms.backups.faults import BackupFault
from nti_lms.backups.ledger import Ledger
from nti_lms.backups.making import FILES
from nti_lms.backups.shelf import Backup
from nti_lms.database import db, unit_of_work
from nti_lms.domain.keyring import KeyRing
from nti_lms.models import CalendarFeed, Session, Ticket, Workbook
from nti_lms.services import erasures
from nti_lms.storage import Storage


def restore(
    backup: Backup,
    storage: Storage,
    ring: KeyRing,
    erased: Ledger,
    beat: Callable[[], None] = lambda: None,
) -> int:
    """Check the backup, put files and database back, compare, bring the tables up to date, and
    erase again what people had erased since; how many rows that were.

    Raises:
        BackupFault: it is damaged, of another kind, needs another key ring, or the place is taken.
    """
    checking.check(backup)
    _refuse_another_kind(backup, db.engine)
    _refuse_unknown_keys(backup, ring)
    _refuse_a_taken_place(backup, storage)
    _restore_files(backup, storage)
    _restore_database(backup, db.engine, beat)
    with db.engine.connect() as connection:
        checking.compare(backup.manifest.standing, standing.read(connection))
    migrating.upgrade()
    with unit_of_work():
        _forget_what_has_passed()
        return erasures.replay(erased.rows())


def _refuse_another_kind(backup: Backup, engine: Engine) -> None:
    made_on, here = backup.manifest.database, engine.dialect.name
    if made_on != here:
        raise BackupFault(f"it was made on {made_on}, and DATABASE_URL names {here}")
    revisions = set(backup.manifest.standing.revision.split())
    if revisions - migrating.known():
        raise BackupFault(
            f"its tables are of a newer product ({backup.manifest.product}); install that one first"
        )


def _refuse_unknown_keys(backup: Backup, ring: KeyRing) -> None:
    missing = set(backup.manifest.standing.keys) - {*ring.keys, *ring.peppers}
    if missing:
        raise BackupFault(
            "the key ring here lacks what it is sealed with "
            f"({', '.join(sorted(missing))}). Put your copy of the file keyring from the days of "
            "this backup into NTI_DATA first: with another one nobody could sign in"
        )


def _refuse_a_taken_place(backup: Backup, storage: Storage) -> None:
    """Nothing is overwritten. Files of this very backup may lie there: a try that was cut off."""
    kind = sqlite_copy if db.engine.dialect.name == "sqlite" else postgres_copy
    if not kind.is_empty(db.engine):
        raise BackupFault("the database is not empty. Move it away, or name an empty one")
    strange = set(storage.list_names()) - _names(backup).keys()
    if strange:
        raise BackupFault(f"{storage.folder} is not empty. Move it away first")


def _names(backup: Backup) -> dict[str, str]:
    """The files of the store by their name in it."""
    inside = [name for name in backup.manifest.files if name.startswith(f"{FILES}/")]
    return {name.removeprefix(f"{FILES}/").replace("/", ""): name for name in inside}


def _restore_files(backup: Backup, storage: Storage) -> None:
    for name, path in _names(backup).items():
        if storage.put((backup.folder / path).read_bytes()) != name:
            raise BackupFault(f"{path} is not the file that its name tells of")


def _restore_database(backup: Backup, engine: Engine, beat: Callable[[], None]) -> None:
    if engine.dialect.name == "sqlite":
        sqlite_copy.restore(backup.folder, engine)
    else:
        postgres_copy.restore(backup.folder, engine, beat)


def _forget_what_has_passed() -> None:
    """What was over may not come back: sessions, resets, calendars. Workbooks were left behind."""
    db.session.execute(delete(Session))
    db.session.execute(delete(CalendarFeed))
    db.session.execute(delete(Ticket).where(Ticket.purpose == "reset"))
    db.session.execute(update(Workbook).values(file=None, bytes=None, pages=None, job_id=None))
