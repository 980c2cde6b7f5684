"""One line of JSON for what goes wrong, and never a word that somebody wrote."""

import json
import logging
import sys

import pytest
from sqlalchemy import text

from nti_lms import logs
from nti_lms.database import db
from nti_lms.services import journal
from nti_lms.web import tracing

PRIVATE = "lo que nadie debe leer"


@pytest.fixture
def lines():
    """What the site says, as the lines that it would write."""
    said, format_line = [], logs.Lines().format

    class Keep(logging.Handler):
        def emit(self, record):
            said.append(json.loads(format_line(record)))

    handler, logger = Keep(), logging.getLogger("nti_lms")
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.INFO)
    yield said
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_what_is_refused_is_one_line_with_its_view_and_no_address(browser, ada, lines):
    browser.sign_in(ada).get("/journal/entries/4711")

    (line,) = lines
    assert (line["view"], line["method"], line["status"]) == ("journal.edit", "GET", 404)
    assert "4711" not in json.dumps(line)


def test_what_goes_well_says_nothing(browser, ada, lines):
    browser.sign_in(ada).get("/home")

    assert lines == []


def test_the_line_and_the_answer_bear_the_same_number(browser, lines):
    first, second = (browser.get("/nowhere").headers[tracing.HEADER] for _ in range(2))

    assert [line["request"] for line in lines] == [first, second]
    assert first != second


def test_a_number_from_outside_is_not_believed_without_a_proxy(browser):
    response = browser.get("/healthz", headers={tracing.HEADER: "chosen-by-somebody"})

    assert response.headers[tracing.HEADER] != "chosen-by-somebody"


@pytest.mark.parametrize("error", [ValueError(PRIVATE), KeyError(PRIVATE)])
def test_a_crash_tells_where_and_not_what_was_written(browser, ada, lines, monkeypatch, error):
    def crash(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(journal, "save", crash)
    url = "/lessons/sex-gender-norms/reflections/house-norm"

    response = browser.sign_in(ada).post(url, data={"text": PRIVATE})

    assert response.status_code == 500
    crashed, failed = lines
    assert crashed["error"] == type(error).__name__
    assert crashed["where"][-1].endswith("crash")
    assert any(step.startswith("nti_lms/web/journal.py:") for step in crashed["where"])
    assert failed["status"] == 500
    assert PRIVATE not in json.dumps(lines, ensure_ascii=False)
    assert crashed["request"] in response.text


def test_an_error_of_the_database_names_no_value(app):
    with pytest.raises(Exception, match="nowhere") as caught:
        db.session.execute(text("SELECT * FROM nowhere WHERE words = :words"), {"words": PRIVATE})
    db.session.rollback()

    assert PRIVATE not in str(caught.value)


def test_the_kinds_of_an_error_are_told_from_the_outside_in():
    try:
        try:
            raise ValueError(PRIVATE)
        except ValueError as inner:
            raise RuntimeError(PRIVATE) from inner
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())

    line = json.loads(logs.Lines().format(record))

    assert line["error"] == "RuntimeError < ValueError"
    assert PRIVATE not in json.dumps(line, ensure_ascii=False)


def test_a_line_stays_one_line():
    record = logging.LogRecord("x", logging.INFO, "", 0, "two\nlines\r", (), None)

    assert len(logs.Lines().format(record).splitlines()) == 1
