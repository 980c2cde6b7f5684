"""The door for the web server and for `flask`."""

import os

from nti_lms.app import create_app

os.umask(0o077)  # what the site writes is its owner's alone
app = create_app(os.environ, has_commands=os.environ.get("FLASK_RUN_FROM_CLI") == "true")
