"""One quiz open in two places: what each page saw, and both answers where they differ.

A page says what it saw in the field `revision`, as `question:digest question:digest`;
`instead_of` says so too, once both answers have been seen and one was chosen.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from nti_lms.domain import merging
from nti_lms.domain.merging import Merge, Responses, Seen
from nti_lms.domain.questions import Question, Response
from nti_lms.web import answers, revisions
from nti_lms.web.answers import Form
from nti_lms.web.filters import safe_html

FIELD, CHOICE = revisions.FIELD, revisions.CHOICE
SENT = "sent"  # what the same page sent before and has no answer to yet
Row = tuple[str, list[str], list[str]]  # a stem, what is kept and what is brought, in words


@dataclass(frozen=True, slots=True)
class Choice:
    """Both answers where they differ, and what each button says to `url` that was seen.

    Whoever keeps `mine` has seen what was kept; whoever keeps `theirs` brings nothing new.
    """

    rows: Sequence[Row]
    mine: str
    theirs: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page brings: what it had `seen`, what it says, and how that meets what is kept."""

    seen: Seen
    kept: Responses
    given: Responses
    merge: Merge

    @property
    def whole(self) -> dict[str, Response]:
        """What is kept, with what is new."""
        return {**self.kept, **self.merge.news}

    @property
    def after(self) -> str:
        """What the page has seen once it is kept."""
        return _tell(_with(self.seen, self.given))

    @property
    def anew(self) -> str:
        """What a page drawn with `whole` has seen: all that is kept, until a choice is made."""
        still_open = {name: self.seen.get(name, "") for name in self.merge.differing}
        return _tell({**merging.look(self.kept), **still_open})

    def choice(self, asked: Sequence[Question], url: str) -> Choice:
        """The choice between what is brought and what is kept."""
        brought, kept = self._both()
        return Choice(
            rows=rows(asked, kept, brought),
            mine=_tell(_with(self.seen, kept)),
            theirs=_tell(_with(self.seen, brought)),
            url=url,
        )

    def _both(self) -> tuple[dict[str, Response], dict[str, Response]]:
        differing = self.merge.differing
        kept = {name: self.kept.get(name, "") for name in differing}
        return {name: self.merge.news[name] for name in differing}, kept


def lay_out(kept: Responses) -> Sheet:
    """The sheet that shows what is kept."""
    return Sheet(merging.look(kept), kept, {}, Merge({}, ()))


def read(form: Form, asked: Sequence[Question], kept: Responses) -> Sheet:
    """The sheet that a page sends. One that does not say what it saw saw everything.

    Raises:
        UnknownOption: one field of a single choice was sent twice.
        TooLong: words of more than 5,000 characters.
    """
    text = form.get(CHOICE) or form.get(FIELD)
    seen = merging.look(kept) if text is None else _read_seen(text)
    for sent in form.getlist(SENT):
        seen = merging.catch_up(seen, kept, answers.read(_read_fields(sent), asked))
    given = answers.read(form, asked)
    return Sheet(seen, kept, given, merging.merge(seen, kept, given))


def rows(asked: Sequence[Question], kept: Responses, given: Responses) -> list[Row]:
    """Each question in `given` with both answers."""
    return [
        (one.asked.stem, _words(kept.get(one.asked.id, ""), one), _words(given[one.asked.id], one))
        for one in asked
        if one.asked.id in given
    ]


def _read_seen(text: str) -> dict[str, str]:
    pairs = (part.rpartition(":") for part in text.split())
    return {name: digest for name, _colon, digest in pairs if name}


def _read_fields(text: str) -> Form:
    """The fields of a form, as the script writes them in one; none if no script of ours did."""
    try:
        return MultiDict([(str(name), str(value)) for name, value in json.loads(text)])
    except (ValueError, TypeError, RecursionError):
        return MultiDict()


def _tell(seen: Seen) -> str:
    return " ".join(f"{name}:{digest}" for name, digest in sorted(seen.items()) if digest)


def _with(seen: Seen, responses: Responses) -> Seen:
    return {**seen, **{name: merging.digest(said) for name, said in responses.items()}}


def _words(said: Response, one: Question) -> list[str]:
    """An answer in words: the texts of chosen options, or what was typed."""
    texts = _texts(one)
    if isinstance(said, dict):
        return [f"{texts.get(name, name)}: {texts.get(to, to)}" for name, to in said.items()]
    parts = [said] if isinstance(said, str) else said
    return [texts.get(part, part) for part in parts if part]


def _texts(one: Question) -> Mapping[str, str]:
    entries: list[Any] = [*one.asked.options, *one.asked.targets]
    entries += [option for gap in one.asked.gaps for option in gap.options]
    return {entry.id: safe_html(entry.html).striptags() for entry in entries}
