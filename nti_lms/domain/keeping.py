"""Which backups are kept as they age: all of the last days, few of the last months."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep the newest of each period, for the latest `most` periods that have one."""

    most: int
    period: Callable[[datetime], object]


RECENT = timedelta(hours=48)
RULES = (
    Rule(7, lambda at: at.date()),
    Rule(5, lambda at: at.isocalendar()[:2]),
    Rule(6, lambda at: (at.year, at.month)),
)


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Those of `moments`, all of one time zone, that are recent or that one of `RULES` keeps.

    Age is counted from the newest, and periods only when they hold a backup, so that a machine
    which stood still for a year wakes up with what it had. The newest is always kept.
    """
    newest_first = sorted(set(moments), reverse=True)
    recent = {at for at in newest_first if newest_first[0] - at < RECENT}
    return recent.union(*(_newest_of_each(newest_first, rule) for rule in RULES))


def _newest_of_each(newest_first: list[datetime], rule: Rule) -> list[datetime]:
    found: dict[object, datetime] = {}
    for at in newest_first:
        found.setdefault(rule.period(at), at)
    return list(found.values())[: rule.most]
