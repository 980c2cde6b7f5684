"""Make a backup: the database first, then the files that it speaks of."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from nti_lms import clock, safe
from nti_lms.backups import ledger, manifest, postgres_copy, shelf, sqlite_copy
from nti_lms.backups.manifest import Manifest, Standing, hash_of
from nti_lms.backups.shelf import Backup
from nti_lms.database import db
from nti_lms.models import Workbook
from nti_lms.storage import Storage

FILES = "files"


def create(folder: Path, storage: Storage, beat: Callable[[], None] = lambda: None) -> Backup:
    """Copy database and files into a new folder on the shelf `folder`, while the site goes on.

    A file is stored before the row that names it is kept, so whatever the copied rows name is
    there to be copied after them. `beat` is called now and then. Raises BackupFault.
    """
    with shelf.locked(folder):
        made_at = _free_moment(folder)
        draft = folder / shelf.UNDER_WAY
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        standing = _dump(db.engine, draft, beat)
        _copy_files(storage, draft / FILES, beat)
        told = Manifest(
            made_at=made_at,
            product=manifest.product_version(),
            database=db.engine.dialect.name,
            standing=standing,
            files=_hashes(draft),
        )
        (draft / manifest.FILE).write_text(told.dump(), "utf-8")
        _settle(draft)
        finished = draft.rename(folder / shelf.name_for(made_at))
        safe.sync(folder)
        ledger.copy(folder)
    return Backup(finished, told)


def _dump(engine: Engine, draft: Path, beat: Callable[[], None]) -> Standing:
    if engine.dialect.name == "sqlite":
        return sqlite_copy.dump(engine, draft)
    return postgres_copy.dump(engine, draft, beat)


def _copy_files(storage: Storage, target: Path, beat: Callable[[], None]) -> None:
    """Every file but the workbooks, which are built again when somebody asks."""
    workbooks = set(db.session.scalars(select(Workbook.file).where(Workbook.file.is_not(None))))
    db.session.commit()
    for name in storage.list_names():
        if name not in workbooks:
            copy = target / name[:2] / name[2:]
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(storage.path(name), copy)
            beat()


def _hashes(draft: Path) -> dict[str, str]:
    paths = sorted(path for path in draft.rglob("*") if path.is_file())
    return {path.relative_to(draft).as_posix(): hash_of(path) for path in paths}


def _settle(draft: Path) -> None:
    """See it on the disk, readable by its owner alone."""
    for path in [*draft.rglob("*"), draft]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        safe.sync(path)


def _free_moment(folder: Path) -> datetime:
    moment = clock.now().replace(microsecond=0)
    while (folder / shelf.name_for(moment)).exists():
        moment += timedelta(seconds=1)
    return moment
