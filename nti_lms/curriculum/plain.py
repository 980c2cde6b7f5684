"""A lesson as plain values for JSON, and back."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from nti_lms.curriculum.types import Block, Item, Lesson, Part


def to_plain(lesson: Lesson) -> dict[str, Any]:
    """`lesson` as dictionaries, lists, strings and numbers alone."""
    plain: dict[str, Any] = _plain(lesson)
    return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def from_plain(plain: Mapping[str, Any]) -> Lesson:
    """The lesson that `to_plain` wrote down.

    Raises:
        KeyError, TypeError: `plain` is something else.
    """
    return Lesson(**{**plain, "blocks": tuple(map(_block, plain["blocks"]))})


def _block(plain: Mapping[str, Any]) -> Block:
    return Block(**{**plain, **_inside(plain)})


def _part(plain: Mapping[str, Any]) -> Part:
    return Part(**{**plain, **_inside(plain)})


def _inside(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {"items": tuple(map(_item, plain["items"])), "parts": tuple(map(_part, plain["parts"]))}


def _item(plain: Mapping[str, Any]) -> Item:
    right = plain["right"]
    pair = None if right is None else (str(right[0]), str(right[1]))
    return Item(**{**plain, "right": pair, "items": tuple(map(_item, plain["items"]))})
