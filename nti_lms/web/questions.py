"""Questions as pages draw them: in the attempt's own order, their links leading somewhere."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import render_template, url_for
from markupsafe import Markup

from nti_lms.curriculum import fill_gaps, resolve
from nti_lms.domain.questions import Asked, Option, Response, shuffled
from nti_lms.services.outline import Outline
from nti_lms.web.filters import safe_html

Point = Callable[[str], str]  # cleaned HTML of a lesson, to the same with links to our pages


def pointing(key: str, outline: Outline) -> Point:
    """For a quiz of the lesson `key`, on whose page its facts and terms are explained."""
    lessons = {lesson.key for lesson in outline.lessons()}

    def address(scheme: str, name: str) -> str | None:
        if scheme == "gap":
            return f"gap:{name}"
        if scheme == "help":
            return url_for("public.help", _anchor=None if name == "page" else name)
        if scheme == "lesson":
            return url_for("learn.lesson", key=name) if name in lessons else None
        return url_for("learn.lesson", key=key, _anchor=f"{scheme}-{name}")

    return lambda html: resolve(html, address)


def ask(asked: Asked, seed: int, point: Point) -> Asked:
    """The question with its options in the order of this attempt."""

    def drawn(options: Sequence[Option]) -> tuple[Option, ...]:
        pointed = tuple(replace(option, html=point(option.html)) for option in options)
        return shuffled(pointed, seed) if asked.shuffle else pointed

    return replace(
        asked,
        stem=point(asked.stem),
        html=point(asked.html),
        options=drawn(asked.options),
        targets=drawn(asked.targets),
        gaps=tuple(replace(gap, options=drawn(gap.options)) for gap in asked.gaps),
    )


def gaps_of(asked: Asked, response: Response) -> Markup:
    """A cloze's prose with a control in the place of each gap."""
    given = response if isinstance(response, dict) else {}
    gaps = {gap.id: (number, gap) for number, gap in enumerate(asked.gaps, start=1)}

    def control(name: str) -> str:
        number, gap = gaps[name]
        return render_template(
            "quiz/_gap.html", asked=asked, gap=gap, number=number, chosen=given.get(name, "")
        )

    return safe_html(fill_gaps(asked.html, control))


def numbered_gaps(asked: Asked) -> Markup:
    """A cloze's prose with the number of each gap in its place."""
    numbers = {gap.id: str(number) for number, gap in enumerate(asked.gaps, start=1)}
    return safe_html(fill_gaps(asked.html, lambda name: f"<b>({numbers[name]})</b>"))
