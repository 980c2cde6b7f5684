"""The drill: back up while people write, lose everything, restore, and open a journal."""

import hashlib
import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select, text

from nti_lms import backups
from nti_lms.database import Base, db, unit_of_work
from nti_lms.migrating import is_modelled
from nti_lms.models import CalendarFeed, Entry, Revision, Session, Ticket
from nti_lms.services import accounts, calendar, jobs, tickets, workbooks
from nti_lms.services.library import get_module
from tests.backups.conftest import SECRETS, refuse, run
from tests.conftest import PASSPHRASE

WRITE = "/lessons/sex-gender-norms/reflections/house-norm"
WORDS = "Lo que nadie más debe leer"
NEW = {"passphrase": "otra frase bien larga", "again": "otra frase bien larga"}


@pytest.fixture
def code(app, browser, ada):
    """Ada has written a page, and holds the recovery code that this gives."""
    browser.sign_in(ada).post(WRITE, data={"text": WORDS, "revision": "0"})
    ring = app.extensions["keyring"]
    proof = accounts.prove(ada, PASSPHRASE, ring)
    with unit_of_work():
        return accounts.renew_recovery_code(proof, ring)


@pytest.fixture
def made(app, code):
    """A backup of a site where Ada has written."""
    run(app, "backup", "create")
    return backups.find(app.extensions["settings"].backups, None)


def counts():
    return {
        table.name: len(db.session.execute(select(table)).all())
        for table in Base.metadata.sorted_tables
    }


def content(*tables):
    """The hash of all that some tables hold."""
    found = {name: [*map(tuple, db.session.execute(text(_all(name))))] for name in tables}
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _all(name):
    table = Base.metadata.tables[name]
    keys = ", ".join(column.name for column in table.primary_key)
    return f'SELECT {", ".join(c.name for c in table.columns)} FROM "{name}" ORDER BY {keys}'  # noqa: S608


def test_the_drill(app, code, writer, pages, empty):
    with writer.at_work():
        before = set(writer.kept)
        run(app, "backup", "create")
        meanwhile = len(writer.kept) - len(before)
    backup = backups.find(app.extensions["settings"].backups, None)
    still = ("user", "credential", "key_pair", "revision_text", "revision", "register", "cohort")
    kept = content(*still)
    db.session.commit()

    told = run(empty, "backup", "restore", str(backup.folder))

    with empty.app_context():
        restored = counts() | {"alembic_version": 1}
        assert content(*still) == kept
        assert before <= pages() - {"house-norm"} <= set(writer.kept)
        db.session.commit()
    gone = {"session": 0}
    assert restored.items() <= {**backup.manifest.standing.rows, **gone}.items()
    assert told_beside(restored, backup.manifest.standing) == []
    assert backup.manifest.standing.rows["session"] > 0
    assert meanwhile > 0
    assert "erased again: 0 rows" in told

    with empty.app_context():
        assert WORDS in read_with_passphrase(empty)
        assert WORDS in read_with_code(empty, code)
        assert empty.test_client().get("/readyz").status_code == 200


def told_beside(counted, standing):
    """The tables that a backup tells of beside those of our models: none but the search's index."""
    others = standing.rows.keys() - counted.keys()
    return [name for name in others if is_modelled(name, "table", None)]


def read_with_passphrase(app):
    browser = app.test_client()
    who = {"handle": "ada@example.org", "passphrase": PASSPHRASE}
    assert browser.post("/sign-in", data=who).location == "/home"
    figure = next(iter(db.session.scalars(select(Revision)).first().figures.values()))["es"]
    assert browser.get(f"/figures/{figure}.svg").status_code == 200
    return browser.get("/journal").text


def read_with_code(app, code):
    with unit_of_work():
        secret = tickets.issue(
            accounts.find_by_handle("ada@example.org"), "reset", is_on_paper=False
        )
    browser = app.test_client()
    answer = browser.post(f"/reset/{secret}", data={**NEW, "recovery_code": code})
    assert answer.location == "/home"
    return browser.get("/journal").text


def test_no_secret_is_in_a_backup_nor_a_word_of_a_journal(app, made):
    data = app.extensions["settings"].data
    ring = app.extensions["keyring"]
    wanted = [*ring.keys.values(), *ring.peppers.values()]
    wanted += re.findall(rb'"([A-Za-z0-9+/=]{44})"', (data / "keyring").read_bytes())
    wanted += [(data / "secret-key").read_bytes(), WORDS.encode(), PASSPHRASE.encode()]

    files = [path for path in made.folder.rglob("*") if path.is_file()]

    assert len(wanted) == 7
    assert {path.name for path in files} & set(SECRETS) == set()
    assert [path for path in files for one in wanted if one in path.read_bytes()] == []


def test_the_command_says_that_secrets_are_apart_and_where_they_lie(app):
    told = run(app, "backup", "create")

    data = app.extensions["settings"].data
    assert "Not in it" in told
    assert [name for name in SECRETS if str(data / name) not in told] == []


def test_only_its_owner_reads_a_backup(app, made):
    shelf = app.extensions["settings"].backups
    found = [shelf, made.folder, *made.folder.rglob("*")]

    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in found}

    assert modes == {(True, 0o700), (False, 0o600)}


def test_sessions_resets_and_calendars_do_not_come_back_but_invitations_do(app, code, ada, empty):
    with unit_of_work():
        for purpose in ("reset", "invitation"):
            tickets.issue(ada, purpose, is_on_paper=False)
        calendar.make_feed(ada)
    run(app, "backup", "create")
    folder = backups.find(app.extensions["settings"].backups, None).folder

    run(empty, "backup", "restore", str(folder))

    with empty.app_context():
        assert db.session.scalars(select(Session)).all() == []
        assert db.session.scalars(select(CalendarFeed)).all() == []
        assert db.session.scalars(select(Ticket.purpose)).all() == ["invitation"]


