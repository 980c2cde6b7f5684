"""Forms of the lesson editor."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from nti_lms.web.forms.base import Form, at_most

MOST_CHARACTERS = 200_000


class LessonForm(Form):
    """A lesson in both languages, as it is written."""

    es = TextAreaField("Español", [at_most(MOST_CHARACTERS)])
    en = TextAreaField("English", [at_most(MOST_CHARACTERS)])
    follows = BooleanField(_l("The English says the same as the Spanish"))
