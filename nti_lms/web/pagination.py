"""The pages of a list, as addresses name them."""


def page_number(text: str) -> int:
    """A page of a list, from 1. Raises ValueError for anything else."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 10**6:
        raise ValueError(text)
    return int(text)
