"""Which language a page speaks: the cookie, the person's own, the browser's, Spanish."""

from typing import Any

from flask import Flask, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user

from nti_lms.curriculum.types import LANGUAGES

COOKIE = "language"


def choose() -> str:
    """The code of the language for this request."""
    wished = request.cookies.get(COOKIE)
    if wished in LANGUAGES:
        return str(wished)
    if current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES, default="es") or "es"


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask here."""
    app.config["BABEL_DEFAULT_LOCALE"] = "es"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "America/La_Paz"
    Babel(app, locale_selector=choose)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )


_catalogues: dict[str, Any] = {}


def _catalogue() -> Any:
    """The translations of this page's language: a page asks for them a hundred times."""
    name = get_locale().language  # str() of a locale costs as much as the rest
    if name not in _catalogues:
        _catalogues[name] = get_translations()
    return _catalogues[name]
