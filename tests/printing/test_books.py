"""The shipped lesson 1.2, printed in both languages and editions, and read back."""

from dataclasses import replace
from functools import cache
from html import unescape
from io import BytesIO

import pytest
from pikepdf import Pdf

from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.reviews import ASPECTS, standings_of
from nti_lms.curriculum.types import Block
from nti_lms.domain.errors import PrintingFailed
from nti_lms.domain.workbook import BookLesson, Workbook
from nti_lms.printing import pages, press
from nti_lms.printing.manuscript import Manuscript, Part
from nti_lms.printing.structure import faults
from tests.printing.making import environment, make_workbook
from tests.printing.reading import headings, list_items, texts

pytestmark = pytest.mark.slow

EDITIONS = ("participant", "facilitator")
LANGUAGES = ("es", "en")
KINDS = pytest.mark.parametrize(
    ("edition", "language"), [(edition, language) for edition in EDITIONS for language in LANGUAGES]
)


def manuscript(book: Workbook) -> Manuscript:
    return pages.manuscript(book, environment())


@cache
def printed(edition: str, language: str, paper: str = "letter") -> bytes:
    return press.print_book(
        manuscript(make_workbook(edition=edition, language=language, paper=paper))
    )


@KINDS
def test_book_keeps_every_rule_of_accessible_pdf(edition, language):
    assert faults(printed(edition, language)) == []


@KINDS
def test_book_names_its_language_and_title(edition, language):
    with Pdf.open(BytesIO(printed(edition, language))) as book:
        assert str(book.Root.Lang) == language
        assert edition.capitalize() in str(book.docinfo["/Title"])


@KINDS
def test_contents_name_the_pages_on_which_things_stand(edition, language):
    pdf = printed(edition, language)
    words = texts(pdf)
    lesson = make_workbook(language=language).lessons[0].lesson
    openings = {
        "Map of the module": "Map of the module",
        lesson.title: f"{lesson.summary} Reading: 25 minutes. Content level",
        lesson.block("check").title: lesson.block("check").parts[0].title,
        "Personal sheet": "Personal sheet Only you read this",
        "Words used here": "Words used here",
        "If someone tells you about violence": "If someone tells you about violence",
    }

    promised = {
        title: int(item.split()[-1])
        for title in openings
        for item in list_items(pdf, 2)
        if title in item
    }

    assert promised == {
        title: next(n for n, text in enumerate(words, 1) if n != 2 and opening in text)
        for title, opening in openings.items()
    }


@KINDS
def test_pages_are_numbered_except_the_covers(edition, language):
    words = texts(printed(edition, language))
    count = len(words)

    stamped = [n for n, text in enumerate(words, 1) if f"{n} of {count}" in text]

    assert stamped == list(range(2, count))


@pytest.mark.parametrize(("paper", "width", "height"), [("letter", 612, 792), ("a4", 595, 842)])
def test_paper_is_the_one_asked_for(paper, width, height):
    with Pdf.open(BytesIO(printed("participant", "es", paper))) as book:
        sizes = {tuple(round(float(edge)) for edge in page.mediabox) for page in book.pages}

    assert sizes == {(0, 0, width, height)}
    assert faults(printed("participant", "es", paper)) == []


def test_same_input_gives_the_same_bytes():
    book = make_workbook()

    first, second = press.print_book(manuscript(book)), press.print_book(manuscript(book))

    assert first == second


def test_answers_and_session_plans_stand_in_the_facilitators_edition_alone():
    quiz = make_workbook(edition="facilitator").lessons[0].lesson.block("check")
    sentinel = words_of_html(quiz.parts[0].items[2].feedback)[:40]
    plan = make_workbook(edition="facilitator").lessons[0].lesson.block("line")
    step = plan.part("steps").parts[0].title

    theirs, ours = (" ".join(texts(printed(edition, "es"))) for edition in EDITIONS)

    for secret in (sentinel, step, "Si alguien dice «así somos»"):
        assert secret in ours
        assert secret not in theirs


def test_participants_html_holds_no_word_that_only_facilitators_may_read():
    for number in ("1.1", "1.2", "1.4"):
        book = make_workbook(lessons=(number,))
        full = make_workbook(edition="facilitator", lessons=(number,))
        words = unescape("".join(part.html for part in manuscript(book).parts))

        secrets = [
            words_of_html(html)
            for block in full.lessons[0].lesson.blocks
            for html in _for_facilitators(block)
        ]

        assert len(secrets) > 10
        assert [secret for secret in secrets if len(secret) > 25 and secret in words] == []


def _for_facilitators(block: Block) -> list[str]:
    if block.kind == "facilitator":
        return [block.html]
    if block.kind != "quiz":
        return []
    return [item.feedback for question in block.parts for item in question.items]


def test_letters_of_other_languages_can_be_read_back():
    letters = "ñáéíóúü ẽ ĩ ũ ỹ g̃ ʼ ä Ẽ"
    book = make_workbook(title=f"Tataypampa {letters}")

    words = texts(press.print_book(manuscript(book)))

    assert letters in words[0]


def test_personal_sheet_takes_a_leaf_of_its_own():
    words = texts(printed("participant", "es"))

    private = [n for n, text in enumerate(words, 1) if "It can be torn out along the line" in text]

    assert private == [private[0], private[0] + 1]
    assert private[0] % 2 == 1


def test_figure_is_printed_in_the_language_of_the_book():
    spanish, english = (" ".join(texts(printed("participant", language))) for language in LANGUAGES)

    assert "Se debilitó" in spanish
    assert "Weakened" not in spanish
    assert "Weakened" in english


