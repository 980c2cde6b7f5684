"""What people erased stays erased: the list of it, beside the backups, and a restore of before."""

import pytest
from sqlalchemy import func, select

from nti_lms import backups, clock, jobs, worker
from nti_lms.backups import ledger
from nti_lms.database import db, unit_of_work
from nti_lms.models import Entry, Erasure, Excerpt, Passkey
from nti_lms.services import commitments, journal, passkeys
from tests.backups.conftest import run
from tests.factories import make_commitment

WRITE = "/lessons/sex-gender-norms/reflections/house-norm"
WORDS = {"text": "Lo que nadie más debe leer", "revision": "0"}


@pytest.fixture
def entry(browser, ada):
    browser.sign_in(ada).post(WRITE, data=WORDS)
    browser.post("/journal/pages", data={"text": "Una hoja que queda"})
    return db.session.scalars(select(Entry).where(Entry.block == "house-norm")).one()


@pytest.fixture
def made(app, entry):
    """A backup that holds everything."""
    run(app, "backup", "create")
    return backups.find(app.extensions["settings"].backups, None)


def work_off():
    while jobs.run_one(worker.KINDS):
        pass


def blocks():
    return set(db.session.scalars(select(Entry.block)))


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_an_erased_page_does_not_come_back(app, browser, entry, made, empty):
    browser.post(f"/journal/entries/{entry.id}/erase")
    work_off()

    told = run(empty, "backup", "restore", str(made.folder))

    assert "erased again: 1 rows" in told
    with empty.app_context():
        assert len(blocks()) == 1
        assert "house-norm" not in blocks()
        assert count(Erasure) == 1


def test_a_journal_that_was_erased_whole_does_not_come_back(app, browser, made, empty):
    browser.post("/journal/erase")
    work_off()

    run(empty, "backup", "restore", str(made.folder))

    with empty.app_context():
        assert blocks() == set()


def test_what_was_written_after_an_erasure_under_the_same_number_stays(app, browser, entry, empty):
    number = entry.id
    browser.post("/journal/erase")
    browser.post(WRITE, data=WORDS)
    with unit_of_work():  # as SQLite does by itself
        db.session.scalars(select(Entry)).one().id = number
    run(app, "backup", "create")
    folder = backups.find(app.extensions["settings"].backups, None).folder

    run(empty, "backup", "restore", str(folder))

    with empty.app_context():
        assert db.session.scalars(select(Entry.id)).all() == [number]


def test_a_withdrawn_part_and_a_removed_passkey_do_not_come_back(
    app, ada, cohort, home, entry, empty
):
    plan = make_commitment(ada, cohort=cohort, organisation=home)
    with unit_of_work():
        commitments.copy_excerpt(plan, "C3", "Una parte", entry=entry)
        db.session.add(
            Passkey(
                user_id=ada.id,
                credential_id=b"1",
                public_key=b"2",
                agent="",
                created_at=clock.now(),
            )
        )
    run(app, "backup", "create")
    folder = backups.find(app.extensions["settings"].backups, None).folder
    with unit_of_work():
        commitments.withdraw_excerpt(db.session.scalars(select(Excerpt)).one())
        passkeys.remove(db.session.scalars(select(Passkey)).one())
    work_off()

    run(empty, "backup", "restore", str(folder))

    with empty.app_context():
        assert (count(Excerpt), count(Passkey)) == (0, 0)


def test_the_list_tells_neither_words_nor_names(app, browser, ada, made):
    browser.post("/journal/erase")
    work_off()

    path = app.extensions["settings"].backups / ledger.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert ada.handle not in path.read_text()
    assert {key for line in ledger._lines(path) for key in line} == {
        "what",
        "number",
        "made_at",
        "erased_at",
        "until",
    }


def test_the_list_survives_a_line_broken_by_a_power_cut_and_holds_each_row_once(
    app, browser, entry, made
):
    shelf = app.extensions["settings"].backups
    browser.post(f"/journal/entries/{entry.id}/erase")
    work_off()
    whole = (shelf / ledger.FILE).read_text()
    (shelf / ledger.FILE).write_text(whole.partition('"number"')[0])

    backups.copy_ledger(shelf)
    backups.copy_ledger(shelf)

    assert len(backups.read_ledger(shelf).erased) == 1
    assert (shelf / ledger.FILE).read_text().count('"erased_at"') == 1


def test_without_a_list_the_command_says_since_when_nobody_knows(app, made, empty):
    (app.extensions["settings"].backups / ledger.FILE).unlink()

    told = run(empty, "backup", "restore", str(made.folder))

    assert f"until\n{made.manifest.made_at:%Y-%m-%d %H:%M} UTC" in told


def test_an_erasure_that_is_not_kept_leaves_no_note(app, entry):
    journal.erase(entry)
    db.session.rollback()

    assert count(Erasure) == 0
    assert "house-norm" in blocks()
