"""Ask a server as fast as it answers, over a few connections, and time each answer."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.servers import Server


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `expected` is the status that counts as an answer."""

    path: str
    headers: dict[str, str]
    body: str | None = None
    expected: tuple[int, ...] = (200,)


@dataclass(slots=True)
class Tally:
    """What came of a round: milliseconds of each answer, seconds in all, CPU milliseconds."""

    times: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0.0
    cpu_ms: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds

    @property
    def cpu_each(self) -> float:
        """CPU milliseconds of an answer."""
        return self.cpu_ms / max(1, len(self.times))

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred answers came."""
        if len(self.times) < 2:
            return self.times[0] if self.times else 0.0
        return quantiles(self.times, n=100)[percent - 1]


Next = Callable[[int], Ask | None]


def run(server: Server, ask: Next, *, connections: int, seconds: float) -> Tally:
    """Ask for `seconds`; `ask` is given a number that grows, and gives the request or an end."""
    tally, lock, numbers = Tally(), threading.Lock(), iter(range(10**9))
    began, cpu = time.perf_counter(), server.cpu_ms()
    until = began + seconds

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while time.perf_counter() < until:
            with lock:
                asked = ask(next(numbers))
            if asked is None:
                break
            _ask_one(connection, asked, tally)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds, tally.cpu_ms = time.perf_counter() - began, server.cpu_ms() - cpu
    return tally


def merged(tallies: Sequence[Tally]) -> tuple[float, float, Tally]:
    """Median answers per second and CPU milliseconds over rounds, and all their answers as one."""
    whole = Tally(
        times=[each for tally in tallies for each in tally.times],
        bytes=[each for tally in tallies for each in tally.bytes],
        wrong=sum(tally.wrong for tally in tallies),
    )
    return (
        median(tally.per_second for tally in tallies),
        median(tally.cpu_each for tally in tallies),
        whole,
    )


def _ask_one(connection: http.client.HTTPConnection, ask: Ask, tally: Tally) -> None:
    began = time.perf_counter()
    method = "GET" if ask.body is None else "POST"
    connection.request(method, ask.path, body=ask.body, headers=ask.headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status in ask.expected:
        tally.times.append(1000 * (time.perf_counter() - began))
        tally.bytes.append(len(body))
    else:
        tally.wrong += 1