def test_filled_copy_prints_what_was_written_and_says_who_may_read_it():
    filled = {
        "sex-gender-norms/house-norm": "Nadie se va antes\nque el jefe.",
        "sex-gender-norms/take-leave-try/take": "Preguntar quién paga.",
        "C2": "Salimos todos a las seis.",
    }
    made = manuscript(make_workbook(filled=filled))
    kept: dict[str, bytes] = {}

    words = " ".join(texts(press.print_book(made, kept)))

    for text in (
        "Nadie se va antes que el jefe.",
        "Preguntar quién paga.",
        "Salimos todos a las seis.",
    ):
        assert text in words
    assert "This copy holds what you wrote in private." in words
    assert kept == {}
    assert "This copy holds" not in " ".join(texts(printed("participant", "es")))


def test_made_parts_are_kept_and_used_again(monkeypatch):
    made = manuscript(make_workbook())
    kept: dict[str, bytes] = {}
    first = press.print_book(made, kept)
    rendered: list[str] = []
    to_pdf = press.to_pdf
    monkeypatch.setattr(
        press, "to_pdf", lambda html, *a, **o: rendered.append(html) or to_pdf(html, *a, **o)
    )

    second = press.print_book(made, kept)

    assert second == first
    assert len(rendered) == 3  # the contents twice, and the stamps
    assert len(kept) == len(made.parts) - 1


def test_outline_names_lessons_and_sections_of_the_plan():
    found = headings(printed("facilitator", "es"))

    assert found[:3] == ["Contents", "Punto de partida", "1.2 Sexo, género y normas"]
    assert "C8 Presupuesto" in found
    assert found[-1] == "If someone tells you about violence"


def test_page_number_of_nothing_is_refused():
    made = Manuscript(
        title="T",
        language="es",
        paper="letter",
        parts=(Part('<html lang="es"><title>T</title><h1 id="a">A</h1><p>page-of:b</p>'),),
        heads={"left": "", "private": "", "notes": "", "number": "{page} of {pages}"},
    )

    with pytest.raises(PrintingFailed, match="no page holds b"):
        press.print_book(made)


def test_missing_drawing_leaves_no_hole_in_the_structure():
    book = make_workbook()
    bare = replace(book, lessons=tuple(BookLesson(e.number, e.lesson) for e in book.lessons))

    assert faults(press.print_book(manuscript(bare))) == []


def test_manuscript_survives_the_wire():
    made = manuscript(make_workbook())

    assert Manuscript.from_bytes(made.to_bytes()) == made


def test_nothing_is_printed_behind_cards_to_cut():
    book = make_workbook(edition="facilitator", lessons=("1.4",))

    words = texts(press.print_book(manuscript(book)))

    fronts = [n for n, text in enumerate(words, 1) if "Nothing is printed behind them." in text]
    assert len(fronts) == 2
    assert {number % 2 for number in fronts} == {1}
    assert {words[number] for number in fronts} == {""}


def test_space_that_alone_overflows_does_not_break_the_line_early():
    text = (
        "<p>An old number is a closed door. With your team, draw up a sheet with the "
        '<a href="term:referral-route">referral route</a> and go over it every month.</p>'
    )
    lesson = make_workbook().lessons[0].lesson
    blocks = (replace(lesson.block("sanction"), html=text),)
    book = make_workbook()
    short = replace(book, lessons=(BookLesson("1.2", replace(lesson, blocks=blocks)),))

    html = next(part.html for part in manuscript(short).parts if "An old number" in part.html)

    assert 'with the<a class="term" href="book:term-referral-route"> referral route</a>' in html


def test_a_book_says_of_each_lesson_and_register_who_reviewed_it():
    review = {"by": "R. Q., lawyer", "on": "2026-11-01", "next": "2027-11-01"}
    content = {"lessons": {"a": {"law": review}}}
    book = make_workbook(
        register_reviews={"glossary": standings_of(content, "registers", "glossary")},
        review_notice="The wording is our own.",
    )
    [entry] = book.lessons
    reviewed = replace(entry, reviews=standings_of(content, "lessons", "a"))

    parts = [part.html for part in manuscript(replace(book, lessons=(reviewed,))).parts]

    assert "Law: R. Q., lawyer, 1 de noviembre de 2026." in "".join(parts)
    assert "Glossary. Not reviewed yet for content, law or safeguarding." in "".join(parts)
    assert [number for number, html in enumerate(parts) if book.review_notice in html] == [
        *(0, len(parts) - 2),
    ]


def test_a_book_that_is_all_reviewed_carries_no_notice():
    review = {"by": "R. Q.", "on": "2026-11-01", "next": "2027-11-01"}
    content = {"everything": dict.fromkeys(ASPECTS, review)}
    book = make_workbook(review_notice="The wording is our own.")
    lessons = tuple(
        replace(entry, reviews=standings_of(content, "lessons", "a")) for entry in book.lessons
    )

    html = "".join(part.html for part in manuscript(replace(book, lessons=lessons)).parts)

    assert "The wording is our own." not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_to_copy_stays_on_one_page(language):
    book = make_workbook(edition="facilitator", language=language, module=6, lessons=("6.1",))
    sheets = [
        part.title
        for block in book.lessons[0].lesson.blocks
        if block.kind == "activity"
        for part in block.part("handouts").parts
        if part.attributes.get("cut") != "yes"
    ]
    words = texts(press.print_book(manuscript(book)))

    begin = [
        next(n for n, page in enumerate(words) if "Sheet to copy" in page and title in page)
        for title in sheets
    ]

    quiz = next(n for n in range(begin[-1], len(words)) if "at the end of this edition" in words[n])
    assert [*begin, quiz] == list(range(begin[0], begin[0] + len(sheets) + 1))
