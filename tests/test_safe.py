"""The secrets of an installation: made once, and readable by their owner alone."""

import fcntl
import os

import pytest

from nti_lms import safe
from nti_lms.domain.errors import KeyRingMalformed
from nti_lms.domain.keyring import KeyRing
from nti_lms.safe import NoSecrets, RingFile


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    safe.make(folder)
    return folder


def mode(path):
    return oct(path.stat().st_mode)[-3:]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_only_the_owner_can_read_them(data):
    assert mode(data) == "700"
    assert {path.name: mode(path) for path in data.iterdir()} == {
        "keyring": "600",
        "secret-key": "600",
    }


def test_they_stay_private_under_a_careless_umask(tmp_path):
    before = os.umask(0)
    try:
        safe.make(tmp_path / "data")
    finally:
        os.umask(before)

    assert {mode(path) for path in (tmp_path / "data").iterdir()} == {"600"}


def test_a_folder_that_was_open_is_closed(tmp_path):
    tmp_path.chmod(0o755)

    safe.make(tmp_path)

    assert mode(tmp_path) == "700"


def test_making_them_again_changes_none(data):
    before = contents(data)

    safe.make(data)

    assert contents(data) == before


def test_the_missing_one_is_made_and_the_other_stays(data):
    ring = (data / "keyring").read_bytes()
    (data / "secret-key").unlink()

    safe.make(data)

    assert (data / "keyring").read_bytes() == ring
    assert len(safe.read(data).secret_key) >= 40


def test_two_installations_have_nothing_in_common(data, tmp_path):
    safe.make(tmp_path / "other")

    one, other = contents(data), contents(tmp_path / "other")
    assert [name for name in one if one[name] == other[name]] == []


@pytest.mark.parametrize("name", ["secret-key", "keyring"])
def test_a_folder_without_one_of_them_says_what_to_do(data, name):
    (data / name).unlink()

    with pytest.raises(NoSecrets, match=r"\./start makes them.*to restore a backup"):
        safe.read(data)


def test_a_ring_that_a_hand_broke_is_refused(data):
    (data / "keyring").write_text("nonsense", "utf-8")

    with pytest.raises(KeyRingMalformed):
        safe.read(data)


def test_secrets_are_not_in_what_is_printed_of_them(data):
    secrets = safe.read(data)

    assert secrets.secret_key not in repr(secrets)
    assert repr(secrets) == "Secrets()"


def test_a_private_file_is_replaced_whole(tmp_path):
    path = tmp_path / "note"
    path.write_text("old", "utf-8")
    (tmp_path / "note.new").write_text("left by a crash", "utf-8")

    safe.write_private(path, "ñ")

    assert contents(tmp_path) == {"note": "ñ".encode()}
    assert mode(path) == "600"


# --- a ring that changes while a process runs ---


@pytest.fixture
def file(data):
    """The ring's file as a running process has it open to its mind."""
    return RingFile(data, safe.read(data).ring)


def test_a_running_process_takes_up_a_new_ring(data, file):
    rings = [file.ring(), KeyRing.new(), KeyRing.new()]

    for ring in rings[1:]:
        safe.write_ring(data, ring)
        assert file.ring() == ring

    assert safe.read(data).ring == rings[-1]


@pytest.mark.parametrize("text", [None, "", "nonsense"])
def test_a_running_process_goes_on_with_the_last_good_ring(data, file, text, caplog):
    before = file.ring()
    (data / "keyring").unlink()
    if text is not None:
        safe.write_private(data / "keyring", text)

    assert file.ring() == before
    assert "the key ring cannot be read" in caplog.text
    safe.write_ring(data, ring := KeyRing.new())
    assert file.ring() == ring


def test_a_ring_that_did_not_change_is_not_read_again(data, file, monkeypatch):
    before = file.ring()
    monkeypatch.setattr(KeyRing, "parse", lambda text: pytest.fail("read again"))

    assert file.ring() is before


def test_the_ring_is_changed_by_one_at_a_time(data):
    handle = os.open(data, os.O_RDONLY)
    with safe.locked_ring(data), pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)
