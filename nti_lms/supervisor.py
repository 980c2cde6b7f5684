"""Run the web server, the job worker and the render service; restart what falls, end all together.

`./start` becomes this process. It loads nothing but the standard library and the settings, so it
is there in a moment and no fault of what it watches can reach it. Linux only.
"""

import ctypes
import errno
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nti_lms import metrics
from nti_lms.settings import BadSettings, Settings

STOP_SECONDS = 30.0
LAST_SECONDS = 1.0  # of those, what is kept for services that outlive the others
QUICK_SECONDS = 10.0
MOST_QUICK_DEATHS = 5
LONGEST_DELAY = 30.0
# For the C library: a block of 4 MiB or more goes back at once, since each sign-in takes 19 MiB for
# a moment; and threads share two heaps, or each of the eight would keep one of its own.
RETURNING = {"MALLOC_MMAP_THRESHOLD_": str(4 * 1024 * 1024), "MALLOC_ARENA_MAX": "2"}

STOPPING = {signal.SIGTERM, signal.SIGINT}
WATCHED = {*STOPPING, signal.SIGCHLD}
PR_SET_PDEATHSIG = 1
WELCOME = "Ábralo en su navegador; Ctrl-C lo detiene. Open it in a browser; Ctrl-C stops it."

libc = ctypes.CDLL(None)


@dataclass
class Service:
    """A child that should always run.

    A vital one that dies at once five times in a row ends everything. One that `outlives` the
    others is asked to stop only after they have, because they may still need it. `inherits` are
    open file descriptors that it shares; they are closed here when everything ends.
    """

    name: str
    command: Sequence[str]
    is_vital: bool = False
    outlives: bool = False
    inherits: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    due_at: float = field(default=0.0, init=False)
    quick_deaths: int = field(default=0, init=False)

    @property
    def is_hopeless(self) -> bool:
        """Whether to give up on it, and with it on everything."""
        return self.is_vital and self.quick_deaths >= MOST_QUICK_DEATHS


def supervise(services: Sequence[Service], *, first_delay: float = 1.0) -> int:
    """Run `services` until SIGTERM or SIGINT, then give them 30 s to finish.

    A service that dies starts again after `first_delay` seconds, twice as long each time that
    it dies at once. Answers the exit code: 0 when asked to stop, 1 when a vital service would
    not start.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    try:
        return _watch(services, first_delay)
    finally:
        deadline = time.monotonic() + STOP_SECONDS
        _end([service for service in services if not service.outlives], deadline - LAST_SECONDS)
        _end([service for service in services if service.outlives], deadline)


def _watch(services: Sequence[Service], first_delay: float) -> int:
    while True:
        for service in services:
            _tend(service, first_delay)
            if service.is_hopeless:
                _say(f"stopping: {service.name} would not start in {MOST_QUICK_DEATHS} tries")
                return 1
        waiting = [service.due_at for service in services if service.process is None]
        if _next_signal(min(waiting, default=None)) in STOPPING:
            return 0


def _tend(service: Service, first_delay: float) -> None:
    now = time.monotonic()
    if service.process is None:
        if now >= service.due_at:
            _start(service, now)
    elif (code := service.process.poll()) is not None:
        service.process = None
        is_quick = now - service.started_at < QUICK_SECONDS
        service.quick_deaths = service.quick_deaths + 1 if is_quick else 0
        delay = min(first_delay * 2 ** max(service.quick_deaths - 1, 0), LONGEST_DELAY)
        service.due_at = now + delay
        plan = "giving up" if service.is_hopeless else f"starting again in {delay:g} s"
        _say(f"{service.name} {_describe(code)}; {plan}")


def _start(service: Service, now: float) -> None:
    service.started_at = now
    service.process = subprocess.Popen(  # noqa: S603 - our own commands
        service.command,
        stdin=subprocess.DEVNULL,
        env=RETURNING | os.environ,
        pass_fds=service.inherits,
        start_new_session=True,  # a Ctrl-C reaches the supervisor alone
        preexec_fn=_follow(os.getpid()),  # noqa: PLW1509 - no threads here
    )


def _follow(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its command: bind its life to that of `parent`."""

    def follow() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)

    return follow


def _end(services: Sequence[Service], deadline: float) -> None:
    """Ask `services` to stop; end with force, workers included, what is there at `deadline`."""
    for descriptor in {descriptor for service in services for descriptor in service.inherits}:
        os.close(descriptor)  # or callers would wait in a queue that nobody serves any more
    processes = [service.process for service in services if service.process is not None]
    for process in processes:
        process.terminate()
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        _next_signal(deadline)
    for process in processes:
        if process.poll() is None:
            _say(f"process {process.pid} did not stop in time; killing it")
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _next_signal(until: float | None) -> int | None:
    """The next watched signal; None once the monotonic clock passes `until`."""
    if until is None:
        return signal.sigwaitinfo(WATCHED).si_signo
    caught = signal.sigtimedwait(WATCHED, max(until - time.monotonic(), 0))
    return caught.si_signo if caught else None


def _describe(code: int) -> str:
    return f"ended with code {code}" if code >= 0 else f"was killed by signal {-code}"


def _say(text: str) -> None:
    sys.stderr.write(f"supervisor: {text}\n")


def listen(host: str, port: int) -> socket.socket:
    """A socket that queues connections from now on, before and between web servers.

    Raises:
        OSError: `port` is taken, or `host` is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def list_services(listener: int, *, has_metrics: bool = False) -> list[Service]:
    """What NTI LMS is made of, for a listening socket with the file descriptor `listener`."""
    python = [sys.executable, "-m"]
    flask = [*python, "flask", "--app", "wsgi"]
    second = ["nice", "-n", "5"]  # pages come first
    gunicorn = [*python, "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    numbers = [Service("metrics", [*second, *flask, "metrics"])] if has_metrics else []
    return [
        Service(
            "web",
            [*gunicorn, "--bind", f"fd://{listener}", "wsgi:app"],
            is_vital=True,
            inherits=[listener],
        ),
        Service("worker", [*second, *python, "nti_lms.worker"]),
        Service("render-service", [*second, *python, "nti_lms.printing.service"], outlives=True),
        *numbers,
    ]


def main(arguments: Sequence[str]) -> int:
    """Serve, or with `--probe` only say what would stand in the way."""
    try:
        settings = Settings.from_env(os.environ)
        listener = listen(settings.host, settings.port)
    except BadSettings as error:
        sys.stderr.write(f"Settings: {error}.\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{_word(error, settings)}\n")
        return 1
    if "--probe" in arguments:
        return 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold open journals
    sys.stdout.write(f"\n  {settings.public_url}\n  {WELCOME}\n\n")
    sys.stdout.flush()
    if settings.metrics:
        os.environ[metrics.FOLDER] = str(metrics.fresh_folder(settings.data))
    services = list_services(listener.detach(), has_metrics=settings.metrics is not None)
    return supervise(services)


def _word(error: OSError, settings: Settings) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}."
    advice = f"Stop what uses it, or choose another: NTI_PORT={settings.port + 1} ./start"
    return f"Port {settings.port} of {settings.host} is taken. {advice}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
