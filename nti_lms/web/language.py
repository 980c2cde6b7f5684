"""Which language a page speaks: the cookie, the person's own, the browser's, Spanish."""

from typing import Any

from flask import Flask, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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
    app.jinja_env.globals.update(_=_one, gettext=_one, ngettext=_some)


@pass_eval_context
def _one(where: EvalContext, text: str, /, **names: Any) -> str:
    """What Jinja's own gettext does in three calls, in one: a page asks a hundred times."""
    words = _catalogue().ugettext(text)
    return _spoken(where, words, names)


@pass_eval_context
def _some(where: EvalContext, one: str, many: str, num: int, /, **names: Any) -> str:
    words = _catalogue().ungettext(one, many, num)
    return _spoken(where, words, {"num": num, **names})


def _spoken(where: EvalContext, words: str, names: dict[str, Any]) -> str:
    """The words with the names in them, escaped where the page is HTML."""
    return (Markup(words) if where.autoescape else words) % names  # noqa: S704 -- our catalogue


_catalogues: dict[str, Any] = {}


def _catalogue() -> Any:
    """The translations of this page's language: a page asks for them a hundred times."""
    name = get_locale().language  # str() of a locale costs as much as the rest
    if name not in _catalogues:
        _catalogues[name] = get_translations()
    return _catalogues[name]
