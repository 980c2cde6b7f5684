"""Answers as a form sends them, and as a page shows them again.

A field is named `q-<question>`, or `q-<question>.<entry>` for the selects of a match, an order
(whose values are places from 1) and a cloze. A form may hold some questions only.
"""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from nti_lms.domain import questions as kinds
from nti_lms.domain.errors import TooLong, UnknownOption
from nti_lms.domain.questions import Asked, Question, Response

MOST_CHARACTERS = 5000
TABLES = (kinds.MATCH, kinds.ORDER, kinds.CLOZE)
TYPED = (kinds.SHORT, kinds.NUMERIC, kinds.OPEN)

Form = MultiDict[str, str]


def read(form: Form, asked: Sequence[Question]) -> dict[str, Response]:
    """What the form says, by question: empty for one left blank, nothing for one it lacks.

    An order is a mapping from entries to places, which may yet lack some or hold one twice.

    Raises:
        UnknownOption: one field of a single choice was sent twice.
        TooLong: words of more than 5,000 characters.
    """
    found = {one.asked.id: _read(form, one.asked) for one in asked}
    return {name: response for name, response in found.items() if response is not None}


def places(response: Response, asked: Asked) -> Mapping[str, str]:
    """The place of each entry of an order, as its selects show it."""
    if isinstance(response, dict):
        return response
    return {entry: str(place) for place, entry in enumerate(response, start=1)}


def faults(responses: Mapping[str, Response], asked: Sequence[Question]) -> dict[str, str]:
    """What still lacks an answer, in order: what to say, by question."""
    said = {one.asked.id: _fault(responses.get(one.asked.id, ""), one.asked) for one in asked}
    return {name: words for name, words in said.items() if words}


def words_of(form: Form, asked: Sequence[Question]) -> list[tuple[str, str]]:
    """What was typed rather than chosen, with the stem of its question."""
    found = read(form, asked)
    return [
        (one.asked.stem, words)
        for one in asked
        for words in _words(found.get(one.asked.id, ""), one.asked)
    ]


def entries_of(asked: Asked) -> Sequence[str]:
    """The ids that the selects or boxes of a match, an order or a cloze are for."""
    return [entry.id for entry in (asked.gaps if asked.kind == kinds.CLOZE else asked.options)]


def _read(form: Form, asked: Asked) -> Response | None:
    name = f"q-{asked.id}"
    if asked.kind in TABLES:
        fields = {entry: f"{name}.{entry}" for entry in entries_of(asked)}
        if not any(field in form for field in fields.values()):
            return None
        table = {entry: _one(form, field) for entry, field in fields.items()}
        return {entry: answer for entry, answer in table.items() if answer}
    if name not in form:
        return None
    if asked.kind == kinds.MULTIPLE:
        return [option for option in form.getlist(name) if option]
    return _one(form, name)


def _one(form: Form, field: str) -> str:
    values = form.getlist(field)
    if len(values) > 1:
        raise UnknownOption(values)
    text: str = "".join(values).replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    return text


def _fault(response: Response, asked: Asked) -> str:
    if not response:
        return str(_("It has no answer yet."))
    if asked.kind not in TABLES or not isinstance(response, dict):
        return ""
    if asked.kind == kinds.ORDER and len(set(response.values())) < len(response):
        return str(_("Two entries have the same place; give each its own."))
    return "" if len(response) == len(entries_of(asked)) else str(_("It is not complete yet."))


def _words(response: Response, asked: Asked) -> Sequence[str]:
    if asked.kind in TYPED and isinstance(response, str) and response:
        return [response]
    is_typed = asked.kind == kinds.CLOZE and not any(gap.options for gap in asked.gaps)
    return list(response.values()) if is_typed and isinstance(response, dict) else []
