"""Print one book in a process of its own, for jobs: manuscript in, PDF out.

The process that calls `render_in_child` needs no WeasyPrint itself.
"""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing.limits import Limits, confine
from nti_lms.printing.manuscript import Manuscript
from nti_lms.settings import ROOT


class KeptParts(MutableMapping[str, bytes]):
    """Made parts in a folder, by the hash of all that went into them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def __getitem__(self, key: str) -> bytes:
        try:
            return (self.folder / key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, pdf: bytes) -> None:
        unfinished = self.folder / f"{key}.part"
        unfinished.write_bytes(pdf)
        unfinished.replace(self.folder / key)

    def __delitem__(self, key: str) -> None:
        (self.folder / key).unlink()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.folder.iterdir() if not path.suffix)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def render_in_child(
    manuscript: Manuscript, *, cache: Path | None = None, limits: Limits | None = None
) -> bytes:
    """The book as PDF bytes, made in a process that is ended when it goes beyond `limits`.

    `cache` is a folder for made parts; words that a person filled in are never put there.

    Raises:
        PrintingFailed: it could not be made, or took too long.
    """
    held = limits or Limits()
    command = [
        sys.executable, "-m", "nti_lms.printing.child",
        str(held.cpu_seconds), str(held.max_bytes), *([str(cache)] if cache else []),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="nti-press-") as scratch:
        try:
            done = subprocess.run(  # noqa: S603 -- our own module, fixed arguments
                command,
                input=manuscript.to_bytes(),
                capture_output=True,
                cwd=ROOT,
                env=os.environ | {"TMPDIR": scratch},
                timeout=held.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PrintingFailed("it took too long") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise PrintingFailed(f"it stopped with code {done.returncode}: {last[0]}")
    return done.stdout


def main(cpu_seconds: str, max_bytes: str, *cache: str) -> None:
    """Read a manuscript, write a PDF."""
    from nti_lms.printing import press, render  # noqa: PLC0415 -- slow import

    gc.disable()
    render.warm()
    kept = KeptParts(Path(cache[0])) if cache else None
    confine(
        Limits(cpu_seconds=int(cpu_seconds), max_bytes=int(max_bytes)), may_write=kept is not None
    )
    sys.stdout.buffer.write(press.print_book(Manuscript.from_bytes(sys.stdin.buffer.read()), kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
