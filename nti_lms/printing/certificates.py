"""Certificates become the HTML of their pages. No WeasyPrint here: the web process may use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any

import segno
from babel.dates import format_date
from babel.lists import format_list
from flask_babel import gettext as _
from jinja2 import Environment

from nti_lms import clock
from nti_lms.curriculum.types import LOCALES
from nti_lms.domain.participation import Participation
from nti_lms.models import Certificate
from nti_lms.printing import assets
from nti_lms.printing.manuscript import Manuscript, Part

TEMPLATE = "certificates/print/certificate.html"
NO_HEADS: Mapping[str, str] = {"left": "", "private": "", "number": "", "notes": ""}


@dataclass(frozen=True, slots=True)
class Copies:
    """What is printed: each certificate a page, in one language and on one paper.

    `check_url` is the page that checks a code, without the code; `contact` whom to ask.
    """

    certificates: Sequence[Certificate]
    language: str
    paper: str
    check_url: str
    contact: str


def address(check_url: str, code: str) -> str:
    """Where the square of a certificate leads: to the page that checks, with its code."""
    return f"{check_url}?code={code}"


def manuscript(copies: Copies, environment: Environment) -> Manuscript:
    """`copies` ready for the press, worded in the language that `environment` speaks now."""
    title = _("Certificate of participation")
    template = environment.get_template(TEMPLATE)
    figures: dict[str, bytes] = {}
    parts = []
    for one in copies.certificates:
        square = _square(address(copies.check_url, one.code))
        figures[assets.digest(square)] = square
        html = template.render(
            book=copies,
            title=title,
            certificate=one,
            participation=Participation.from_json(one.facts),
            square=assets.digest(square),
            **_words(copies.language),
        )
        parts.append(Part(html, "bare", is_kept=False))
    return Manuscript(
        title=title,
        language=copies.language,
        paper=copies.paper,
        parts=tuple(parts),
        heads=NO_HEADS,
        figures=figures,
    )


def days_together(days: Sequence[date], language: str) -> str:
    """Days in words, each month named once: «3, 4 y 5 de marzo de 2026»."""
    locale = LOCALES[language]
    month = "'de' MMMM 'de' y" if language == "es" else "MMMM y"
    months = groupby(days, key=lambda day: day.replace(day=1))
    return "; ".join(
        f"{format_list([str(day.day) for day in found], locale=locale)} "
        f"{format_date(first, month, locale)}"
        for first, found in months
    )


def _words(language: str) -> dict[str, Any]:
    return {
        "day": lambda moment: format_date(
            moment.astimezone(clock.PLACE), "long", LOCALES[language]
        ),
        "days": lambda days: days_together(days, language),
        "gathering": lambda number: _("First gathering") if number == 1 else _("Second gathering"),
        "mode": {
            "in-person": _("In person"),
            "virtual": _("Online"),
            "hybrid": _("Hybrid: some in person, some online"),
        }.get,
    }


def _square(text: str) -> bytes:
    """A QR code as SVG, a unit for each module."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=0, xmldecl=False, svgclass=None)
    return drawn.getvalue()
