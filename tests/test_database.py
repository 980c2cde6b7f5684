"""The session: what is kept, what is dropped, and how writers take turns."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from nti_lms import clock, database, sqlite
from nti_lms.database import apart, db, unit_of_work
from nti_lms.domain.errors import NotKept
from nti_lms.models import Cohort, Installment, Organisation
from nti_lms.web.respond import go, page, piece, saved, see
from tests.conftest import IS_POSTGRES

only_sqlite = pytest.mark.skipif(IS_POSTGRES, reason="a matter of SQLite alone")


def add(name):
    db.session.add(Organisation(name=name))
    db.session.flush()


def names():
    db.session.rollback()
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name)))


# --- what is kept ---

ERROR = {"message": "x", "typed": {}, "code": 422, "reference": ""}
ANSWERS = {
    "a piece keeps": (lambda: piece("errors/error.html", "content", back="/", **ERROR), ["Ada"]),
    "moving on keeps": (lambda: see("learn.home"), ["Ada"]),
    "going keeps": (lambda: go("/home"), ["Ada"]),
    "a saved text keeps": (lambda: saved("", 1, back="/"), ["Ada"]),
    "a refused form keeps nothing": (lambda: page("errors/error.html", status=422, **ERROR), []),
}


@pytest.mark.parametrize(("answer", "kept"), ANSWERS.values(), ids=ANSWERS)
def test_the_answer_decides_what_is_kept(app, answer, kept):
    with app.app_context(), app.test_request_context(method="POST"):
        add("Ada")
        answer()

    assert names() == kept


def test_a_refused_commit_leaves_nothing_for_the_next_writer(app):
    def refuse(connection):
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    add("Ada")
    event.listen(db.engine, "commit", refuse)
    with pytest.raises(NotKept):
        database.keep()
    event.remove(db.engine, "commit", refuse)

    add("Bo")
    database.keep()

    assert names() == ["Bo"]


@pytest.fixture
def gone(app):
    """While it lasts no transaction can be rolled back, as when the server has gone away."""

    def refuse(connection):
        raise OperationalError("ROLLBACK", {}, Exception("server closed the connection"))

    @contextmanager
    def gone():
        event.listen(db.engine, "rollback", refuse)
        yield
        event.remove(db.engine, "rollback", refuse)

    return gone


def test_a_database_that_goes_away_takes_no_page_with_it(browser, ada, gone):
    browser.sign_in(ada)

    with gone():
        response = browser.get("/home")

    assert response.status_code == 200


def test_a_database_that_goes_away_leaves_the_next_writer_their_turn(browser, ada, gone):
    browser.sign_in(ada)
    with gone():
        refused = browser.post("/journal/pages", data={"text": "x", "revision": "7"})

    response = browser.post("/journal/pages", data={"text": "x"})

    assert (refused.status_code, response.status_code) == (404, 303)


def test_a_command_that_fails_keeps_nothing(app):
    def fail_half_way():
        with unit_of_work():
            add("Ada")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert names() == []


def test_what_is_dropped_can_still_be_read_and_is_not_kept(app):
    add("Ada")
    database.keep()
    found = db.session.scalars(select(Organisation)).one()
    add("Bo")

    database.drop()

    assert found.name == "Ada"
    assert names() == ["Ada"]


def test_what_is_written_apart_outlives_what_is_dropped(app):
    with apart() as session:
        session.add(Organisation(name="Apart"))
    add("Ada")
    database.drop()

    assert names() == ["Apart"]


def test_a_failure_apart_leaves_the_reader_to_go_on(app):
    def fail_apart():
        with apart() as session:
            session.add(Organisation(name="Apart"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_apart()

    assert names() == []


# --- what a column takes ---


def test_a_moment_comes_back_as_it_went_in_and_in_utc(app):
    la_paz = timezone(timedelta(hours=-4))
    at = datetime(2027, 2, 28, 22, 30, 15, 123456, tzinfo=la_paz)
    db.session.add(Cohort(name="x", is_fictitious=True, created_at=at))
    db.session.commit()
    db.session.expire_all()

    kept = db.session.scalars(select(Cohort.created_at)).one()

    assert kept == at
    assert kept.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(app):
    db.session.add(Cohort(name="x", is_fictitious=True, created_at=datetime(2027, 1, 1)))  # noqa: DTZ001

    with pytest.raises(StatementError, match="time zone"):
        db.session.flush()


def test_foreign_keys_are_kept(app):
    today = clock.today()
    db.session.add(
        Installment(cohort_id=999, number=1, starts_on=today, ends_on=today, mode="virtual")
    )

    with pytest.raises(IntegrityError):
        db.session.flush()


# --- turns ---


def test_writers_at_once_lose_nothing(app):
    """Each reads a number and writes the next; SQLite has them queue, PostgreSQL lock the row."""
    with unit_of_work():
        add("0")

    def count_on():
        with app.app_context(), unit_of_work():
            row = db.session.scalars(select(Organisation).with_for_update()).one()
            row.name = str(int(row.name) + 1)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count_on) for _ in range(40)]:
            done.result()

    assert names() == ["40"]


@only_sqlite
def test_who_reads_after_a_writer_in_the_same_thread_takes_no_turn(browser, ada):
    browser.sign_in(ada).post("/journal/pages", data={"text": "x"})
    begun = []
    event.listen(db.engine, "begin", lambda connection: begun.append(sqlite.writing.get()))

    browser.get("/home")

    assert set(begun) == {False}


@only_sqlite
def test_a_reader_waits_for_no_writer(app):
    with unit_of_work():
        add("Ada")
    with unit_of_work():
        add("Bo")

        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(read_elsewhere, app).result(timeout=5)

    assert seen == 1


def read_elsewhere(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Organisation))


@only_sqlite
def test_every_connection_is_durable_and_checks_its_keys(app):
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")

    found = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in pragmas}

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
        "secure_delete": 1,
    }


def test_the_queue_serves_in_the_order_of_arrival():
    queue, served = sqlite.Queue(), []
    assert queue.acquire(0)
    arrived = [threading.Event() for _ in range(3)]

    def wait(number):
        arrived[number].set()
        assert queue.acquire(10)
        served.append(number)
        queue.release()

    with ThreadPoolExecutor(3) as pool:
        for number in range(3):
            pool.submit(wait, number)
            arrived[number].wait(10)
            while len(queue._waiting) <= number:  # in line, not only on the way
                threading.Event().wait(0.001)
        queue.release()

    assert served == [0, 1, 2]


def test_whoever_gives_up_leaves_the_line():
    queue = sqlite.Queue()
    queue.acquire(0)

    gave_up = not queue.acquire(0.001)
    queue.release()

    assert gave_up
    assert queue.acquire(0)
