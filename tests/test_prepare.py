"""Making an installation ready, the first time and every other time."""

import pytest

from nti_lms import backups, migrating, prepare
from nti_lms.backups import BackupFault
from nti_lms.cli import demo


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("NTI_DATA", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "var"


def test_the_first_administrators_link_is_told_until_somebody_took_it(data, capsys):
    codes = [prepare.main([]) for _ in range(2)]

    assert codes == [0, 0]
    assert capsys.readouterr().out.count("First administrator, once: http") == 2
    assert not (data / "prepared").exists()


def test_a_second_demonstration_tells_the_same_accounts(data, capsys):
    prepare.main(["--demo"])
    first = capsys.readouterr().out.splitlines()

    prepare.main(["--demo"])
    second = capsys.readouterr().out.splitlines()

    assert len(second) == len(demo.CAST) + 1  # and their passphrase
    assert first[-len(second) :] == second
    assert (data / "prepared").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("lost", ["nti.sqlite", "keyring"])
def test_a_stamp_does_not_hold_when_what_it_speaks_of_is_gone(data, lost):
    prepare.main(["--demo"])
    (data / lost).unlink()

    assert not prepare._holds(
        data / "prepared",
        prepare._digest(is_demo=True),
        prepare.Settings.from_env({"NTI_DATA": str(data)}),
    )


def test_an_unknown_word_is_refused(capsys):
    assert prepare.main(["--nonsense"]) == 2
    assert "usage" in capsys.readouterr().err


def test_a_database_without_its_key_ring_gets_no_new_one(data):
    prepare.main(["--demo"])
    (data / "keyring").unlink()

    with pytest.raises(SystemExit, match="without its key ring"):
        prepare.main(["--demo"])

    assert not (data / "keyring").exists()


# --- before the tables change ---


@pytest.fixture
def behind(data, monkeypatch):
    """A site whose code expects tables of a later day."""
    prepare.main(["--demo"])
    (data / "prepared").unlink()
    monkeypatch.setattr(migrating, "heads", lambda: {"later"})


def test_an_upgrade_begins_with_a_backup(data, behind, capsys):
    prepare.main(["--demo"])

    (backup,) = backups.list_backups(data / "backups")
    backups.check(backup)
    assert str(backup.folder) in capsys.readouterr().out


def test_an_upgrade_without_a_backup_says_so_and_goes_on(data, behind, capsys, monkeypatch):
    def refuse(*_):
        raise BackupFault("pg_dump is missing")

    monkeypatch.setattr(backups, "create", refuse)

    assert prepare.main(["--demo"]) == 0
    assert "No backup was made" in capsys.readouterr().out


def test_without_an_upgrade_there_is_none(data):
    prepare.main(["--demo"])
    (data / "prepared").unlink()
    prepare.main(["--demo"])

    assert not (data / "backups").exists()
