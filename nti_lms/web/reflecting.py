"""Reflections that waited on a phone without network: put into the journal, once."""

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.curriculum import Block
from nti_lms.domain.errors import NotFound, PromptHasChanged
from nti_lms.models import Entry
from nti_lms.services import journal, library, receipts
from nti_lms.services.library import Published
from nti_lms.web import identity, once, parcels, revisions
from nti_lms.web.filters import moment, safe_html
from nti_lms.web.guard import guard
from nti_lms.web.pages import boxes_of, page_of
from nti_lms.web.respond import saved

bp = Blueprint("reflecting", __name__)

BOTH = "both"
Words = dict[str, str]


@bp.post("/offline/reflections")
@guard(may.learn)
def take_up() -> Response:
    """Put a reflection from a phone into the journal; one that differs is shown first."""
    parcel = parcels.read()
    published = parcels.published(parcel)
    prompt = _prompt(published, parcel.block)
    back = url_for("learn.lesson", key=parcel.lesson, _anchor=parcel.block)
    told = _("Saved %(moment)s", moment=moment(clock.now()))
    if once.is_repeated():
        return saved(told, parcel.revision, back=back)
    receipts.take_turn(current_user)
    fields = parcels.unseal(parcel, parcels.REFLECTIONS)
    entry = journal.find_entry(current_user, published.lesson.id, parcel.block)
    kept, has_seen = _kept(entry), _has_seen(fields, entry)
    brought = _brought(fields, prompt, is_whole=has_seen)
    differing = {} if has_seen else _differing(kept, brought)
    instead = request.form.get(parcels.INSTEAD)
    if differing and not instead:
        return _conflict(prompt, kept, differing)
    words = {**(kept or {}), **brought, **(_join(kept, differing) if instead == BOTH else {})}
    if words != kept:
        journal.save(
            current_user,
            words,
            identity.ring(),
            lesson_id=published.lesson.id,
            lesson_revision_id=published.revision.id,
            block=parcel.block,
            base=entry.revision if entry else 0,
        )
    return saved(told, parcel.revision, back=back)


def _prompt(published: Published, block: str) -> Block:
    found = library.read(published).block(block)
    if found is None or found.kind != "reflection":
        raise NotFound
    return found


def _kept(entry: Entry | None) -> Words | None:
    """What is written there, empty if nothing is; None when its key is not at hand."""
    if entry is None:
        return {}
    words = page_of(entry).words
    return None if words is None else dict(words)


def _has_seen(fields: Mapping[str, str], entry: Entry | None) -> bool:
    """Whether what is kept stood on the page; a copy shows nothing of it."""
    return entry is not None and fields.get(revisions.FIELD) == str(entry.revision)


def _brought(fields: Mapping[str, str], prompt: Block, *, is_whole: bool) -> Words:
    """The words of the phone by box; blanks mean something only on a page that showed it all.

    Raises:
        PromptHasChanged: there are words for a box that the prompt does not have.
    """
    words = {name: text.replace("\x00", "") for name, text in fields.items()}
    words.pop(revisions.FIELD, None)
    if not words.keys() <= {journal.TEXT, *boxes_of(prompt)}:
        raise PromptHasChanged
    return {box: text for box, text in words.items() if is_whole or text.strip()}


def _differing(kept: Words | None, brought: Words) -> Words:
    """What the phone has for boxes that hold other words by now."""
    if kept is None:
        return brought
    return {box: text for box, text in brought.items() if _is_other(kept.get(box, ""), text)}


def _is_other(kept: str, brought: str) -> bool:
    return kept.strip() not in {"", brought.strip()}


def _join(kept: Words | None, differing: Words) -> Words:
    """Both, one below the other."""
    before = kept or {}
    return {box: f"{before[box]}\n\n{text}" for box, text in differing.items() if box in before}


def _conflict(prompt: Block, kept: Words | None, differing: Words) -> Response:
    """Both texts; nothing is written until the person chooses."""
    database.drop()
    unreadable = dict.fromkeys(differing, _("Sealed with an earlier key: it cannot be shown here."))
    texts, labels = unreadable if kept is None else kept, boxes_of(prompt)
    rows = [
        (labels.get(box, safe_html(prompt.prompt)), [texts[box]], [text])
        for box, text in differing.items()
    ]
    html = render_template("offline/_differing.html", rows=rows, is_quiz=False)
    return make_response(jsonify(conflict=html), 409)
