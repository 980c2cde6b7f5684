"""The key ring rotates while people write, is taken up after a crash, and never lets a key go
that anything still needs.
"""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import LargeBinary, select

from nti_lms import clock, safe
from nti_lms.cli import keys as command
from nti_lms.database import Base, db, unit_of_work
from nti_lms.domain.errors import SealBroken
from nti_lms.domain.keyring import KeyRing
from nti_lms.models import Entry, Event
from nti_lms.services import journal, keys
from tests.conftest import PASSPHRASE, build, keys_of
from tests.writing import Writer

# Columns of bytes that name no key of the ring: hashes, public halves, what only a cookie opens.
KEYLESS = {
    "backup_code.code_hash",
    "calendar_feed.token_hash",
    "passkey.credential_id",
    "passkey.public_key",
    "failure.key",
    "key_pair.public_key",
    "receipt.request_hash",
    "session.sealed_keys",
    "session.token_hash",
    "ticket.token_hash",
}


@pytest.fixture
def data(app):
    return app.extensions["settings"].data


@pytest.fixture
def ask(app):
    """What a command says, and its exit code."""

    def ask(*arguments):
        outcome = app.test_cli_runner().invoke(args=["keys", *arguments])
        db.session.expire_all()
        assert isinstance(outcome.exception, SystemExit | None), outcome.exception
        return outcome.exit_code, outcome.output

    return ask


@pytest.fixture
def run(ask):
    def run(*arguments):
        code, told = ask(*arguments)
        assert code == 0, told
        return told

    return run


@pytest.fixture
def pages(app, ada):
    """Seven pages of Ada's, in batches of three."""
    return write(app, ada, 7)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(command, "BATCH", 3)


def write(app, user, count):
    ring, names = app.extensions["ring-file"].ring(), [journal.new_page() for _ in range(count)]
    with unit_of_work():
        for name in names:
            place = {"lesson_id": None, "lesson_revision_id": None, "block": name, "base": 0}
            journal.save(user, {"text": name}, ring, **place)
    return names


def readable(user, ring):
    """The pages of a person that open, by what they should say."""
    found = {}
    for entry in journal.list_entries(user):
        found[entry.block] = journal.read(entry, keys_of(user), ring)["text"]
    return [name for name, text in found.items() if name == text]


def under():
    """The keys that entries name."""
    return {bytes(envelope[1:9]).hex() for envelope in db.session.scalars(select(Entry.envelope))}


