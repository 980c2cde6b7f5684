"""Follow a request: its id in the log, in the answer and on the page that says what failed."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, got_request_exception, request, request_started

from nti_lms import logs, metrics

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
_SOUND = re.compile(r"[A-Za-z0-9-]{8,64}")


def init_app(app: Flask) -> None:
    """Name each request before anything else looks at it."""
    has_proxy = bool(app.extensions["settings"].proxies)

    def begin(_app: Flask) -> None:
        sent = request.headers.get(HEADER, "") if has_proxy else ""
        logs.request_id.set(sent if _SOUND.fullmatch(sent) else secrets.token_hex(8))
        g.began = time.perf_counter()

    request_started.connect(begin, app, weak=False)  # sooner than any before_request
    app.after_request(_tell)
    app.teardown_request(_end)
    app.logger.disabled = True  # it would tell addresses; `_note_crash` tells the same without
    got_request_exception.connect(_note_crash, app)


def _note_crash(_app: Flask, exception: BaseException) -> None:
    log.error("crashed", exc_info=exception, extra={"told": {"view": request.endpoint or "none"}})


def _end(_error: BaseException | None) -> None:
    logs.request_id.set("")


def _tell(response: Response) -> Response:
    """Say what was refused or failed: the view's name and the outcome, not the address."""
    response.headers[HEADER] = logs.request_id.get()
    view, seconds = request.endpoint or "none", time.perf_counter() - g.began
    metrics.note_request(view, response.status_code, seconds)
    if response.status_code >= 400:
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        told = {
            "view": view,
            "method": request.method,
            "status": response.status_code,
            "ms": round(1000 * seconds),
            "because": g.get("because", ""),
        }
        log.log(level, "refused" if response.status_code < 500 else "failed", extra={"told": told})
    return response
