"""Forms of a commitment."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from nti_lms.web.forms.base import Form, at_most


class SectionForm(Form):
    """The text of a section; the title belongs to C1 alone."""

    title = StringField(_l("Title of the commitment"), [at_most(120)])
    body = TextAreaField(_l("Text of this section"), [at_most(20000)])
