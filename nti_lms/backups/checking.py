"""Whether a backup is what it says: every hash, every count, and a database that opens."""

from nti_lms.backups import manifest, postgres_copy, sqlite_copy
from nti_lms.backups.faults import BackupFault
from nti_lms.backups.manifest import Standing, hash_of
from nti_lms.backups.shelf import Backup


def check(backup: Backup) -> None:
    """Read all of it and open its database. Raises BackupFault for the first thing amiss."""
    _check_files(backup)
    told = backup.manifest.standing
    compare(told, _open(backup))


def compare(told: Standing, found: Standing) -> None:
    """Raises BackupFault unless a database stands as it should."""
    if found == told:
        return
    tables = sorted(
        name
        for name in told.rows.keys() | found.rows.keys()
        if told.rows.get(name) != found.rows.get(name)
    )
    words = ", ".join(
        f"{name} has {found.rows.get(name)} rows instead of {told.rows.get(name)}"
        for name in tables
    )
    raise BackupFault(words or "its revision or its keys are not the ones it tells of")


def _check_files(backup: Backup) -> None:
    listed = backup.manifest.files
    for name, digest in listed.items():
        path = backup.folder / name
        if not path.is_file():
            raise BackupFault(f"{name} is missing")
        if hash_of(path) != digest:
            raise BackupFault(f"{name} is not the file that was kept")
    paths = (path for path in backup.folder.rglob("*") if path.is_file())
    there = {path.relative_to(backup.folder).as_posix() for path in paths}
    if strange := there - listed.keys() - {manifest.FILE}:
        raise BackupFault(f"{min(strange)} does not belong there")


def _open(backup: Backup) -> Standing:
    if backup.manifest.database == "sqlite":
        return sqlite_copy.check(backup.folder)
    return postgres_copy.check(backup.folder, backup.manifest.standing)
