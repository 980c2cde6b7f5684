"""What one rendering may use; beyond it the kernel ends the process."""

import contextlib
import resource
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of CPU and of the clock, and bytes of address space."""

    cpu_seconds: int = 60
    wall_seconds: float = 60.0
    max_bytes: int = 1024 * 1024 * 1024


def confine(limits: Limits, *, may_write: bool = False) -> None:
    """Hold this process to `limits`, without core dumps; unless it may, it writes no file."""
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    _limit(resource.RLIMIT_AS, limits.max_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    if not may_write:
        _limit(resource.RLIMIT_FSIZE, 0)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError):
        resource.setrlimit(what, (ceiling, ceiling))
