"""Whether the process lives, and whether it can do its work. Neither tells versions or names."""

import shutil
from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify, make_response
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from nti_lms import clock, migrating
from nti_lms.database import apart, db
from nti_lms.models import Failure
from nti_lms.web import identity
from nti_lms.web.guard import public

bp = Blueprint("health", __name__)

LEAST_FREE_PERCENT = 5
PROBE = b"readiness probe"


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return make_response("ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"})


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Each thing that a request needs, true or false; 503 unless all are true."""
    found = {name: _holds(check) for name, check in CHECKS.items()}
    return make_response(jsonify(found), 200 if all(found.values()) else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DBAPIError, OSError):
        db.session.rollback()
        return False


def _can_write() -> bool:
    with apart() as session:
        session.merge(Failure(key=PROBE, count=0, last_at=clock.now()))
        session.flush()
        session.execute(delete(Failure).where(Failure.key == PROBE))
    return True


def _is_migrated() -> bool:
    with db.engine.connect() as connection:
        return migrating.is_at_head(connection)


def _has_ring() -> bool:
    ring = identity.ring()
    return ring.unwrap(ring.wrap(PROBE, PROBE), PROBE) == PROBE


def _has_disk() -> bool:
    usage = shutil.disk_usage(current_app.extensions["settings"].data)
    return usage.free * 100 >= usage.total * LEAST_FREE_PERCENT


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _can_write,
    "migrations": _is_migrated,
    "key-ring": _has_ring,
    "disk": _has_disk,
}
