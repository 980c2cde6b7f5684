"""PostgreSQL's programs: the right one of several, or clear words about the one that lacks."""

import pytest
from sqlalchemy import make_url

from nti_lms.backups import BackupFault, programs


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put programs of these versions, and no other, where Debian would; answers their folder."""

    def install(*versions, does="true"):
        for version in versions:
            path = tmp_path / str(version) / "bin" / "pg_dump"
            path.parent.mkdir(parents=True)
            path.write_text(
                "#!/bin/sh\n"
                f'[ "$1" = --version ] && echo "pg_dump (PostgreSQL) {version}.4" && exit\n'
                f"{does}\n"
            )
            path.chmod(0o700)
        return tmp_path

    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(programs.importlib.util, "find_spec", lambda name: None)
    return install


@pytest.mark.parametrize(("server", "chosen"), [(15, 15), (16, 17), (18, 18)])
def test_the_oldest_that_is_new_enough_is_taken(install, server, chosen):
    folder = install(15, 17, 18)

    assert programs.find("pg_dump", server) == folder / str(chosen) / "bin" / "pg_dump"


def test_the_newest_reads_every_dump(install):
    folder = install(9, 17, 15)

    assert programs.find_newest("pg_dump") == folder / "17" / "bin" / "pg_dump"


def test_what_is_missing_is_named_with_what_would_mend_it(install):
    with pytest.raises(BackupFault, match="none at all.*apt-get install postgresql-client-16"):
        programs.find("pg_dump", 16)
    with pytest.raises(BackupFault, match="postgresql-client"):
        programs.find_newest("pg_dump")
    folder = install(15)
    with pytest.raises(BackupFault, match=rf"{folder}/15/bin/pg_dump \(15\)"):
        programs.find("pg_dump", 16)


def test_the_password_is_not_among_the_arguments(install, tmp_path):
    seen = tmp_path / "seen"
    folder = install(16, does=f'echo "$@ / $PGPASSWORD" > {seen}')
    url = make_url("postgresql+psycopg://nti:s%40cret@db.example/nti?host=/run/x")

    programs.run(folder / "16" / "bin" / "pg_dump", ["--more"], url, lambda: None)

    arguments, password = seen.read_text().strip().split(" / ")
    assert arguments.split()[-1] == "--more"
    assert "postgresql://nti@db.example/nti?" in arguments
    assert "cret" not in arguments
    assert password == "s@cret"


def test_what_the_program_says_is_told(install):
    folder = install(16, does="echo 'no room left' >&2; exit 1")

    with pytest.raises(BackupFault, match="no room left"):
        programs.run(
            folder / "16" / "bin" / "pg_dump", [], make_url("postgresql://x/y"), lambda: None
        )
