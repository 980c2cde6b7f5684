"""YAML as plain JSON-able values, with the line of each key.

Read more strictly than the standard loader does: only whole numbers, `true`, `false` and `null`
are anything but text (so `no`, 2026-11-24 and 0800 stay as written), a key may stand once, and
there are no aliases.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from nti_lms.curriculum.types import Problem

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Document:
    """What a YAML text says: `content`, and the line of each key, by the path of keys to it."""

    content: Any = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, *keys: str) -> int:
        """The line of the key at that path, or of the nearest key above it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The content, or nothing if it is not a mapping."""
        return self.content if isinstance(self.content, dict) else {}


def read_yaml(text: str, path: str, *, first_line: int = 1) -> Document:
    """Read `text`, which begins at `first_line` of the file `path`. Faults become problems."""
    reader = _Reader(path, first_line)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        reader.document.content = reader.read(node, ()) if node else None
    except yaml.YAMLError as error:
        reader.report(_offset(error, text), f"bad YAML: {_reason(error)}")
    except RecursionError:
        reader.report(0, "bad YAML: nested too deeply")
    return reader.document


def _offset(error: yaml.YAMLError, text: str) -> int:
    if mark := getattr(error, "problem_mark", None):
        return int(mark.line)
    return text[: getattr(error, "position", 0)].count("\n")


def _reason(error: yaml.YAMLError) -> str:
    return str(
        getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    )


class _Reader:
    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.document = Document()
        self.seen: set[int] = set()

    def report(self, offset: int, what: str) -> None:
        self.document.problems.append(Problem(self.path, self.first_line + offset, what))

    def read(self, node: yaml.Node, keys: tuple[str, ...]) -> Any:
        if id(node) in self.seen:
            offset = self.document.line(*keys) - self.first_line
            self.report(offset, "an alias (*) has no place here: write the words again")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.read_mapping(node, keys)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(entry, (*keys, str(at))) for at, entry in enumerate(node.value)]
        return _scalar(node)

    def read_mapping(self, node: yaml.MappingNode, keys: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value in node.value:
            key, offset = str(key_node.value), key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                self.report(offset, "a key is a word, not a list or a mapping")
                continue
            if key in found:
                self.report(offset, f"the key {key} stands twice")
            self.document.lines[(*keys, key)] = self.first_line + offset
            found[key] = self.read(value, (*keys, key))
        return found


def _scalar(node: yaml.Node) -> str | int | bool | None:
    text = str(node.value)
    if node.style is not None:  # type: ignore[attr-defined]
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE.fullmatch(text) else text
