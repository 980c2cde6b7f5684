"""Reviews that are malformed, of what does not exist, or due again."""

from collections.abc import Collection
from datetime import date
from typing import Any

from nti_lms.curriculum.checks.faults import Faults
from nti_lms.curriculum.documents import Document
from nti_lms.curriculum.registers import read_day
from nti_lms.curriculum.reviews import ASPECTS, EVERYTHING, entries_of, faults_of

_KINDS = (EVERYTHING, "lessons", "registers")


def check_reviews(
    document: Document, *, lessons: Collection[str], registers: Collection[str], today: date
) -> Faults:
    """Faults of reviews.yml."""
    yield from _check_form(document)
    known = {"lessons": lessons, "registers": registers}
    for kind, names in known.items():
        found: Any = document.mapping.get(kind)
        for name in found if isinstance(found, dict) else ():
            if name not in names:
                yield document.line(kind, name), f"no such {kind.removesuffix('s')}: {name}"
    for keys, entry in entries_of(document.content):
        line, of = document.line(*keys), " ".join(keys[-2:])
        faults = list(faults_of(keys[-1], entry))
        yield from ((line, f"{of}: {what}") for what in faults)
        if not faults:
            yield from _check_days(line, of, entry, today)


def _check_form(document: Document) -> Faults:
    for kind, names in document.mapping.items():
        if kind not in _KINDS:
            yield document.line(kind), f"reviews are under {', '.join(_KINDS)}, not {kind}"
        elif not isinstance(names, dict):
            yield document.line(kind), f"{kind} is a mapping"
        elif kind != EVERYTHING:
            for name, reviews in names.items():
                if not isinstance(reviews, dict):
                    what = f"{name} is a mapping of {', '.join(ASPECTS)} to reviews"
                    yield document.line(kind, name), what


def _check_days(line: int, of: str, entry: dict[str, Any], today: date) -> Faults:
    on, due = read_day(entry["on"]), read_day(entry["next"])
    if on and on > today:
        yield line, f"{of}: a review of {on} is still to come"
    if due and due < today:
        yield line, f"{of}: the review is overdue since {due}"
