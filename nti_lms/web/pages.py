"""Pages of a journal as their author sees them: the prompt, the words, where they may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from nti_lms.curriculum import Block
from nti_lms.models import Entry
from nti_lms.services import journal, library
from nti_lms.services.library import Published
from nti_lms.services.outline import LessonLine
from nti_lms.web import identity
from nti_lms.web.filters import language, safe_html

NO_TARGET = "none"


@dataclass(frozen=True, slots=True)
class Page:
    """An entry with its prompt in the language of this page.

    `words` are by box, None while the journal is closed; `boxes` are labels by box. `target` is
    the section of the commitment that the prompt names, empty for none.
    """

    entry: Entry
    lesson: LessonLine | None
    prompt: Markup
    boxes: Mapping[str, Markup]
    words: Mapping[str, str] | None
    target: str

    @property
    def text(self) -> str:
        """All the words as one text."""
        return "\n\n".join(word for word in (self.words or {}).values() if word.strip())


def pages_of(entries: Sequence[Entry]) -> list[Page]:
    """The entries as pages, in the same order."""
    lessons = {lesson.id: lesson for lesson in library.outline().lessons()}
    seen = library.list_revisions((e.lesson_revision_id or 0 for e in entries), language())
    keys = identity.journal_keys()
    return [
        _page(
            entry,
            lessons.get(entry.lesson_id or 0),
            _block(entry, seen.get(entry.lesson_revision_id or 0)),
            keys,
        )
        for entry in entries
    ]


def page_of(entry: Entry) -> Page:
    """One entry as a page."""
    return pages_of([entry])[0]


def boxes_of(block: Block | None) -> dict[str, Markup]:
    """The labels of a prompt's boxes; empty where one text is all that it asks for."""
    return {item.id: safe_html(item.html) for item in block.items} if block else {}


def _block(entry: Entry, seen: Published | None) -> Block | None:
    """The prompt as it stood when it was answered; None for a free page."""
    return library.read(seen).block(entry.block) if seen else None


def _page(
    entry: Entry, lesson: LessonLine | None, block: Block | None, keys: Mapping[int, bytes]
) -> Page:
    target = block.attributes.get("target", NO_TARGET) if block else NO_TARGET
    is_open = journal.is_open(entry, keys)
    return Page(
        entry=entry,
        lesson=lesson,
        prompt=safe_html(block.prompt) if block else Markup.escape(_("A page of my own")),
        boxes=boxes_of(block),
        words=journal.read(entry, keys, identity.ring()) if is_open else None,
        target="" if target == NO_TARGET else target,
    )
