"""Lessons kept on a phone: copies that hold nothing of the person, and answers that waited there.

Copies speak the language of their address, since a kept page has no cookie to ask.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from nti_lms import policy as may
from nti_lms.services import journal, library, opening, quiz
from nti_lms.services.library import Published
from nti_lms.services.outline import ModuleLine
from nti_lms.storage import Storage
from nti_lms.web import answers, assets
from nti_lms.web.blocks import render
from nti_lms.web.filters import language as spoken
from nti_lms.web.guard import guard, public
from nti_lms.web.questions import ask, gaps_of, pointing
from nti_lms.web.respond import page

bp = Blueprint("offline", __name__)

_NEEDED = re.compile(r'(?:href|src)="(/(?:assets|figures)/[^"#]+)')
_IN_STYLE = re.compile(r"url\((/assets/[^)]+)\)")
_SEED = 0  # the options of a copy keep one order: it belongs to no attempt


def _published(language: str, key: str) -> Published:
    return opening.get_published(current_user, key, language)


@bp.get("/offline-worker")
@public
def worker() -> Response:
    """The service worker. It stands at the root, so that it may answer for every page."""
    away = json.dumps(current_app.config["NEUTRAL_URL"])
    body = f"const AWAY = {away};\n".encode() + _shelf()["js/worker.js"].body
    return make_response(body, 200, {"Content-Type": "text/javascript; charset=utf-8"})


@bp.get("/modules/<string:code>/keep")
@guard(may.learn_module, library.get_module)
def keep(line: ModuleLine) -> Response:
    """What keeping a module on this phone takes and means, before anything is fetched."""
    copies = dict(_copies(line, spoken()))
    needed = _needed(copies.values(), line)
    size = sum(map(_packed, copies.values())) + sum(needed.values())
    digest = sha256(repr(sorted(copies.items())).encode()).hexdigest()[:8]
    return page(
        "offline/keep.html",
        module=line,
        name=f"kept-{line.code}-{spoken()}-{digest}",
        files=[*needed, *copies],
        size=size,
    )


@bp.get("/offline/<any(es, en):language>")
@guard(may.learn)
def index(language: str) -> Response:
    """What is kept on this phone and what waits to be sent; the phone itself fills it in."""
    return make_response(_index(language))


@bp.get("/offline/<any(es, en):language>/modules/<string:code>")
@guard(may.learn_module, lambda language, code: library.get_module(code))
def module(line: ModuleLine) -> Response:
    """The copy of a module: its lessons in order."""
    return make_response(_module(line, _asked()))


@bp.get("/offline/<any(es, en):language>/lessons/<string:key>")
@guard(may.read_lesson, _published)
def lesson(published: Published) -> Response:
    """The copy of a lesson, as participants read it: no reflections, no results, no names."""
    return make_response(_lesson(published, _asked()))


@bp.get("/offline/<any(es, en):language>/lessons/<string:key>/quiz/<string:block>")
@guard(may.read_lesson, lambda language, key, block: _published(language, key))
def quiz_copy(published: Published) -> Response:
    """The copy of a quiz: its questions as asked, their keys stay behind."""
    block = str((request.view_args or {})["block"])
    return make_response(_quiz(published, block, _asked()))


@bp.get("/offline/owner")
@guard(may.learn)
def owner() -> Response:
    """Whom answers that wait are sealed to, and the token to send them with."""
    pair = journal.newest_pair(current_user)
    return jsonify(
        owner=current_user.id,
        pair=pair.id,
        key=b64encode(pair.public_key).decode(),
        token=generate_csrf(),
    )


def _asked() -> str:
    return str((request.view_args or {})["language"])


def _draw(template: str, language: str, **context: Any) -> str:
    with force_locale(language):
        return render_template(f"offline/{template}", layout="offline/layout.html", **context)


def _index(language: str) -> str:
    return _draw("index.html", language)


def _module(line: ModuleLine, language: str) -> str:
    return _draw("module.html", language, module=line)


def _lesson(published: Published, language: str) -> str:
    outline = published.outline
    return _draw(
        "lesson.html",
        language,
        lesson=published.lesson,
        text=published.text,
        revision=published.revision.id,
        module=outline.module_of(published.lesson.key),
        rendering=render(published, outline, facilitates=False),
        neighbours=outline.neighbours(published.lesson.key),
    )


def _quiz(published: Published, block: str, language: str) -> str:
    lesson, outline = library.read(published), published.outline
    asked = quiz.questions_of(lesson, block)
    found = lesson.block(block)
    point = pointing(published.lesson.key, outline)
    return _draw(
        "quiz.html",
        language,
        lesson=published.lesson,
        module=outline.module_of(published.lesson.key),
        title=found.title if found else "",
        block_id=block,
        revision=published.revision.id,
        asked=[ask(one.asked, _SEED, point) for one in asked],
        places=answers.places,
        gaps_of=gaps_of,
    )


def _copies(line: ModuleLine, language: str) -> Iterator[tuple[str, str]]:
    """The address and the HTML of every page of a kept module."""
    yield url_for(".index", language=language), _index(language)
    yield url_for(".module", language=language, code=line.code), _module(line, language)
    for row in line.lessons:
        published = _published(language, row.key)
        place = {"language": language, "key": row.key}
        yield url_for(".lesson", **place), _lesson(published, language)  # type: ignore[arg-type]
        for block in library.read(published).blocks:
            if block.kind == "quiz":
                address = url_for(".quiz_copy", block=block.id, **place)  # type: ignore[arg-type]
                yield address, _quiz(published, block.id, language)


def _needed(copies: Any, line: ModuleLine) -> dict[str, int]:
    """What these pages stand on, by address, with its size as it travels."""
    shelf = {asset.url: asset.body for asset in _shelf().values()}
    style = _shelf()[assets.STYLE].body.decode()
    named = {address for html in copies for address in _NEEDED.findall(html)}
    bands = tuple(f"/band/{number}-" for number in {1, line.number})
    named |= {
        address
        for address in _IN_STYLE.findall(style)
        if address.endswith(".woff2") or any(band in address for band in bands)
    }
    storage: Storage = current_app.extensions["storage"]
    return {
        address: _packed(shelf[address] if address in shelf else storage.get(Path(address).stem))
        for address in sorted(named)
    }


def _packed(body: str | bytes) -> int:
    """The bytes that travel. Letters are packed already and hardly shrink."""
    return len(brotli.compress(body.encode() if isinstance(body, str) else body, quality=5))


def _shelf() -> Any:
    return assets.read(Path(str(current_app.static_folder)))
