"""Dates, numbers and labels for templates."""

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Literal

from babel import dates
from flask import Flask
from flask_babel import format_date, format_decimal, format_time, format_timedelta, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from nti_lms import clock
from nti_lms.curriculum import LOCALES
from nti_lms.printing.certificates import days_together

UNITS: tuple[tuple[Literal["day", "hour", "minute"], int], ...] = (
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
)


def language() -> str:
    """The code of the language that this page speaks."""
    locale = get_locale()
    return locale.language if locale else "es"


def day(value: date | None) -> str:
    """«12 de noviembre»; the year only when it is another one."""
    if value is None:
        return ""
    is_this_year = value.year == clock.today().year
    if language() == "es":
        return format_date(value, "d 'de' MMMM" if is_this_year else "d 'de' MMMM 'de' y")
    return format_date(value, "d MMMM" if is_this_year else "d MMMM y")


def moment(value: datetime | None) -> str:
    """«hoy a las 12:41», or the day and the hour, where the programme is."""
    if value is None:
        return ""
    local = value.astimezone(clock.PLACE)
    hour = format_time(value, "H:mm")
    if local.date() == clock.today():
        return _("today at %(hour)s", hour=hour)
    return _("%(day)s at %(hour)s", day=day(local.date()), hour=hour)


def local_day(value: datetime) -> date:
    """The day of a moment where the programme is."""
    return value.astimezone(clock.PLACE).date()


def hour(minute: int) -> str:
    """A minute of the day as people write it: 9:30."""
    hours, minutes = divmod(minute, 60)
    return f"{hours}:{minutes:02}"


def full_moment(value: datetime) -> str:
    """«12 de noviembre de 2026, 12:41», for a text that is kept and read on another day."""
    local = value.astimezone(clock.PLACE)
    date = dates.format_date(local, "long", LOCALES[language()])
    return f"{date}, {local:%H:%M}"


def here(texts: dict[str, str]) -> str:
    """The text of this page's language, Spanish when there is none."""
    return texts.get(language()) or texts.get("es", "")


def safe_html(html: str) -> Markup:
    """HTML that `curriculum.markup` has cleaned. The only place that trusts any."""
    return Markup(html)  # noqa: S704 -- cleaned by nh3 when the lesson was read


def points(value: Fraction) -> str:
    """Points for people: «4», «4,5», «4,66». Rounded down: nothing is called whole that is not."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(format_decimal(exact.quantize(Decimal("0.01"), ROUND_DOWN), "0.##"))


def how_long(value: timedelta) -> str:
    """«30 minutos», «2 horas»: in the largest unit that says it whole."""
    seconds = int(value.total_seconds())
    unit = next(u for u, length in UNITS if seconds % length == 0)
    return str(format_timedelta(value, granularity=unit, threshold=1e9))


def kilobytes(size: int) -> str:
    """A size for people: «0,2 MB»."""
    megabytes = max(1, round(size / 100_000)) / 10
    text = f"{megabytes:.1f}"
    return f"{text.replace('.', ',') if language() == 'es' else text} MB"


def init_app(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.filters.update(
        day=day,
        days_together=lambda days: days_together(days, language()),
        hour=hour,
        local_day=local_day,
        moment=moment,
        points=points,
        how_long=how_long,
        full_moment=full_moment,
        here=here,
        safe_html=safe_html,
        size=kilobytes,
    )
    app.jinja_env.globals.update(language=language)
