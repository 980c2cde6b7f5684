"""Assemble the site."""

from collections.abc import Mapping

from flask import Flask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from nti_lms import database, policy, safe, web
from nti_lms.settings import ROOT, Settings
from nti_lms.storage import Storage
from nti_lms.web.indentation import Unindented

MAX_REQUEST_BYTES = 2_000_000
MAX_FORM_BYTES = 1_000_000
COMPRESSED = [
    *("text/html", "text/css", "text/plain", "text/javascript", "text/calendar"),
    *("application/json", "application/manifest+json", "image/svg+xml"),
]


def create_app(env: Mapping[str, str], *, has_commands: bool = True) -> Flask:
    """Build the site from the environment; importing this module does nothing by itself.

    A web server needs no commands, and starts sooner without them.

    Raises:
        BadSettings: names every setting that cannot be used.
        NoSecrets: the data folder has not been prepared.
    """
    settings = Settings.from_env(env)
    secrets = safe.read(settings.data)
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.from_mapping(
        SECRET_KEY=secrets.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_NAME="__Host-form" if settings.is_https else "form",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still save
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_BR_LEVEL=5,  # a fifteenth smaller than 4, in a third of a millisecond more
        DEMO=settings.is_demo,
        NEUTRAL_URL=settings.neutral_url,
    )
    app.extensions["settings"] = settings
    app.extensions["keyring"] = secrets.ring  # as it was at the start: for commands
    app.extensions["ring-file"] = safe.RingFile(settings.data, secrets.ring)
    app.extensions["storage"] = Storage(settings.files_folder)
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.add_extension(Unindented)
    app.jinja_env.globals.update(may=policy)
    database.init_app(app)
    CSRFProtect(app)
    Compress(app)
    web.init_app(app)
    if has_commands:
        from nti_lms import cli  # noqa: PLC0415 -- slow import

        cli.init_app(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    return app
