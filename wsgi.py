"""The door for the web server and for `flask`."""

import os
import sys

from nti_lms.app import create_app
from nti_lms.safe import NoSecrets
from nti_lms.settings import BadSettings

os.umask(0o077)  # what the site writes is its owner's alone
is_command = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
try:
    app = create_app(os.environ, has_commands=is_command)
except (BadSettings, NoSecrets) as fault:
    if not is_command:
        raise
    sys.exit(f"{fault}.")
