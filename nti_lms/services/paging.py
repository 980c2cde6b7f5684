"""A page of a list of people: what a pager needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PER_PAGE = 30

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """One page of a list; `page` counts from 1, `total` is of the whole list."""

    lines: Sequence[Line]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PER_PAGE)

    @property
    def has_prev(self) -> bool:
        """Whether a page stands before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether a page follows."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        """The page before."""
        return self.page - 1

    @property
    def next_num(self) -> int:
        """The page after."""
        return self.page + 1


def offset(page: int) -> int:
    """How many lines stand before this page."""
    return (page - 1) * PER_PAGE
