"""Answers as a form sends them, and as a page shows them again.

A field is named `q-<question>`, or `q-<question>-<entry>` for the selects of a match, an order
(whose values are places from 1) and a cloze.
"""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict

from nti_lms.domain import questions as kinds
from nti_lms.domain.questions import Asked, Question, Response

MOST_CHARACTERS = 5000


def read(form: MultiDict[str, str], asked: Sequence[Question]) -> dict[str, Response]:
    """What was answered, by question; a question left alone is not in it."""
    found = {one.asked.id: _read(form, one.asked) for one in asked}
    return {name: response for name, response in found.items() if response}


def places(response: Response, asked: Asked) -> Mapping[str, str]:
    """The place of each entry of an order, as the selects show it."""
    row = response if isinstance(response, list) else []
    return {entry: str(row.index(entry) + 1) for entry in row}


def unanswered(responses: Mapping[str, Response], asked: Sequence[Question]) -> list[int]:
    """The numbers, from 1, of questions without an answer, or with one that is not whole."""
    return [
        number
        for number, one in enumerate(asked, start=1)
        if not _is_whole(responses.get(one.asked.id, ""), one.asked)
    ]


def _read(form: MultiDict[str, str], asked: Asked) -> Response:
    name = f"q-{asked.id}"
    if asked.kind == kinds.MULTIPLE:
        return form.getlist(name)
    if asked.kind in (kinds.MATCH, kinds.CLOZE):
        entries = asked.options or asked.gaps
        table = {entry.id: _text(form.get(f"{name}-{entry.id}", "")) for entry in entries}
        return {entry: answer for entry, answer in table.items() if answer}
    if asked.kind == kinds.ORDER:
        return _row(form, asked)
    return _text(form.get(name, ""))


def _row(form: MultiDict[str, str], asked: Asked) -> list[str]:
    """Entries by the place that was chosen for them; one without a place is left out."""
    chosen = {entry.id: form.get(f"q-{asked.id}-{entry.id}", "") for entry in asked.options}
    placed = {entry: int(place) for entry, place in chosen.items() if place.isdecimal()}
    return sorted(placed, key=lambda entry: placed[entry])


def _is_whole(response: Response, asked: Asked) -> bool:
    if asked.kind in (kinds.MATCH, kinds.ORDER):
        return len(response) == len(asked.options)
    if asked.kind == kinds.CLOZE:
        return len(response) == len(asked.gaps)
    return bool(response)


def _text(value: str) -> str:
    return value.replace("\x00", "").replace("\r\n", "\n").strip()[:MOST_CHARACTERS]
