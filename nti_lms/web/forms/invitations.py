"""A list of people to invite, pasted or as a file."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField, SelectField, TextAreaField

from nti_lms.web.forms.base import Form, at_most


class RollForm(Form):
    """The list, as text or as a file."""

    text = TextAreaField(
        _l("Paste the list"),
        [at_most(200_000)],
        description=_l("One person a line, under a first line that names the columns."),
    )
    file = FileField(
        _l("Or choose a file"), description=_l("CSV in UTF-8, at most 200 kB and 500 people.")
    )


class MentorForm(Form):
    """Who accompanies a commitment."""

    mentor = SelectField(_l("Mentor"))
