"""Open the files of a curriculum, whatever state hands have left them in."""

from dataclasses import dataclass, field
from pathlib import Path

from nti_lms.curriculum.documents import Document, read_yaml
from nti_lms.curriculum.limits import MAX_BYTES
from nti_lms.curriculum.types import Problem


@dataclass(slots=True)
class Shelf:
    """The files under `root`, and what was wrong with those that were opened.

    Paths in problems are relative to `root`.
    """

    root: Path
    problems: list[Problem] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """`path` as problems show it."""
        return path.relative_to(self.root).as_posix()

    def report(self, path: Path, what: str, *, line: int = 1) -> None:
        """Note a fault of `path`."""
        self.problems.append(Problem(self.name(path), line, what))

    def read_bytes(self, path: Path) -> bytes | None:
        """The bytes of a file, or None if it cannot be opened or is too large."""
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            self.report(path, "the file is missing")
        except OSError as error:
            self.report(path, f"the file cannot be opened: {error.strerror}")
        else:
            if len(content) <= MAX_BYTES:
                return content
            self.report(path, f"the file is larger than {MAX_BYTES // 1000} kB")
        return None

    def read_text(self, path: Path) -> str | None:
        """The text of a file in UTF-8, or None."""
        content = self.read_bytes(path)
        if content is None:
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.report(path, "the text is not UTF-8 from here on", line=line)
            return None

    def read_yaml(self, path: Path) -> Document:
        """What a YAML file says; an empty document if it cannot be read."""
        text = self.read_text(path)
        if text is None:
            return Document()
        document = read_yaml(text.removeprefix("\ufeff"), self.name(path))
        self.problems += document.problems
        return document

    def list(self, folder: Path, pattern: str) -> list[Path]:
        """What is in `folder` under a name of that pattern, by name."""
        return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))
