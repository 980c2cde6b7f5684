"""Reviews: what the file says, and what the check says of the file."""

from datetime import date

import pytest

from nti_lms.curriculum.checks.reviews import check_reviews
from nti_lms.curriculum.documents import read_yaml
from nti_lms.curriculum.reviews import standings_of

TODAY = date(2027, 3, 1)
FILE = """everything:
  law: {by: "R. Q., lawyer", on: 2027-02-01, next: 2028-02-01}
lessons:
  schools:
    law: {by: "S. T., lawyer", on: 2027-02-10, next: 2028-02-10}
    safeguarding: {by: "U. V.", on: 2026-09-01, next: 2027-02-28}
registers:
  evidence:
    content: {by: "W. X.", on: 2027-01-15, next: 2027-12-15}
"""


def faults(text):
    document = read_yaml(text, "reviews.yml")
    found = check_reviews(document, lessons={"schools"}, registers={"evidence"}, today=TODAY)
    return [(text.splitlines()[line - 1].strip(), what) for line, what in found]


def told(kind, name, **changes):
    found = standings_of(read_yaml(FILE, "reviews.yml").content, kind, name, **changes)
    return [(one.aspect, one.review and one.review.by, one.holds) for one in found]


def test_a_lesson_has_its_own_reviews_and_those_of_everything():
    assert told("lessons", "schools") == [
        ("content", None, False),
        ("law", "S. T., lawyer", True),
        ("safeguarding", "U. V.", True),
    ]
    assert told("registers", "evidence")[:2] == [
        ("content", "W. X.", True),
        ("law", "R. Q., lawyer", True),
    ]


def test_a_text_that_changed_afterwards_is_no_longer_reviewed():
    assert told("lessons", "schools", changed_on=date(2027, 2, 10))[1][2] is True
    assert told("lessons", "schools", changed_on=date(2027, 2, 11))[1][2] is False


def test_an_overdue_review_is_named_at_its_line():
    assert faults(FILE) == [
        (
            'safeguarding: {by: "U. V.", on: 2026-09-01, next: 2027-02-28}',
            "schools safeguarding: the review is overdue since 2027-02-28",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("schools:", "school:", "no such lesson: school"),
        ("evidence:", "evidences:", "no such register: evidences"),
        ("registers:", "register:", "reviews are under everything, lessons, registers, not"),
        ('"S. T., lawyer"', '""', "schools law: by is missing: who reviewed it"),
        ("2027-02-10,", "10 February,", "schools law: on is no day, such as 2026-11-24"),
        ("2027-02-10,", "2027-03-02,", "schools law: a review of 2027-03-02 is still to come"),
        ("    content:", "    style:", "evidence style: a review is of content, law, safeguarding"),
        ('{by: "S. T., lawyer", on: 2027-02-10, next: 2028-02-10}', "yes", "schools law: a review"),
    ],
)
def test_a_broken_review_is_named_and_counts_for_nothing(old, new, what):
    sound = FILE.replace("next: 2027-02-28", "next: 2027-09-01")
    assert faults(sound) == []

    [(_line, found)] = faults(sound.replace(old, new, 1))

    assert found.startswith(what)


@pytest.mark.parametrize("content", [None, [], "x", {"lessons": []}, {"lessons": {"a": "b"}}])
def test_a_file_of_any_form_is_read(content):
    assert [one.review for one in standings_of(content, "lessons", "a")] == [None] * 3
