"""Every page, verb and person of the cast: whole and as a fragment, own and foreign ids."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.doors import ground
from tests.doors.conftest import Stage
from tests.doors.forms import forms_of
from tests.doors.table import NAMES, Door, doors

pytestmark = pytest.mark.slow

Statements = Callable[[], AbstractContextManager[list[str]]]
HTMX = {"HX-Request": "true"}
NUMBER = re.compile("[0-9]+")
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
DOORS = doors()
# What a GET may write, by page: see the architecture on transactions. Everywhere: last seen.
VISITS = {"learn.lesson": {"lesson_progress"}, "public.leave": {"session"}}
TRACES = {"session": {"seen_at", "journal_used_at"}}
# Pages that change what the site teaches: there the whole database is looked at.
TEACHING = {"authoring.edit", "authoring.restore", "authoring.discard"}


def test_every_page_and_verb_has_a_row_and_every_row_a_page(app: Flask) -> None:
    pages = {
        (verb, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }

    assert {(door.verb, door.page) for door in DOORS} == pages


def test_every_row_leads_to_its_page(stage: Stage) -> None:
    adapter = stage.app.url_map.bind("localhost")

    for door in DOORS:
        address = stage.address(door.address, "participant")
        assert adapter.match(address, method=door.verb)[0] == door.page, door


@pytest.mark.parametrize("name", NAMES)
def test_each_door_answers_as_the_table_says(
    name: str, stage: Stage, statements: Statements
) -> None:
    visit = Visit(stage, name, statements)
    expected, found = {}, {}

    for door in DOORS:
        page, fragment = visit.knock(door), visit.knock(door, headers=HTMX)
        answer = door.answers[name]
        expected[str(door)] = (answer, door.see if answer == 303 else answer)
        found[str(door)] = (page.status_code, fragment.status_code)
        if fragment.status_code == 204 and answer == 303:
            # What was made twice has another number the second time.
            addresses = fragment.headers["HX-Redirect"], page.location or ""
            assert NUMBER.sub("#", addresses[0]) == NUMBER.sub("#", addresses[1]), door

    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_head_is_a_get_without_its_words_and_other_verbs_do_nothing(
    name: str, stage: Stage, statements: Statements
) -> None:
    visit = Visit(stage, name, statements)
    gets = {door.address: door for door in DOORS if door.verb == "GET"}
    answered = {(door.verb, door.address) for door in DOORS}
    expected, found = {}, {}

    for address in {door.address: None for door in DOORS}:
        for verb in VERBS:
            if verb == "HEAD" and address in gets:
                response = visit.knock(gets[address], verb=verb)
                expected[verb, address] = (gets[address].answers[name], b"")
                found[verb, address] = (response.status_code, response.data)
            elif (verb, address) not in answered:
                with statements() as seen:
                    response = stage.ask(name, verb, address)
                expected[verb, address] = (405, [])
                found[verb, address] = (response.status_code, writes(seen))

    assert found == expected


class Visit:
    """One person at the doors; whatever they change is undone before the next door.

    A GET may write what the table above allows, and a refusal nothing at all.
    """

    def __init__(self, stage: Stage, name: str, statements: Statements) -> None:
        self.stage, self.name, self.statements = stage, name, statements
        self.forms = forms_of(stage.things)
        self.before = ground.look(ground.EVERYTHING)

    def knock(self, door: Door, *, verb: str = "", **kwargs: Any) -> TestResponse:
        """What is answered."""
        verb = verb or door.verb
        form = self.forms.get(door.page, {}) if verb == "POST" else None
        with self.statements() as seen:
            response = self.stage.ask(self.name, verb, door.address, data=form, **kwargs)
        if writes(seen):
            changed = self._undo(door)
            if verb != "POST" or response.status_code >= 400:
                assert changed <= VISITS.get(door.page, set()), (door, changed)
        return response

    def _undo(self, door: Door) -> set[str]:
        """Put everything back; the tables that had changed, but for when somebody was last seen."""
        tables = ground.EVERYTHING if door.page in TEACHING else ground.PEOPLES
        before = {name: self.before[name] for name in tables}
        changed = ground.changes(before, ground.look(tables))
        ground.put_back({name: before[name] for name in changed})
        return {
            name
            for name, rows in changed.items()
            if any(not values.keys() <= TRACES.get(name, set()) for values in rows.values())
            or any(key not in before[name] for key in rows)
        }


def writes(statements: list[str]) -> list[str]:
    """Those that change rows."""
    return [one for one in statements if one.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
