"""Certificates on paper, read back in both languages and on both papers."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask_babel import force_locale
from pikepdf import Pdf

from nti_lms.domain.participation import Participation, Presence, ReadModule
from nti_lms.models import Certificate
from nti_lms.printing import certificates, press
from nti_lms.printing.certificates import Copies, days_together
from nti_lms.printing.structure import elements, faults
from tests.printing.making import shipped
from tests.printing.reading import texts

pytestmark = pytest.mark.slow

CODE = "K7QP-2MXD-9RTA-V3HC"
CHECK = "https://curso.example.org/certificates/check"
PAPERS = pytest.mark.parametrize(
    ("language", "paper"),
    [(language, paper) for language in ("es", "en") for paper in ("letter", "a4")],
)


def certificate(**changes):
    """With as much on it as a certificate can hold."""
    days = [tuple(date(2027, month, day) for day in range(1, 6)) for month in (3, 9)]
    took = Participation(
        (Presence(1, "in-person", days[0]), Presence(2, "virtual", days[1])),
        tuple(ReadModule(one.number, one.titles) for one in shipped().modules),
    )
    facts = {
        "code": CODE,
        "name": ("María de los Ángeles Choquehuanca Fernández viuda de Gutiérrez " * 2)[:120],
        "cohort_name": ("Cohorte de los valles y el altiplano " * 4)[:120],
        "facts": took.to_json(),
        "is_fictitious": True,
        "issued_at": datetime(2027, 10, 2, 2, tzinfo=UTC),
    }
    return Certificate(**(facts | changes))


def printed(app, language, paper, *ones):
    copies = Copies(ones, language, paper, CHECK, "curso@example.org")
    with app.test_request_context(), force_locale(language):
        return press.print_book(certificates.manuscript(copies, app.jinja_env))


@PAPERS
def test_each_is_one_accessible_page_however_much_stands_on_it(app, language, paper):
    short = certificate(name="Elena M.", facts={})
    pdf = printed(app, language, paper, certificate(), short)

    with Pdf.open(BytesIO(pdf)) as book:
        assert len(book.pages) == 2
        assert str(book.Root.Lang) == language
        told = [str(one.Alt) for one in elements(book) if "/Alt" in one]
        assert ["QR" in words for words in told].count(True) == 2
    assert faults(pdf) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "es",
            ("Se certifica que", "1, 2, 3, 4 y 5 de marzo de 2027", "Virtual", "No es un título"),
        ),
        ("en", ("This certifies that", "1, 2, 3, 4 and 5 March 2027", "Online", "It is no degree")),
    ],
)
def test_it_says_what_was_noted_where_to_check_it_and_that_it_is_a_sample(app, language, words):
    (page,) = texts(printed(app, language, "letter", certificate(name="Elena M.")))

    for word in (*words, "Elena M.", CODE, CHECK):
        assert word in page
    assert ("certifica nada" in page) or ("certifies nothing" in page)
    # Issued at two in the morning of the second in UTC: where the programme is, the first.
    assert "1 de octubre de 2027" in page or "1 October 2027" in page


def test_days_name_each_month_once():
    days = [date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1)]

    assert days_together(days, "es") == "27 y 28 de febrero de 2027; 1 de marzo de 2027"
    assert days_together(days, "en") == "27 and 28 February 2027; 1 March 2027"
