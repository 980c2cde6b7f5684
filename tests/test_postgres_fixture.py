"""The PostgreSQL that the other tests stand on."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres

pytestmark = pytest.mark.slow

HOLDS_A_SERVER = """
from tests import postgres
url, stop = postgres.start(durable=True)
print(url, flush=True)
input()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    url, stop = postgres.start()
    yield url
    stop()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def name(what: str) -> str:
    return f"nti_fixture_{what}_{os.getpid()}"


def test_a_server_answers_and_says_what_it_is(server: str) -> None:
    version = ask(server, "SHOW server_version")

    assert postgres.describe(server).startswith(f"PostgreSQL {version}, ")


def test_a_fresh_database_is_empty_each_time(server: str) -> None:
    for _ in range(2):
        url = postgres.fresh_database(server, name("empty"))

        assert ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE lesson (title text)")

    postgres.drop_database(server, name("empty"))


def test_a_copy_holds_what_its_template_holds_and_stands_alone(server: str) -> None:
    template = postgres.fresh_database(server, name("template"))
    with psycopg.connect(template.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE lesson (title text)")
        connection.execute("INSERT INTO lesson VALUES ('Acción')")

    copy = postgres.fresh_database(server, name("copy"), name("template"))
    with psycopg.connect(copy.replace("+psycopg", "")) as connection:
        connection.execute("DELETE FROM lesson")

    assert ask(copy, "SELECT count(*) FROM lesson") == 0
    assert ask(template, "SELECT title FROM lesson") == "Acción"
    postgres.drop_database(server, name("copy"))
    postgres.drop_database(server, name("template"))


def test_a_given_server_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://ana:a%40b@db.example/tests")

    url, stop = postgres.start()
    stop()

    assert url == "postgresql+psycopg://ana:a%40b@db.example/tests"


def test_a_durable_server_keeps_what_it_acknowledges() -> None:
    url, stop = postgres.start(durable=True)

    asked = [ask(url, f"SHOW {setting}") for setting in ("fsync", "synchronous_commit")]
    stop()

    assert asked == ["on", "on"]
    assert not folder_of(url).exists()


def test_a_server_does_not_outlive_who_started_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        run = folder_of(holder.stdout.readline().strip())
        postmaster = int((run / "cluster" / "postmaster.pid").read_text().split()[0])

        holder.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 20
    while Path(f"/proc/{postmaster}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    shutil.rmtree(run.parent)


def folder_of(url: str) -> Path:
    return Path(url.partition("host=")[2])
