"""Print one book in a process of its own, for jobs: manuscript in, PDF out.

The process that calls `render_in_child` needs no WeasyPrint itself.
"""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing.limits import Limits, confine
from nti_lms.printing.manuscript import Manuscript
from nti_lms.settings import ROOT

Report = Callable[[int, int], None]


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
        # Its own name: the child of a worker that died may still be at the same part.
        unfinished = self.folder / f"{key}.{os.getpid()}.part"
        unfinished.write_bytes(pdf)
        unfinished.replace(self.folder / key)

    def __delitem__(self, key: str) -> None:
        (self.folder / key).unlink()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.folder.iterdir() if not path.suffix)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def render_in_child(
    manuscript: Manuscript,
    *,
    cache: Path | None = None,
    limits: Limits | None = None,
    report: Report | None = None,
) -> bytes:
    """The book as PDF bytes, made in a process that is ended when it goes beyond `limits`.

    `cache` is a folder for made parts; words that a person filled in are never put there.
    `report` is told how many parts are made, of how many, while they are.

    Raises:
        PrintingFailed: it could not be made, or took too long.
    """
    held = limits or Limits()
    hears, tells = os.pipe()
    with tempfile.TemporaryDirectory(prefix="nti-press-") as scratch:
        process = subprocess.Popen(  # noqa: S603 -- our own module, fixed arguments
            [sys.executable, "-m", "nti_lms.printing.child", *_words(held, tells, cache)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"TMPDIR": scratch},
            pass_fds=(tells,),
        )
        os.close(tells)
        with process, ThreadPoolExecutor(1) as beside, os.fdopen(hears) as progress:
            talk = beside.submit(_talk, process, manuscript.to_bytes(), held.wall_seconds)
            for line in progress:
                if report is not None:
                    report(*map(int, line.split()))
            pdf, errors = talk.result()
    if process.returncode:
        last = errors.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise PrintingFailed(f"it stopped with code {process.returncode}: {last[0]}")
    return pdf


def _words(limits: Limits, tells: int, cache: Path | None) -> list[str]:
    given = [str(limits.cpu_seconds), str(limits.max_bytes), str(tells)]
    return [*given, str(cache)] if cache else given


def _talk(
    process: "subprocess.Popen[bytes]", message: bytes, seconds: float
) -> tuple[bytes, bytes]:
    try:
        return process.communicate(message, seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise PrintingFailed("it took too long") from None


def main(cpu_seconds: str, max_bytes: str, tells: str, *cache: str) -> None:
    """Read a manuscript, write a PDF; tell the parts that are made on the descriptor `tells`."""
    from nti_lms.printing import press, render  # noqa: PLC0415 -- slow import

    def report(done: int, total: int) -> None:
        os.write(int(tells), f"{done} {total}\n".encode())

    gc.disable()
    render.warm()
    kept = KeptParts(Path(cache[0])) if cache else None
    confine(
        Limits(cpu_seconds=int(cpu_seconds), max_bytes=int(max_bytes)), may_write=kept is not None
    )
    manuscript = Manuscript.from_bytes(sys.stdin.buffer.read())
    sys.stdout.buffer.write(press.print_book(manuscript, kept, report))


if __name__ == "__main__":
    main(*sys.argv[1:])
