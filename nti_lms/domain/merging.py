"""Answers from several pages of one attempt: which stand, and between which a person chooses.

A page tells by digests what it saw; an answer that it brings back untouched is no news.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from nti_lms.domain.questions import Response

Responses = Mapping[str, Response]  # by question
Seen = Mapping[str, str]  # digests by question; one that is missing was blank


@dataclass(frozen=True, slots=True)
class Merge:
    """What a form brings: `news` to keep, of which `differing` meet another answer kept since."""

    news: dict[str, Response]
    differing: tuple[str, ...]


def digest(response: Response) -> str:
    """Eight letters that stand for an answer, none for a blank one.

    In what order boxes were ticked does not count; an order is answered by places.
    """
    if not response:
        return ""
    plain = sorted(response) if isinstance(response, list) else response
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:8]


def look(responses: Responses) -> dict[str, str]:
    """What a page shows, as digests."""
    return {name: digest(response) for name, response in responses.items() if response}


def catch_up(seen: Seen, kept: Responses, given: Responses) -> dict[str, str]:
    """What a page has seen, with those of its own answers in `given` that are kept by now."""
    arrived = {
        name: digest(response)
        for name, response in given.items()
        if digest(response) == digest(kept.get(name, ""))
    }
    return {**seen, **arrived}


def merge(seen: Seen, kept: Responses, given: Responses) -> Merge:
    """What `given` changes in what is `kept`, by a page that saw `seen`."""
    news, differing = {}, []
    for name, response in given.items():
        before, now = seen.get(name, ""), digest(kept.get(name, ""))
        if digest(response) in (before, now):
            continue
        news[name] = response
        if now != before:
            differing.append(name)
    return Merge(news, tuple(differing))
