"""What somebody took part in, as a certificate tells it: days at gatherings, modules read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Presence:
    """The days of one gathering on which somebody was noted as present, in order."""

    number: int
    mode: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class ReadModule:
    """A module of which every lesson was marked as read; its titles by language."""

    number: int
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Participation:
    """All that can be certified of one person in one cohort."""

    presences: tuple[Presence, ...] = ()
    modules: tuple[ReadModule, ...] = ()

    @property
    def days(self) -> int:
        """On how many days somebody was noted as present."""
        return sum(len(presence.days) for presence in self.presences)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to certify."""
        return not (self.presences or self.modules)

    def to_json(self) -> dict[str, Any]:
        """The same as plain data, to be kept."""
        return {
            "presences": [
                {"number": one.number, "mode": one.mode, "days": [d.isoformat() for d in one.days]}
                for one in self.presences
            ],
            "modules": [{"number": one.number, "titles": dict(one.titles)} for one in self.modules],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Participation":
        """What `to_json` gave."""
        return cls(
            tuple(
                Presence(one["number"], one["mode"], tuple(map(date.fromisoformat, one["days"])))
                for one in kept.get("presences", [])
            ),
            tuple(ReadModule(one["number"], one["titles"]) for one in kept.get("modules", [])),
        )


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a manager asks for before they look at names: at least so many days and modules."""

    days: int
    modules: int

    def is_met(self, participation: Participation) -> bool:
        """Whether somebody took part as much; nobody does who took part in nothing."""
        return (
            not participation.is_empty
            and participation.days >= self.days
            and len(participation.modules) >= self.modules
        )
