"""The render service from outside: a process, a socket, a book."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from nti_lms.domain.errors import PrintingBusy, PrintingFailed
from nti_lms.printing import client, pages, press, wire
from nti_lms.printing.child import render_in_child
from nti_lms.printing.limits import Limits
from nti_lms.printing.manuscript import Manuscript, Part
from tests.printing.making import ROOT, environment, make_workbook

pytestmark = pytest.mark.slow

PROGRAM = """
import sys
from pathlib import Path
from nti_lms.printing import service
from nti_lms.printing.limits import Limits
limits = Limits(cpu_seconds=int(sys.argv[2]), wall_seconds=float(sys.argv[3]))
sys.exit(service.serve(Path(sys.argv[1]), limits, float(sys.argv[4])))
"""

Start = Callable[..., tuple[subprocess.Popen[bytes], Path]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a service with its own limits; it is listening when this returns."""
    started: list[subprocess.Popen[bytes]] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "press.sock"

        def run(
            *, cpu: int = 60, wall: float = 60, idle: float = 600
        ) -> tuple[subprocess.Popen[bytes], Path]:
            numbers = [str(number) for number in (cpu, wall, idle)]
            process = subprocess.Popen([sys.executable, "-c", PROGRAM, path, *numbers], cwd=ROOT)
            started.append(process)
            wait_for(path, process)
            return process, path

        yield run
        for process in started:
            process.kill()
            process.wait()


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with contextlib.suppress(OSError):
            connect(path).close()
            return
    raise AssertionError("the service ended before it listened")


def connect(path: Path) -> socket.socket:
    """A connection that a child of the service is waiting on. Raises OSError if none listens."""
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            if wire.receive(connection)[0] == wire.READY:
                return connection
        except OSError:
            connection.close()
            raise
        connection.close()


def small(html: str = "<h1>Uno</h1>") -> Manuscript:
    return Manuscript(
        title="T",
        language="es",
        paper="letter",
        parts=(Part(f'<html lang="es"><title>T</title>{html}'),),
        heads={"left": "", "private": "", "notes": "", "number": "{page} de {pages}"},
    )


def endless() -> Manuscript:
    rows = "".join(f"<table><tr><td>{'a ' * 40}</td></tr></table>" for _ in range(40_000))
    return small(f"<h1>Uno</h1>{rows}")


def test_service_answers_with_the_same_bytes_as_the_press(start):
    _, path = start()
    made = pages.manuscript(make_workbook(filled={"C2": "Solo mío"}), environment())

    assert client.render(path, made) == press.print_book(made)


def test_socket_is_for_its_owner_alone(start):
    _, path = start()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_child_that_takes_too_long_is_ended_and_the_service_lives_on(start):
    _, path = start(wall=4)

    with pytest.raises(PrintingFailed, match="too long"):
        client.render(path, endless())

    assert client.render(path, small()).startswith(b"%PDF")


def test_child_beyond_its_processor_time_is_ended(start):
    _, path = start(cpu=2)

    with pytest.raises(PrintingFailed, match="half way"):
        client.render(path, endless())


def test_request_that_is_no_manuscript_is_refused_by_name(start):
    _, path = start()
    with connect(path) as connection:
        wire.send(connection, {"kind": "book"}, b"[]")
        header, body = wire.receive(connection)

    assert header == {"error": "failed", "what": "the request is no manuscript"}
    assert body == b""


def test_third_request_is_told_that_the_press_is_busy(start):
    _, path = start()
    waiting = [connect(path), connect(path)]

    with pytest.raises(PrintingBusy):
        client.render(path, small(), patience=0.0)

    for connection in waiting:
        connection.close()
    assert client.render(path, small()).startswith(b"%PDF")


def test_service_finishes_its_work_before_it_ends(start):
    process, path = start()
    with connect(path) as connection:
        process.send_signal(signal.SIGTERM)
        while path.exists():
            pass

        wire.send(connection, {"kind": "book"}, small().to_bytes())
        _, body = wire.receive(connection)

    assert body.startswith(b"%PDF")
    assert process.wait() == 0
    with pytest.raises(PrintingFailed, match="did not answer"):
        client.render(path, small())


def test_scratch_folder_goes_when_the_service_ends(start):
    memory = Path("/dev/shm")  # noqa: S108 -- only looked at
    before = set(memory.glob("nti-press-*"))
    process, _ = start()
    process.send_signal(signal.SIGTERM)
    process.wait()

    assert set(memory.glob("nti-press-*")) - before == set()


def test_press_room_goes_when_nobody_asks_and_comes_back(start):
    process, path = start(idle=0.5)
    first = children(process)
    while children(process):
        pass

    assert len(first) == 1
    assert client.render(path, small()).startswith(b"%PDF")
    assert process.poll() is None


def test_service_whose_press_room_fails_ends_so_that_it_is_started_anew(start):
    process, path = start()
    os.kill(*children(process), signal.SIGKILL)

    assert process.wait() == 1
    with pytest.raises(PrintingFailed, match="did not answer"):
        client.render(path, small())


def children(process):
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def test_job_prints_in_a_process_of_its_own(tmp_path):
    made = pages.manuscript(make_workbook(), environment())

    first = render_in_child(made, cache=tmp_path)

    assert first == press.print_book(made)
    assert len(list(tmp_path.iterdir())) == len(made.parts) - 1
    assert render_in_child(made, cache=tmp_path) == first


def test_job_that_takes_too_long_is_ended():
    with pytest.raises(PrintingFailed, match="too long"):
        render_in_child(endless(), limits=Limits(wall_seconds=3.0))


def test_job_that_cannot_be_printed_says_why():
    with pytest.raises(PrintingFailed, match="no page holds b"):
        render_in_child(small("<h1>page-of:b</h1>"))


def test_web_process_loads_no_renderer():
    program = (
        "import sys; from nti_lms.printing import client, child, manuscript, pages;"
        "sys.exit(any(name in sys.modules for name in ('weasyprint', 'pikepdf')))"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ, check=False)

    assert done.returncode == 0
