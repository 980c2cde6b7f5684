"""How often one person may write, or ask for what is costly. Nobody who works by hand meets it."""

import math
import time
from collections.abc import Hashable

from flask import Flask, current_app, request
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from nti_lms.domain.pace import Pace, Turns

WRITES = Pace("writes", seconds=0.1, at_once=600)
BOOKS = Pace("books", seconds=20, at_once=3)
ORDERS = Pace("orders", seconds=10, at_once=30)
LETTERS = Pace("letters", seconds=5, at_once=60)
EXPORTS = Pace("exports", seconds=60, at_once=10)
LESSONS = Pace("lessons", seconds=2, at_once=30)
CALENDARS = Pace("calendars", seconds=1, at_once=300)
PAPERS = Pace("papers", seconds=5, at_once=30)
CHECKS = Pace("checks", seconds=5, at_once=30)


def init_app(app: Flask) -> None:
    """Nobody has taken a turn yet."""
    app.extensions["turns"] = Turns()


def keep(pace: Pace) -> None:
    """Let whoever asks go on at this pace; beyond it, 429 with the seconds to wait."""
    _keep(current_user.id, pace)


def keep_address(pace: Pace) -> None:
    """The same where nobody signs in: for the address that asks."""
    _keep(request.remote_addr, pace)


def seconds_to_wait(pace: Pace, who: Hashable) -> int:
    """Take a turn for a person or an address and give 0, or give the seconds until there is one."""
    turns: Turns = current_app.extensions["turns"]
    return math.ceil(turns.take(who, pace, time.monotonic()))


def _keep(who: Hashable, pace: Pace) -> None:
    if wait := seconds_to_wait(pace, who):
        raise TooManyRequests(retry_after=wait)
