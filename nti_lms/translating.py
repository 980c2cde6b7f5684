"""The interface's catalogues, compiled where they lie when they have changed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).with_name("translations")


def compile_stale() -> list[Path]:
    """Compile each catalogue that has changed; which ones were."""
    return [path for path in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")) if _compile(path)]


def _compile(path: Path) -> bool:
    made = path.with_suffix(".mo")
    if made.exists() and made.stat().st_mtime >= path.stat().st_mtime:
        return False
    with path.open("rb") as file:
        catalogue = read_po(file)
    with made.open("wb") as file:
        write_mo(file, catalogue)
    return True
