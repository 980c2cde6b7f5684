"""Measure the product beside a plain Flask page: python -m bench [--people 100 1000 10000]."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, event, select, update

from bench import floor, pages
from bench.fill import Filled, fill
from bench.load import Ask, Tally, merged, run
from bench.pages import PAGES, Cast, Measured
from bench.servers import Server, free_port, gunicorn, serve
from nti_lms import migrating, safe
from nti_lms.app import create_app
from nti_lms.curriculum import load
from nti_lms.database import db, unit_of_work
from nti_lms.models import Answer, Attempt, Authorship, Entry, Revision
from nti_lms.services import indexing, loading
from nti_lms.settings import ROOT
from tests import postgres
from tests.quizzes import BLOCK, RIGHT, add_lesson

MOST_VISITORS = 1000
ROUNDS = 3
HEADINGS = (
    *("page", "conn", "req/s", "p50 ms", "p95", "p99", "CPU ms", "floor CPU"),
    *("ratio", "goal", "SQL", "kB", "wrong"),
)


def main() -> None:
    """Print a table for each number of participants."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--cohort", type=int, default=100, help="people in each cohort")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    chosen = parser.parse_args()
    with databases(chosen.database) as fresh:
        for people in chosen.people:
            measure(people, fresh, chosen)


def measure(people: int, fresh: Callable[[Path, str], str], chosen: argparse.Namespace) -> None:
    """One filled site beside the floor; its table."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder)
        env = {
            "NTI_DATA": str(data),
            "DATABASE_URL": fresh(data, f"bench_{people}"),
            "FLOOR_DATABASE": fresh(data, f"floor_{people}"),
        }
        app, filled, plans, attempts = prepared(env, people, chosen.cohort)
        product, plain = started(stack, app, env, data)
        people_, managers = pages.visit(product, filled, MOST_VISITORS)
        cast = Cast(people_, managers, filled.cohorts, filled.handle, plans, attempts, RIGHT)
        cast.stranger = pages.stranger(product)
        say(f"\n{people} participants, {chosen.database}, rounds of {chosen.seconds:g} s\n")
        say(row(HEADINGS))
        for page in (page for page in PAGES if chosen.only in page.name):
            count = statements(app, page, cast)
            for connections in chosen.connections:
                say(line(page, cast, app, (product, plain), connections, chosen.seconds, count))
        memory = product.memory_mb(), plain.memory_mb()
        say(f"\nmemory of all processes: {memory[0]:.0f} MB; of the floor {memory[1]:.0f} MB")


def prepared(
    env: dict[str, str], people: int, cohort: int
) -> tuple[Flask, Filled, list[int], list[int]]:
    """Both databases, filled; the plans and the open attempts of the participants, in order."""
    safe.make(Path(env["NTI_DATA"]))
    app = create_app(env)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        migrating.upgrade()
        with unit_of_work():
            loading.sync(load(ROOT / "curriculum"), app.extensions["storage"])
        revision = add_lesson()
        with unit_of_work():
            indexing.refresh()
        filled = fill(app, people, cohort)
        plans = list(db.session.scalars(select(Authorship.commitment_id)))
        attempts = _open_attempts(revision)
        db.session.rollback()
    reader = app.test_client()
    reader.set_cookie("nti", filled.participants[0])
    main = reader.get(pages.LESSON).text.partition("<main")[2].partition("</main>")[0]
    floor.fill(floor.create_app(env), 100, f"<div{main}</div>")
    return app, filled, plans, attempts


def _open_attempts(revision: Revision) -> list[int]:
    with unit_of_work():
        people = db.session.scalars(select(Authorship.user_id).order_by(Authorship.commitment_id))
        attempts = [
            Attempt(
                user_id=user,
                lesson_id=revision.lesson_id,
                revision_id=revision.id,
                block=BLOCK,
                number=1,
                seed=user,
                started_at=revision.created_at,
            )
            for user in people
        ]
        db.session.add_all(attempts)
        db.session.flush()
        return [attempt.id for attempt in attempts]


def started(stack: ExitStack, app: Flask, env: dict[str, str], data: Path) -> tuple[Server, Server]:
    """The product as `./start` runs it, all processes, and the floor."""
    ports = free_port(), free_port()
    whole = {**env, "NTI_PORT": str(ports[0])}
    command = [sys.executable, "-m", "nti_lms.supervisor"]
    product = stack.enter_context(serve(command, whole, ports[0], "/readyz"))
    plain = stack.enter_context(
        serve(gunicorn("bench.floor:from_environment()", ports[1]), env, ports[1], "/text/1")
    )
    return product, plain


def line(
    page: Measured,
    cast: Cast,
    app: Flask,
    servers: tuple[Server, Server],
    connections: int,
    seconds: float,
    statements: int,
) -> str:
    """Rounds of the product and of the floor in turn; a line of the table."""
    ours: list[Tally] = []
    theirs: list[Tally] = []
    asks = counted(page, cast)
    run(servers[0], asks, connections=connections, seconds=seconds / 4)  # warm
    for _ in range(ROUNDS):
        if page.once_each:
            reopen(app)
        asks = counted(page, cast) if page.once_each else asks
        ours.append(run(servers[0], asks, connections=connections, seconds=seconds))
        if page.floor:
            theirs.append(run(servers[1], page.floor, connections=connections, seconds=seconds))
    speed, cpu, whole = merged(ours)
    beneath = merged(theirs)[1] if theirs else 0.0
    kilobytes = sum(whole.bytes) / max(1, len(whole.bytes)) / 1000
    return row(
        (
            page.name,
            connections,
            f"{speed:.0f}",
            *(f"{whole.percentile(p):.1f}" for p in (50, 95, 99)),
            f"{cpu:.2f}",
            f"{beneath:.2f}" if beneath else "-",
            f"{cpu / beneath:.2f}" if beneath else "-",
            page.goal or "-",
            statements,
            f"{kilobytes:.1f}",
            whole.wrong,
        )
    )


def counted(page: Measured, cast: Cast) -> Callable[[int], Ask | None]:
    """The page's requests; they go on where the last round of it ended, or end with the people."""
    if page.once_each:
        return lambda number: page.ask(cast, number) if number < len(cast.participants) else None
    began = cast.used
    cast.used += 10**6

    def ask(number: int) -> Ask:
        return page.ask(cast, began + number)

    return ask


