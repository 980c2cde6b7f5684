"""The heaviest lessons that the limits admit are read; heavier ones are kept and said to be so."""

import subprocess
import sys

import pytest

from nti_lms.curriculum.limits import MAX_MARKS
from nti_lms.services.authoring import MOST_PROBLEMS
from nti_lms.settings import ROOT
from tests.corpus.bombs import BOMBS, HEAD
from tests.corpus.pages import Page
from tests.doors.conftest import Stage
from tests.doors.forms import forms_of

pytestmark = pytest.mark.slow

EDIT = "/authoring/sex-gender-norms"


def test_the_heaviest_lessons_are_read_before_the_kernel_says_stop() -> None:
    subprocess.run([sys.executable, "-m", "tests.corpus.bombs"], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", ["headings", "a wide and long table", "blocks in blocks"])
def test_a_heavy_lesson_is_shown_to_its_author_with_its_first_faults(
    name: str, stage: Stage
) -> None:
    form = forms_of(stage.things)["authoring.edit"]
    heavy = f"{HEAD}{BOMBS[name]}\n\n:::\n"

    answer = stage.ask("facilitator", "POST", EDIT, data={**form, "es": heavy, "preview": "1"})

    assert answer.status_code == 200
    assert answer.text.count("es.md:") <= MOST_PROBLEMS


def test_a_lesson_that_is_too_heavy_is_kept_and_not_read(stage: Stage) -> None:
    form = forms_of(stage.things)["authoring.edit"]
    heavy = f"{HEAD}{'*a ' * (MAX_MARKS + 1)}\n\n:::\n"

    refused = stage.ask("facilitator", "POST", EDIT, data={**form, "es": heavy, "publish": "1"})
    kept = stage.ask("facilitator", "GET", EDIT)
    public = stage.ask("participant", "GET", "/lessons/sex-gender-norms")

    assert (refused.status_code, kept.status_code, public.status_code) == (422, 200, 200)
    for page in (refused, kept):
        assert f"more than {MAX_MARKS} marks" in Page(page.text).words
        assert "*a *a" in Page(page.text).words
    assert "*a *a" not in public.text
