"""Make an installation ready to serve: python -m nti_lms.prepare [--demo].

One process does it all, so that a second start takes a breath: secrets, tables, translations,
curriculum, the fictitious cohort if asked, the first administrator's link.
"""

import os
import sys
from collections.abc import Sequence

from nti_lms import migrating, safe
from nti_lms.app import create_app
from nti_lms.cli import curriculum, demo, people
from nti_lms.settings import Settings
from nti_lms.translating import compile_stale


def main(arguments: Sequence[str]) -> int:
    """Prepare, telling what was done on standard output."""
    if set(arguments) - {"--demo"}:
        sys.stderr.write("usage: python -m nti_lms.prepare [--demo]\n")
        return 2
    os.umask(0o077)
    settings = Settings.from_env(os.environ)
    safe.make(settings.data)
    compile_stale()
    app = create_app(os.environ)
    with app.app_context():
        migrating.upgrade()
        _say(curriculum.load_if_changed())
        if "--demo" in arguments:
            _say(demo.load(settings.data, app.extensions["keyring"]))
        elif link := people.first_administrator(settings.public_url):
            _say([f"First administrator, once: {link}"])
    return 0


def _say(lines: Sequence[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
