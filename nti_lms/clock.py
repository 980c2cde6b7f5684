"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Bolivia keeps UTC-4 all year; days and deadlines of the programme are days there.
PLACE = ZoneInfo("America/La_Paz")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day where the programme is."""
    return now().astimezone(PLACE).date()
