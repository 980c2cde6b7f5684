"""Answer a request: a whole page, one piece of it, or the way to another page.

`piece` and `see` answer a write, so they keep it first: no page says "Saved" before the
database has. `page` keeps nothing; a refused form and a GET leave no trace.
"""

from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from nti_lms import database
from nti_lms.web import once


def is_autosave() -> bool:
    """Whether the script saves quietly while somebody writes."""
    return "X-Autosave" in request.headers


def is_htmx() -> bool:
    """Whether htmx wants a piece: not a boosted link, not a page restored from history."""
    headers = request.headers
    return (
        "HX-Request" in headers
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def page(template: str, block: str = "content", *, status: int = 200, **context: Any) -> Response:
    """Render `template` whole, or only its `block` when htmx asks.

    The template begins `{% extends layout %}`, so both come from the same lines of HTML.
    """
    layout = "fragment.html" if is_htmx() else "base.html"
    html = render_template(template, layout=layout, block=block, **context)
    response = make_response(html, status)
    response.vary.add("HX-Request")
    return response


def piece(template: str, block: str, *, back: str, **context: Any) -> Response:
    """Keep a write, then hand htmx the changed `block`; send any other browser `back`."""
    once.remember(back)
    database.keep()
    if is_htmx():
        return page(template, block, **context)
    return make_response(redirect(back, code=303))


def see(endpoint: str, *, anchor: str | None = None, **values: Any) -> Response:
    """Keep a write, then move on to another page, with htmx or without."""
    return go(url_for(endpoint, _anchor=anchor, **values))


def saved(words: str, revision: int | str, *, back: str) -> Response:
    """Keep a write, then tell an autosave what is kept; send any other browser `back`."""
    if not is_autosave():
        return go(back)
    if not once.is_repeated():
        once.remember(back)
    database.keep()
    return jsonify(saved_at=words, revision=revision)


def go(url: str) -> Response:
    """Keep a write, then move on to an address of this site."""
    once.remember(url)
    database.keep()
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, code=303))
