"""What the processes say of themselves: one JSON object a line, and never a private word.

A traceback is told by places and kinds alone. The message of an error may quote what somebody
wrote (a database names the values it refused), so it stays out, as do addresses and forms.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

# The request that is being answered; empty between requests and in the worker.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Lines(logging.Formatter):
    """A record as one line of JSON. `extra={"told": {...}}` adds our own words and numbers."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line.update(getattr(record, "told", {}))
        if record.exc_info and record.exc_info[0]:
            line["error"], line["where"] = kind_of(record.exc_info[1]), places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def kind_of(error: BaseException | None) -> str:
    """The kinds of an error and of those behind it: "NotKept < OperationalError"."""
    kinds = []
    while error is not None:
        kinds.append(type(error).__name__)
        error = error.__cause__
    return " < ".join(kinds)


def places(trace: TracebackType | None) -> list[str]:
    """Where an error came through, outermost first: `nti_lms/web/quiz.py:42 submit`."""
    steps = traceback.extract_tb(trace)
    return [f"{_short(step.filename)}:{step.lineno} {step.name}" for step in steps]


def configuration(level: str = "INFO") -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for gunicorn: everything to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "nti_lms.logs.Lines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "nti_lms": {"level": level},
            # Gunicorn gives its loggers handlers of their own unless they are named here.
            "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    return path.parent.name + "/" + path.name
