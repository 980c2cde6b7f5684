"""Backups: the database as it stood at one moment, with the files of the store.

A backup never holds a secret of the installation: the key ring and the secret key stay apart.
"""

from nti_lms.backups.checking import check
from nti_lms.backups.faults import BackupFault
from nti_lms.backups.ledger import Ledger
from nti_lms.backups.ledger import copy as copy_ledger
from nti_lms.backups.ledger import read as read_ledger
from nti_lms.backups.making import create
from nti_lms.backups.manifest import Manifest
from nti_lms.backups.restoring import restore
from nti_lms.backups.shelf import Backup, find, list_backups, list_that_need, prune

__all__ = [
    "Backup",
    "BackupFault",
    "Ledger",
    "Manifest",
    "check",
    "copy_ledger",
    "create",
    "find",
    "list_backups",
    "list_that_need",
    "prune",
    "read_ledger",
    "restore",
]
