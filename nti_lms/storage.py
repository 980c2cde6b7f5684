"""Files by the hash of their content, in a local folder."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nti_lms.domain.errors import NotFound


class Storage:
    """A folder of files named by SHA-256, two levels deep. Writing the same bytes twice is free."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content`; its name, 64 hex digits."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        return name

    def get(self, name: str) -> bytes:
        """The content of that name. Raises NotFound."""
        path = self.path(name)
        return path.read_bytes()

    def list_names(self) -> Iterator[str]:
        """The names of all that is kept; a file that was never finished is not among them."""
        for path in sorted(self.folder.glob("??/*")):
            if _is_name(name := path.parent.name + path.name):
                yield name

    def path(self, name: str) -> Path:
        """Where the file of that name lies. Raises NotFound."""
        if not _is_name(name):
            raise NotFound
        path = self._path(name)
        if not path.is_file():
            raise NotFound
        return path

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name[2:]


def _is_name(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