def test_every_column_of_bytes_is_known_to_rotation_or_needs_none():
    bytes_in_rows = {
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    columns = [*(layer.column for layer in keys.LAYERS), *keys.PEPPERED]
    known = {f"{column.class_.__tablename__}.{column.key}" for column in columns}

    assert known & KEYLESS == set()
    assert bytes_in_rows == known | KEYLESS


def test_rotation_puts_everything_under_a_new_key(data, ada, pages, run):
    old = safe.read(data).ring

    told = run("rotate")

    ring = safe.read(data).ring
    assert under() == {ring.current} != {old.current}
    assert sorted(readable(ada, ring)) == sorted(pages)
    assert "7 rows are now under key" in told
    assert "Copy" in told
    with pytest.raises(SealBroken):
        readable(ada, old)


def test_people_write_on_meanwhile(app, data, ada, cy, pages, run):
    settings = app.extensions["settings"]
    writer = Writer(build(settings.data, settings.database_url), cy.id)
    with writer.at_work():
        for _ in range(3):
            run("rotate")

    run("rotate")  # whatever was kept by a writer that had begun with the ring before
    ring = safe.read(data).ring
    assert under() == {ring.current}
    assert sorted(readable(ada, ring)) == sorted(pages)
    assert sorted(readable(cy, ring)) == sorted(writer.kept)


def test_a_page_saved_between_reading_and_replacing_wins(app, data, ada, pages, run, monkeypatch):
    settings = app.extensions["settings"]
    other = build(settings.data, settings.database_url)
    rewrapped, saved = keys.rewrapped, []

    def save_first(layer, entry, ring):
        fresh = rewrapped(layer, entry, ring)
        if not saved:
            saved.append(entry.block)
            place = {"lesson_id": None, "lesson_revision_id": None, "block": entry.block}
            with other.app_context(), unit_of_work():
                journal.save(ada, {"text": "newer"}, ring, base=entry.revision, **place)
            with other.app_context():
                db.engine.dispose()
        return fresh

    monkeypatch.setattr(keys, "rewrapped", save_first)
    run("rotate")

    ring = safe.read(data).ring
    newest = journal.find_entry(ada, None, saved[0])
    assert journal.read(newest, keys_of(ada), ring) == {"text": "newer"}
    assert under() == {ring.current}


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_rotation_that_was_cut_off_is_taken_up(data, ada, pages, ask, run, batches, monkeypatch):
    replace, done = keys.replace, []

    def die(layer, row, fresh):
        if len(done) == batches * command.BATCH:
            raise SystemExit(9)
        done.append(row)
        return replace(layer, row, fresh)

    with monkeypatch.context() as patch:
        patch.setattr(keys, "replace", die)
        code, _ = ask("rotate")
    halfway = safe.read(data).ring
    assert code == 9
    assert len(under()) == (2 if batches else 1)
    assert sorted(readable(ada, halfway)) == sorted(pages)

    told = run("rotate")

    assert f"{7 - 3 * batches} rows are left" in told
    assert safe.read(data).ring == halfway
    assert under() == {halfway.current}


def test_a_process_that_holds_the_old_ring_reads_and_writes_on(app, data, ada, cy, pages, run):
    """Another web process, begun before, and told nothing."""
    settings = app.extensions["settings"]
    other = build(settings.data, settings.database_url)
    with other.app_context():
        browser = other.test_client().sign_in(ada)
        before = browser.get("/journal").text

    run("rotate")

    with other.app_context():
        after = browser.get("/journal").text
        browser.post("/journal/pages", data={"text": "after the rotation"})
        later = browser.get("/journal").text
        db.session.remove()
        db.engine.dispose()
    assert [name for name in pages if name not in before or name not in after] == []
    assert "after the rotation" in later
    assert under() == {safe.read(data).ring.current}


def test_a_row_under_a_new_key_opens_for_a_request_that_began_before(app, data, ada, pages, run):
    """The row is loaded, the ring is asked for then: so the file is replaced before any row is."""
    writes = []
    original = safe.write_ring

    def note(folder, ring):
        writes.append(under())
        original(folder, ring)

    patch = pytest.MonkeyPatch()
    patch.setattr(safe, "write_ring", note)
    run("rotate")
    patch.undo()

    assert writes == [{app.extensions["keyring"].current}]


def test_a_row_that_does_not_open_is_left_as_it_is_and_told(data, ada, pages, ask):
    entry = journal.find_entry(ada, None, pages[0])
    with unit_of_work():
        entry.envelope = entry.envelope[:-1] + bytes([entry.envelope[-1] ^ 1])
        db.session.add(entry)
    old = safe.read(data).ring

    code, told = ask("rotate")

    ring = safe.read(data).ring
    assert code == 1
    assert "1 rows could not be opened" in told
    assert under() == {old.current, ring.current}
    assert ask("retire", old.current)[0] == 1


def test_on_several_hosts_a_key_is_added_first_and_used_later(data, ada, pages, run):
    old = safe.read(data).ring

    told = run("rotate", "--prepare")
    waiting = safe.read(data).ring.waiting
    listed = run("list")
    run("rotate")

    assert waiting in told
    assert f"{waiting}  key          0 rows  waits for the next rotation" in listed
    assert safe.read(data).ring.current == waiting != old.current
    assert under() == {waiting}


def test_the_list_tells_how_many_rows_name_each(data, ada, pages, run):
    ring = safe.read(data).ring

    told = run("list")

    assert f"{ring.current}  key          7 rows  in use" in told
    assert f"{ring.current_pepper}  pepper       3 rows  in use" in told


def test_the_list_shows_what_nothing_opens(data, ada, pages, run):
    lost = safe.read(data).ring
    safe.write_ring(data, KeyRing.new())

    told = run("list")

    assert f"{lost.current}  MISSING      7 rows  that nothing here opens" in told


# --- retiring ---


@pytest.fixture
def old(data, pages, run):
    """The key that was in use until now."""
    key_id = safe.read(data).ring.current
    run("rotate")
    return key_id


@pytest.fixture
def later():
    """An hour and a bit from now."""
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        yield


def test_a_key_that_nothing_names_goes(data, ada, old, pages, run, later):
    run("retire", old)

    ring = safe.read(data).ring
    assert old not in ring.keys
    assert sorted(readable(ada, ring)) == sorted(pages)
    kinds = db.session.scalars(select(Event.kind).where(Event.kind.like("key%")))
    assert list(kinds) == ["keys-rotated", "key-retired"]


def test_a_key_that_a_row_names_stays(app, data, ada, old, ask, later):
    ring = safe.read(data).ring
    before = KeyRing(old, ring.keys, ring.current_pepper, ring.peppers)
    place = {"lesson_id": None, "lesson_revision_id": None, "block": "late", "base": 0}
    with unit_of_work():
        journal.save(ada, {"text": "late"}, before, **place)

    code, told = ask("retire", old)

    assert (code, "1 rows are still under it" in told) == (1, True)
    assert safe.read(data).ring == ring


def test_a_key_stays_while_a_request_might_still_write_under_it(data, old, ask):
    code, told = ask("retire", old)

    assert (code, "may still be under way" in told) == (1, True)
    assert old in safe.read(data).ring.keys


def test_a_key_that_a_backup_needs_stays_until_one_says_so(app, data, ada, pages, ask, run):
    key_id = safe.read(data).ring.current
    assert app.test_cli_runner().invoke(args=["backup", "create"]).exit_code == 0
    run("rotate")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        code, told = ask("retire", key_id)
        assert (code, "backups need it" in told) == (1, True)
        assert key_id in safe.read(data).ring.keys

        run("retire", key_id, "--even-for-backups")

    assert key_id not in safe.read(data).ring.keys


@pytest.mark.parametrize("which", ["current", "current_pepper"])
def test_what_is_in_use_stays(data, ask, which):
    ring = safe.read(data).ring

    code, told = ask("retire", getattr(ring, which))

    assert (code, "in use" in told) == (1, True)
    assert safe.read(data).ring == ring


def test_a_pepper_stays_until_everybody_has_signed_in_since(app, data, browser, ada, ask, run):
    old = safe.read(data).ring.current_pepper
    safe.write_ring(data, safe.read(data).ring.repeppered())

    code, told = ask("retire", old)

    assert (code, "3 rows are still under it" in told) == (1, True)
    who = {"handle": "ada@example.org", "passphrase": PASSPHRASE}
    assert browser.post("/sign-in", data=who).location == "/home"


def test_an_unknown_key_is_said_to_be(ask):
    code, told = ask("retire", "0" * 16)

    assert (code, "no such key" in told) == (1, True)
