"""The supervisor, run as the process that it is, over small stand-ins for its services."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 20.0

# Each writes its process id to the file it is given, one line a life, once it can be signalled.
LIVES = """
import os, signal, sys, time
def told(*_): open(sys.argv[1] + ".ended", "a").write(f"{time.monotonic()}\\n"); sys.exit(0)
signal.signal(signal.SIGTERM, told)
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
while True: signal.pause()
"""
DIES = """
import os, sys
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
sys.exit(3)
"""
DEAF = """
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
while True: signal.pause()
"""
# Takes 20 MiB and gives them back, twice, as signing in does; writes how many it still holds.
TAKES = """
import ctypes, resource, sys
libc, size = ctypes.CDLL(None), 20 << 20
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
    ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p])
def held(): return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() >> 20
before = held()
for _ in range(2):
    block = libc.malloc(size); ctypes.memset(block, 1, size); libc.free(block)
open(sys.argv[1], "a").write(f"{held() - before}\\n")
"""
SUPERVISES = """
import sys
from nti_lms import supervisor
from nti_lms.supervisor import Service
supervisor.STOP_SECONDS = {stop_seconds}
sys.exit(supervisor.supervise({services}, first_delay=0.01))
"""


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Stage:
    """A folder where stand-ins leave their process ids, and the supervisors run over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []

    def service(self, name: str, script: str, **options: object) -> str:
        command = [sys.executable, "-c", script, str(self.folder / name)]
        given = "".join(f", {key}={value!r}" for key, value in options.items())
        return f"Service({name!r}, {command!r}{given})"

    def supervise(self, *services: str, stop_seconds: float = PATIENCE) -> subprocess.Popen[str]:
        script = SUPERVISES.format(services=f"[{', '.join(services)}]", stop_seconds=stop_seconds)
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def lives(self, name: str) -> list[int]:
        path = self.folder / name
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def wait_for(self, name: str, *, lives: int = 1) -> int:
        eventually(lambda: len(self.lives(name)) >= lives)
        return self.lives(name)[-1]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    for process in stage.started:
        process.kill()
        with process:  # closes its pipe and reaps it
            pass


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_every_service_and_answers_zero(stage: Stage, stop: signal.Signals) -> None:
    supervisor = stage.supervise(stage.service("web", LIVES), stage.service("worker", LIVES))
    children = [stage.wait_for("web"), stage.wait_for("worker")]

    supervisor.send_signal(stop)

    assert supervisor.wait(PATIENCE) == 0
    assert [is_running(child) for child in children] == [False, False]
    assert supervisor.communicate()[1] == ""


def test_an_interrupt_to_the_terminals_group_reaches_the_supervisor_alone(stage: Stage) -> None:
    supervisor = stage.supervise(stage.service("web", LIVES))
    child = stage.wait_for("web")

    assert os.getpgid(child) != os.getpgid(supervisor.pid)
    os.killpg(supervisor.pid, signal.SIGINT)

    assert supervisor.wait(PATIENCE) == 0
    assert (stage.folder / "web.ended").exists()  # it was asked, not interrupted


def test_a_service_that_outlives_the_others_is_asked_last(stage: Stage) -> None:
    supervisor = stage.supervise(
        stage.service("render", LIVES, outlives=True),
        stage.service("web", DEAF),
        stop_seconds=1.5,  # so the deaf one is killed after half a second
    )
    stage.wait_for("render")
    stage.wait_for("web")
    asked_at = time.monotonic()

    supervisor.terminate()

    assert supervisor.wait(PATIENCE) == 0
    assert float((stage.folder / "render.ended").read_text()) - asked_at >= 0.5


def test_a_killed_service_comes_back_and_is_told_of(stage: Stage) -> None:
    supervisor = stage.supervise(stage.service("worker", LIVES))
    first = stage.wait_for("worker")

    os.kill(first, signal.SIGKILL)

    second = stage.wait_for("worker", lives=2)
    assert second != first
    assert is_running(second)
    supervisor.terminate()
    told = supervisor.communicate(timeout=PATIENCE)[1]
    assert told == "supervisor: worker was killed by signal 9; starting again in 0.01 s\n"


def test_a_vital_service_that_cannot_start_ends_everything(stage: Stage) -> None:
    supervisor = stage.supervise(
        stage.service("web", DIES, is_vital=True), stage.service("worker", LIVES)
    )

    told = supervisor.communicate(timeout=PATIENCE)[1].splitlines()

    assert supervisor.returncode == 1
    assert len(stage.lives("web")) == 5
    assert not is_running(stage.wait_for("worker"))
    assert told == [
        "supervisor: web ended with code 3; starting again in 0.01 s",
        "supervisor: web ended with code 3; starting again in 0.02 s",
        "supervisor: web ended with code 3; starting again in 0.04 s",
        "supervisor: web ended with code 3; starting again in 0.08 s",
        "supervisor: web ended with code 3; giving up",
        "supervisor: stopping: web would not start in 5 tries",
    ]


def test_another_service_that_cannot_start_is_tried_for_ever(stage: Stage) -> None:
    supervisor = stage.supervise(
        stage.service("web", LIVES, is_vital=True), stage.service("worker", DIES)
    )
    stage.wait_for("web")

    stage.wait_for("worker", lives=6)

    assert supervisor.poll() is None
    assert len(stage.lives("web")) == 1


def test_a_service_that_will_not_stop_is_killed(stage: Stage) -> None:
    supervisor = stage.supervise(stage.service("web", DEAF), stop_seconds=0.1)
    child = stage.wait_for("web")

    supervisor.terminate()

    assert supervisor.wait(PATIENCE) == 0
    assert not is_running(child)
    told = supervisor.communicate()[1]
    assert told == f"supervisor: process {child} did not stop in time; killing it\n"


def test_services_do_not_outlive_a_killed_supervisor(stage: Stage) -> None:
    supervisor = stage.supervise(stage.service("web", LIVES), stage.service("worker", LIVES))
    children = [stage.wait_for("web"), stage.wait_for("worker")]

    supervisor.kill()

    eventually(lambda: not any(is_running(child) for child in children))


@pytest.mark.parametrize("arguments", [[], ["--probe"]])
def test_a_taken_port_is_said_and_nothing_starts(arguments: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        ended = run_main(arguments, NTI_PORT=str(port))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Port {port} of 127.0.0.1 is taken. "
        f"Stop what uses it, or choose another: NTI_PORT={port + 1} ./start\n"
    )


def test_a_probe_of_a_free_port_is_silent() -> None:
    ended = run_main(["--probe"], NTI_PORT="0")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_bad_settings_are_said_and_nothing_starts() -> None:
    ended = run_main(["--probe"], NTI_PORT="eighty")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Settings: NTI_PORT=eighty is not a number from 0 to 65535.\n"


def run_main(arguments: list[str], **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nti_lms.supervisor", *arguments],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_a_service_gives_back_the_memory_of_a_moment(stage):
    stage.supervise(stage.service("takes", TAKES))

    assert stage.wait_for("takes") < 10