def test_workbooks_stay_behind_and_are_built_again(app, code, empty):
    pdf = b"%PDF-1.7 as if"
    name = app.extensions["storage"].put(pdf)
    wanted = {"language": "es", "edition": "participant", "paper": "a4"}
    with unit_of_work():
        workbook = workbooks.order(get_module("m1"), **wanted)
        workbooks.shelve(workbook.id, name, len(pdf), 1)
    run(app, "backup", "create")
    backup = backups.find(app.extensions["settings"].backups, None)

    run(empty, "backup", "restore", str(backup.folder))

    assert [path for path in backup.manifest.files if name[2:] in path] == []
    with empty.app_context(), unit_of_work():
        again = workbooks.order(get_module("m1"), **wanted)
        assert (again.id, again.file) == (workbook.id, None)
        assert workbooks.get_job(again).state == "waiting"


# --- what is refused ---


def test_nothing_is_restored_over_a_database(app, made):
    before = content("user", "entry")

    told = refuse(app, "backup", "restore", made.name)

    assert "not empty" in told
    assert content("user", "entry") == before


def test_nothing_is_restored_beside_files_of_another_site(made, empty):
    empty.extensions["storage"].put(b"of another site")

    assert "not empty" in refuse(empty, "backup", "restore", str(made.folder))


def test_a_restore_that_was_cut_off_among_the_files_can_be_run_again(app, made, empty):
    name = next(app.extensions["storage"].list_names())
    empty.extensions["storage"].put(app.extensions["storage"].get(name))

    assert "Restored" in run(empty, "backup", "restore", str(made.folder))


def test_without_its_key_ring_nothing_is_restored(app, made, empty):
    empty.extensions["keyring"] = type(empty.extensions["keyring"]).new()

    told = refuse(empty, "backup", "restore", str(made.folder))

    assert app.extensions["keyring"].current in told
    assert "keyring" in told
    with empty.app_context():
        assert not db.inspect(db.engine).has_table("user")


def test_a_backup_of_a_newer_product_is_not_restored(made, empty, monkeypatch):
    monkeypatch.setattr("nti_lms.migrating.known", lambda: {"0000"})

    assert "newer product" in refuse(empty, "backup", "restore", str(made.folder))


@pytest.mark.parametrize("part", ["database.*", "files/*/*", "manifest.json"])
def test_a_changed_byte_is_found(app, made, empty, part):
    path = next(path for path in sorted(made.folder.glob(part)))
    broken = bytearray(path.read_bytes())
    broken[len(broken) // 2] ^= 1
    path.write_bytes(broken)

    assert "not sound" in refuse(app, "backup", "verify", made.name)
    assert "not restored" in refuse(empty, "backup", "restore", str(made.folder))


def test_a_missing_and_a_foreign_file_are_found(app, made):
    (path,) = made.folder.glob("database.*")
    (made.folder / "more").write_text("x")
    foreign = refuse(app, "backup", "verify", made.name)
    path.unlink()

    assert "more does not belong there" in foreign
    assert f"{path.name} is missing" in refuse(app, "backup", "verify", made.name)


def test_counts_are_taken_from_the_copy_itself(app, made):
    path = made.folder / "manifest.json"
    rows = made.manifest.standing.rows["entry"]
    path.write_text(path.read_text().replace(f'"entry": {rows}', f'"entry": {rows + 1}'))

    told = refuse(app, "backup", "verify", made.name)

    assert f"entry has {rows} rows instead of {rows + 1}" in told


def test_a_sound_backup_is_said_to_be(app, made):
    assert "the database opens" in run(app, "backup", "verify")
    assert made.name in run(app, "backup", "list")


# --- every day ---


def test_what_was_cut_off_is_no_backup_and_does_not_stand_in_the_way(app, code):
    shelf = app.extensions["settings"].backups
    (shelf / ".under-way" / "files").mkdir(parents=True)

    assert backups.list_backups(shelf) == []
    run(app, "backup", "create")
    assert len(backups.list_backups(shelf)) == 1


def test_two_at_once_do_not_mix(app, code):
    shelf = app.extensions["settings"].backups
    with backups.shelf.locked(shelf):
        told = refuse(app, "backup", "create")

    assert "another backup is under way" in told


def test_nothing_but_a_backup_is_let_go(app, made):
    shelf = app.extensions["settings"].backups
    (shelf / "of-mine").mkdir()
    for month in range(1, 9):
        with time_machine.travel(datetime(2020, month, 1, tzinfo=UTC)):
            run(app, "backup", "create")

    gone = backups.prune(shelf)

    assert gone == ["20200201T000000Z", "20200101T000000Z"]
    assert {made.name, "of-mine", "20200801T000000Z"} <= {path.name for path in shelf.iterdir()}
    assert backups.prune(shelf) == []


def test_a_file_written_after_the_rows_were_copied_is_of_no_harm(app, code, monkeypatch, empty):
    storage = app.extensions["storage"]
    made = type(storage).list_names

    def late(self):
        storage.put(b"<svg>later</svg>")
        return made(self)

    monkeypatch.setattr(type(storage), "list_names", late)
    run(app, "backup", "create")
    monkeypatch.undo()
    folder = backups.find(app.extensions["settings"].backups, None).folder

    assert "Restored" in run(empty, "backup", "restore", str(folder))


def test_every_entry_in_the_copy_names_a_key_of_the_manifest(app, made):
    used = {entry.envelope[1:9].hex() for entry in db.session.scalars(select(Entry))}

    assert used <= set(made.manifest.standing.keys)
    assert jobs.is_any_due() is False
