"""No form counts without the token of the browser that it was given to."""

import re

import pytest

from tests.doors import ground
from tests.doors.conftest import Stage
from tests.doors.forms import forms_of
from tests.doors.table import NAMES, Door, doors

pytestmark = pytest.mark.slow

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
POSTS = [door for door in doors() if door.verb == "POST" and "{own_" not in door.address]


def token_of(stage: Stage, page: str = "/forgotten") -> str:
    """The token that a page gives to this browser."""
    found = TOKEN.search(stage.browser.get(page).text)
    assert found is not None
    return found[1]


def knocker(door: Door) -> str:
    """Somebody for whom the form does what it is for."""
    return next((name for name in NAMES[1:] if door.answers[name] < 400), "participant")


@pytest.fixture
def guarded(stage: Stage) -> Stage:
    stage.app.config["WTF_CSRF_ENABLED"] = True
    return stage


def test_a_form_without_a_token_or_with_another_browsers_changes_nothing(guarded: Stage) -> None:
    stage, forms = guarded, forms_of(guarded.things)
    stolen = token_of(stage)
    stage.browser.delete_cookie("form")
    token_of(stage)
    before = ground.look()

    for door in POSTS:
        for form in ({}, {"csrf_token": stolen}, {"csrf_token": "x"}):
            sent = {**forms.get(door.page, {}), **form}
            answer = stage.ask(knocker(door), "POST", door.address, data=sent)
            assert answer.status_code == 400, (door, form)
        by_header = {"X-CSRFToken": stolen, "HX-Request": "true"}
        sent = forms.get(door.page, {})
        answer = stage.ask(knocker(door), "POST", door.address, data=sent, headers=by_header)
        assert answer.status_code == 400, door

    assert ground.changes(before, ground.look()) == {}
    assert len(POSTS) > 40


def test_a_form_with_its_token_does_what_it_is_for(guarded: Stage) -> None:
    stage, forms = guarded, forms_of(guarded.things)
    own = token_of(stage)
    before = ground.look(ground.EVERYTHING)

    for door in POSTS:
        sent = {**forms.get(door.page, {}), "csrf_token": own}
        answer = stage.ask(knocker(door), "POST", door.address, data=sent)
        assert answer.status_code == door.answers[knocker(door)], door
        ground.put_back(before)
        if answer.headers.get("Set-Cookie"):
            own = token_of(stage)