def reopen(app: Flask) -> None:
    """Open every submitted attempt of the measured quiz again."""
    with app.app_context(), unit_of_work():
        own = Attempt.block == BLOCK
        ids = select(Attempt.id).where(own)
        db.session.execute(delete(Answer).where(Answer.attempt_id.in_(ids)))
        db.session.execute(
            update(Attempt).where(own).values(submitted_at=None, won=None, offered=None)
        )


def statements(app: Flask, page: Measured, cast: Cast) -> int:
    """How many SQL statements the page takes, asked of the application in this process."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split()[0] not in {"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"}:
            seen.append(statement)

    asked = page.ask(cast, 0)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    client, kind = app.test_client(), asked.headers.get("Content-Type")
    headers = {name: value for name, value in asked.headers.items() if name != "Cookie"}
    for pair in asked.headers["Cookie"].split("; "):
        name, _, value = pair.partition("=")
        client.set_cookie(name, value)
    method = "GET" if asked.body is None else "POST"
    if method == "GET":  # what a process keeps after its first page is not counted
        client.open(asked.path, headers=headers)
        seen.clear()
    client.open(asked.path, method=method, data=asked.body, headers=headers, content_type=kind)
    with app.app_context():
        event.remove(db.engine, "before_cursor_execute", note)
        forget_reflections(cast)
    return len(seen)


def forget_reflections(cast: Cast) -> None:
    """Undo what a counted autosave kept, so that the measured ones begin at revision 0."""
    with unit_of_work():
        db.session.execute(delete(Entry).where(Entry.block == "house-norm"))
    for visitor in cast.participants:
        visitor.saves = 0


@contextmanager
def databases(kind: str) -> Iterator[Callable[[Path, str], str]]:
    """Something that gives the address of a fresh database by its name."""
    if kind == "sqlite":
        yield lambda folder, name: f"sqlite:///{folder / name}.sqlite"
        return
    url, stop = postgres.start(durable=True)
    try:
        yield lambda _folder, name: postgres.fresh_database(url, name)
    finally:
        stop()


def row(cells: Any) -> str:
    """A line with its cells under those of the others."""
    widths = (26, 5, 6, 7, 6, 6, 7, 10, 6, 7, 4, 6, 5)
    return " ".join(
        f"{cell!s:<{width}}" if place == 0 else f"{cell!s:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def say(text: str) -> None:
    """Print at once, so that a long run can be watched."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
