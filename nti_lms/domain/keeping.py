"""Which backups are kept as they age: many of the last days, few of the last months."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep the newest of each period, for the latest `most` periods that have one."""

    most: int
    period: Callable[[datetime], object]


RULES = (
    Rule(24, lambda at: (at.date(), at.hour)),
    Rule(7, lambda at: at.date()),
    Rule(5, lambda at: at.isocalendar()[:2]),
    Rule(6, lambda at: (at.year, at.month)),
)


def kept(moments: Iterable[datetime], rules: Iterable[Rule] = RULES) -> set[datetime]:
    """Those of `moments`, all of one time zone, that any of `rules` keeps.

    Periods count only when they hold a backup, so that a machine which stood still for a year
    wakes up with what it had. The newest of all is always kept.
    """
    newest_first = sorted(set(moments), reverse=True)
    return {at for rule in rules for at in _newest_of_each(newest_first, rule)}


def _newest_of_each(newest_first: list[datetime], rule: Rule) -> list[datetime]:
    found: dict[object, datetime] = {}
    for at in newest_first:
        found.setdefault(rule.period(at), at)
    return list(found.values())[: rule.most]
