"""The numbers of item statistics, each with what it says in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from nti_lms.domain.items import EASY, HARD, WEAK, Item
from nti_lms.services.items import Line

Bands = Sequence[tuple[float, object]]  # from that many per cent on, what it says

FACILITY: Bands = (
    (EASY, _l("Very easy: almost everybody knew it. It may be taken out or made harder.")),
    (66, _l("Rather easy.")),
    (HARD, _l("About right: some knew it, some learned from it.")),
    (11, _l("Hard: look whether the lesson prepares it.")),
    (0, _l("Hardly anybody got it: look for a mistake in the key or in the wording.")),
)
DEVIATION: Bands = (
    (35, _l("The answers differ well from person to person.")),
    (15, _l("The answers differ somewhat.")),
    (0, _l("Almost all answers were worth the same, so it hardly tells people apart.")),
)
DISCRIMINATION: Bands = (
    (50, _l("Very good: those who did well in the rest did well here.")),
    (30, _l("Good: it goes with the rest of the quiz.")),
    (WEAK, _l("Weak: it goes only a little with the rest.")),
    (0, _l("Very weak: it hardly goes with the rest of the quiz.")),
    (-101, _l("Against the rest: those who did well elsewhere missed it. Check its key.")),
)
EFFICIENCY: Bands = (
    (50, _l("It tells people apart about as well as a question this hard can.")),
    (20, _l("It could tell people apart better, hard as it is.")),
    (float("-inf"), _l("It tells people apart poorly for how hard it is: look at its wording.")),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number by its name, as text, and what it says."""

    name: str
    number: str
    words: str


def readings(line: Line) -> list[Reading]:
    """Every number of a question."""
    item = line.item
    return [
        _read(_("Facility index"), item.facility, _in(FACILITY, item.facility)),
        _read(_("Standard deviation"), item.deviation, _in(DEVIATION, item.deviation)),
        _read(_("Random guess score"), line.guess, _guess_words(line)),
        _read(_("Intended weight"), item.intended_weight, _("What it counts for in the points.")),
        _read(_("Effective weight"), item.effective_weight, _weight_words(item)),
        _read(
            _("Discrimination index"),
            item.discrimination,
            _in(DISCRIMINATION, item.discrimination),
        ),
        _read(_("Discriminative efficiency"), item.efficiency, _in(EFFICIENCY, item.efficiency)),
    ]


def per_cent(value: Fraction | float | None) -> str:
    """A share for people: «54,8 %»; a dash where it has no value."""
    if value is None:
        return "–"
    return f"{format_decimal(round(float(value), 1))}\N{NO-BREAK SPACE}%"


def _read(name: str, value: Fraction | float | None, words: str) -> Reading:
    return Reading(name, per_cent(value), words)


def _in(bands: Bands, value: Fraction | float | None) -> str:
    if value is None:
        return str(_("It cannot be told: everybody was worth the same, here or in the rest."))
    return str(next(words for least, words in bands if value >= least))


def _guess_words(line: Line) -> str:
    if line.guess and line.item.facility <= line.guess:
        return str(_("Blind guessing does as well as people did: look at it closely."))
    return str(_("What somebody who guesses blindly would win on average."))


def _weight_words(item: Item) -> str:
    if item.effective_weight is None:
        return str(_("It cannot be told: the question goes against the quiz as a whole."))
    if item.effective_weight > 2 * item.intended_weight:
        return str(_("It decides far more than intended who does well in the quiz."))
    if 2 * item.effective_weight < item.intended_weight:
        return str(_("It decides far less than intended who does well in the quiz."))
    return str(_("It decides about as much as intended."))
