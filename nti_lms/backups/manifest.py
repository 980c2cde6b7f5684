"""What a backup says of itself."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Self

from nti_lms.backups.faults import BackupFault
from nti_lms.settings import ROOT

FORMAT = 1
FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands: rows by table, its revision, the ids of the keys that rows name."""

    rows: Mapping[str, int]
    revision: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database` is sqlite or postgresql; `files` maps paths in the backup to their SHA-256."""

    made_at: datetime
    product: str
    database: str
    standing: Standing
    files: Mapping[str, str]

    def dump(self) -> str:
        """As JSON text."""
        kept = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(kept, indent=1, sort_keys=True) + "\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `dump` wrote. Raises BackupFault."""
        try:
            kept = json.loads(text)
            if kept["format"] != FORMAT:
                raise BackupFault("it was made by a newer product")
            standing = kept["standing"]
            return cls(
                datetime.fromisoformat(kept["made_at"]).astimezone(UTC),
                kept["product"],
                kept["database"],
                Standing(standing["rows"], standing["revision"], tuple(standing["keys"])),
                kept["files"],
            )
        except (ValueError, KeyError, TypeError):
            raise BackupFault("its manifest cannot be read") from None


@cache
def product_version() -> str:
    """The version of this product."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def hash_of(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
