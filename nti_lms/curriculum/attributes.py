"""The braces that name things: `{.kind #id attribute=value}`, at the end of a line."""

from dataclasses import dataclass, field

from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_braces


@dataclass(frozen=True, slots=True)
class Label:
    """A line cut in two: its words, and what its braces say. `fault` tells why they say nothing."""

    words: str
    role: str = ""
    id: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def read_label(line: str) -> Label:
    """Cut `Cierre {.closing minutes=5}` into its words, its class and its attributes."""
    line = line.strip()
    start = line.rfind("{")
    if start < 0 or not line.endswith("}"):
        return Label(line)
    words, braces = line[:start].strip(), line[start:]
    try:
        end, found = parse_braces(braces)
    except ParseError as error:
        return Label(words, fault=f"the braces {braces} cannot be read: {error}")
    if end + 1 != len(braces) and braces != "{}":
        return Label(words, fault=f"the braces {braces} cannot be read")
    return Label(words, found.pop("class", ""), found.pop("id", ""), found)
