"""A lesson as it would look, while it is being written."""

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from nti_lms.curriculum import LANGUAGES, Lesson
from nti_lms.services import library
from nti_lms.web.blocks import draw


def previews(texts: Mapping[str, Lesson], figures: Mapping[str, Any]) -> dict[str, Markup]:
    """Each language that can be read, drawn for whoever writes: notes to facilitators included."""
    outline = library.outline()
    shown: dict[str, Markup] = {}
    for language in LANGUAGES:
        if language in texts:
            rendering = draw(texts[language], figures, outline, facilitates=True)
            with force_locale(language):
                html = render_template("learn/preview.html", rendering=rendering)
            shown[language] = Markup(html)  # noqa: S704 -- our own template
    return shown
