"""The folder where backups lie, each in a folder of its own named by its moment."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nti_lms.backups import manifest
from nti_lms.backups.faults import BackupFault
from nti_lms.backups.manifest import Manifest
from nti_lms.domain import keeping

UNDER_WAY = ".under-way"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: its folder, and what it says of itself."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its moment, as its folder is called."""
        return self.folder.name


def name_for(moment: datetime) -> str:
    """The folder's name of a backup made at that moment, such as 20261201T101500Z."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def open_backup(folder: Path) -> Backup:
    """The backup in that folder. Raises BackupFault."""
    try:
        return Backup(folder, Manifest.parse((folder / manifest.FILE).read_text("utf-8")))
    except (OSError, UnicodeDecodeError):
        raise BackupFault(f"{folder} holds no backup") from None
    except BackupFault as fault:
        raise BackupFault(f"{folder}: {fault}") from None


def list_backups(shelf: Path) -> Sequence[Backup]:
    """The finished backups on a shelf, the newest first; whatever else lies there is left out."""
    found = []
    for path in shelf.glob(f"*/{manifest.FILE}"):
        try:
            found.append(open_backup(path.parent))
        except BackupFault:
            continue
    finished = [backup for backup in found if backup.name != UNDER_WAY]
    return sorted(finished, key=lambda backup: backup.manifest.made_at, reverse=True)


def find(shelf: Path, name: str | None) -> Backup:
    """A backup by its name on the shelf or by its path; the newest for None. Raises BackupFault."""
    if name is not None:
        return open_backup(shelf / name if "/" not in name else Path(name).absolute())
    if newest := list_backups(shelf):
        return newest[0]
    raise BackupFault(f"there is no backup in {shelf}")


def list_that_need(shelf: Path, key_id: str) -> Sequence[Backup]:
    """The backups that only a ring with this key or pepper opens."""
    return [one for one in list_backups(shelf) if key_id in one.manifest.standing.keys]


def prune(shelf: Path) -> Sequence[str]:
    """Remove what has aged away; the names of what went."""
    with locked(shelf):
        backups = list_backups(shelf)
        kept = keeping.kept(backup.manifest.made_at for backup in backups)
        aged = [backup for backup in backups if backup.manifest.made_at not in kept]
        for backup in aged:
            shutil.rmtree(backup.folder)
    return [backup.name for backup in aged]


@contextmanager
def locked(shelf: Path) -> Iterator[None]:
    """Be alone on the shelf, which is made if need be (0700). Raises BackupFault."""
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(shelf, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupFault(f"another backup is under way in {shelf}") from None
    finally:
        os.close(handle)
