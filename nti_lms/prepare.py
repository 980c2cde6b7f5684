"""Make an installation ready to serve: python -m nti_lms.prepare [--demo].

A second start takes a breath: while neither the code nor the content has changed, a stamp in the
data folder says that all is done, and the site is not even loaded.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nti_lms.settings import ROOT, Settings

CONTENT = ("nti_lms/**/*.py", "nti_lms/**/*.po", "migrations/**/*.py", "curriculum/**/*.*")


def main(arguments: Sequence[str]) -> int:
    """Prepare, telling what was done on standard output."""
    if set(arguments) - {"--demo"}:
        sys.stderr.write("usage: python -m nti_lms.prepare [--demo]\n")
        return 2
    os.umask(0o077)
    settings, is_demo = Settings.from_env(os.environ), "--demo" in arguments
    stamp, digest = settings.data / "prepared", _digest(is_demo=is_demo)
    if _holds(stamp, digest, settings):
        _say(stamp.read_text("utf-8").splitlines()[1:])
        return 0
    from nti_lms.preparing import prepare  # noqa: PLC0415 -- slow import

    done = prepare(settings, dict(os.environ), is_demo=is_demo)
    _say([*done.news, *done.standing])
    if done.link:
        _say([f"First administrator, once: {done.link}"])
    else:
        stamp.write_text("\n".join([digest, *done.standing]) + "\n", "utf-8")
    return 0


def _holds(stamp: Path, digest: str, settings: Settings) -> bool:
    """Whether the stamp was made of this code and content, and what it speaks of is still there."""
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    needed = (stamp, database, settings.data / "keyring", settings.data / "secret-key")
    return all(path.is_file() for path in needed) and stamp.read_text("utf-8").startswith(digest)


def _digest(*, is_demo: bool) -> str:
    """SHA-256, as hex, of everything that a preparation depends on."""
    found = hashlib.sha256(f"{sys.version} {is_demo}".encode())
    for path in sorted(path for pattern in CONTENT for path in ROOT.glob(pattern)):
        if path.is_file():
            found.update(path.as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _say(lines: Sequence[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
