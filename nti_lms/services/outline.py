"""The outline: what a list of modules and lessons needs, and nothing that is long."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson in a list. Texts are by language; `targets` the sections that its prompts name."""

    id: int
    key: str
    number: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    minutes: int
    content_level: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module in a list, with its lessons in order."""

    id: int
    key: str
    code: str
    number: int
    titles: Mapping[str, str]
    purposes: Mapping[str, str]
    phase: str
    lessons: tuple[LessonLine, ...]

    @property
    def minutes(self) -> int:
        """What all its lessons take, read alone."""
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class Outline:
    """The modules in order. `digest` changes with anything that a lesson page shows."""

    modules: tuple[ModuleLine, ...] = ()
    digest: str = field(default="")

    @property
    def taught(self) -> tuple[ModuleLine, ...]:
        """The modules that have lessons."""
        return tuple(module for module in self.modules if module.lessons)

    def without(self, module_ids: Container[int]) -> "Outline":
        """The same without some modules."""
        return Outline(tuple(m for m in self.modules if m.id not in module_ids), self.digest)

    def lessons(self) -> Iterator[LessonLine]:
        """Every lesson, in order."""
        for module in self.modules:
            yield from module.lessons

    def module(self, code: str) -> ModuleLine | None:
        """The module of that code, such as "m1", or None."""
        return next((module for module in self.modules if module.code == code), None)

    def module_of(self, key: str) -> ModuleLine | None:
        """The module that holds the lesson of that key, or None."""
        for module in self.modules:
            if any(lesson.key == key for lesson in module.lessons):
                return module
        return None

    def lesson(self, key: str) -> LessonLine | None:
        """The lesson of that key, or None."""
        return next((lesson for lesson in self.lessons() if lesson.key == key), None)

    def module_neighbours(self, code: str) -> tuple[ModuleLine | None, ModuleLine | None]:
        """The modules before and after."""
        codes = [module.code for module in self.modules]
        if code not in codes:
            return None, None
        place = codes.index(code)
        before = self.modules[place - 1] if place else None
        after = self.modules[place + 1] if place + 1 < len(codes) else None
        return before, after

    def neighbours(self, key: str) -> tuple[LessonLine | None, LessonLine | None]:
        """The lessons before and after, across modules."""
        lessons = list(self.lessons())
        place = next((n for n, lesson in enumerate(lessons) if lesson.key == key), None)
        if place is None:
            return None, None
        before = lessons[place - 1] if place else None
        after = lessons[place + 1] if place + 1 < len(lessons) else None
        return before, after


def to_plain(modules: tuple[ModuleLine, ...]) -> dict[str, Any]:
    """The outline as JSON."""
    return {
        "modules": [
            {name: getattr(module, name) for name in ModuleLine.__slots__ if name != "lessons"}
            | {
                "lessons": [
                    {name: getattr(lesson, name) for name in LessonLine.__slots__}
                    for lesson in module.lessons
                ]
            }
            for module in modules
        ]
    }


def from_plain(plain: Mapping[str, Any], digest: str) -> Outline:
    """The outline that `to_plain` wrote."""
    modules = tuple(
        ModuleLine(
            **{name: value for name, value in module.items() if name != "lessons"},
            lessons=tuple(
                LessonLine(**lesson | {"targets": tuple(lesson["targets"])})
                for lesson in module["lessons"]
            ),
        )
        for module in plain["modules"]
    )
    return Outline(modules, digest)
