"""The limits that docs/limits.md promises are those of the code, and none is missing there."""

import ast
import importlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from wtforms import StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

from nti_lms.domain.pace import Pace
from nti_lms.settings import ROOT

ROW = re.compile(r"^\| (?P<what>[^*|]+) \| (?P<value>[^|]+) \| `(?P<name>[\w.]+)` \|", re.M)
TABLE = {
    found["name"]: found["value"]
    for found in ROW.finditer((ROOT / "docs" / "limits.md").read_text("utf-8"))
}
SECONDS = {"seconds": 1, "minutes": 60, "hour": 3600, "hours": 3600, "days": 86400}
NAMED = re.compile(r"_?(MAX|MOST|LONGEST|MIN|FREE)_|\w*(IDLE|LASTS|LEASE|KEPT|PACE)\b")
# Bounds that nobody meets: inside of the machinery.
INNER = {
    "domain.keyring.LONGEST_REQUEST",
    "supervisor.LONGEST_DELAY",
    "supervisor.MOST_QUICK_DEATHS",
    "web.blocks.KEPT",
    "web.home.MOST_MODULES",
}


def find(name: str) -> Any:
    """What the code has under that name: a constant, one of a mapping, a form's field."""
    parts = name.split(".")
    for split in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(["nti_lms", *parts[:split]]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:]:
            if hasattr(found, "__dataclass_fields__") and isinstance(found, type):
                found = found.__dataclass_fields__[part].default
            else:
                found = found[part] if isinstance(found, dict) else getattr(found, part)
        return found
    raise AssertionError(f"there is no {name}")


def worded(value: Any, said: str) -> str:
    """A value of the code in the words of the table; `said` gives the unit."""
    if isinstance(value, Pace):
        return f"{value.at_once} at once, then 1 every {value.seconds:g} seconds"
    if isinstance(value, UnboundField):
        value = length_of(value)
    unit = said.partition(" ")[2]
    if isinstance(value, timedelta):
        value = value.total_seconds() / SECONDS[unit]
    return f"{value:,g} {unit}".strip() if value < 10**6 else f"{value:,} {unit}"


def length_of(field: UnboundField) -> int | None:
    validators = [*field.args, *field.kwargs.get("validators", [])]
    flat = [one for part in validators for one in (part if isinstance(part, list) else [part])]
    return next((one.max for one in flat if isinstance(one, Length)), None)


@pytest.mark.parametrize("name", TABLE)
def test_the_table_says_what_the_code_does(name: str) -> None:
    assert worded(find(name), TABLE[name]) == TABLE[name]


def constants() -> Iterator[str]:
    for path in sorted((ROOT / "nti_lms").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "nti_lms").with_suffix("").parts)
        for node in ast.parse(path.read_text("utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and NAMED.match(target.id):
                yield f"{module}.{target.id}"


def test_no_limit_of_the_code_is_missing() -> None:
    said = set(TABLE) | {name.rpartition(".")[0] for name in TABLE}

    assert set(constants()) - said - INNER == set()
    assert len(TABLE) > 60


def text_fields() -> Iterator[tuple[str, UnboundField]]:
    """The fields that take words, where they are declared; passphrases have their own limit."""
    for path in sorted((ROOT / "nti_lms" / "web" / "forms").glob("*.py")):
        module = importlib.import_module(f"nti_lms.web.forms.{path.stem}")
        for form in vars(module).values():
            if isinstance(form, type) and form.__module__ == module.__name__:
                for name, field in vars(form).items():
                    if isinstance(field, UnboundField) and issubclass(
                        field.field_class, StringField
                    ):
                        yield f"web.forms.{path.stem}.{form.__name__}.{name}", field


def test_every_field_for_words_has_a_length_and_stands_in_the_table() -> None:
    lengths = {
        name: length_of(field)
        for name, field in text_fields()
        if field.field_class.__name__ != "PasswordField"
    }

    assert [name for name, length in lengths.items() if not length] == []
    by_constant = {"web.forms.authoring.LessonForm.es", "web.forms.authoring.LessonForm.en"}
    assert set(lengths) - set(TABLE) == by_constant
