"""What every view and every address keeps to."""

import re

from flask import Flask

from nti_lms.web.guard import guarded_views

WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ARGUMENT = re.compile(r"<(int|string|any\([a-z, ]+\)):[a-z_]+>(\.(svg|ics))?")


def test_every_view_is_guarded(app: Flask) -> None:
    bare = {name for name, view in app.view_functions.items() if view not in guarded_views}

    assert bare == {"static"}


def test_addresses_are_words_in_kebab_case_and_typed_arguments(app: Flask) -> None:
    odd = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for part in filter(None, rule.rule.split("/"))
        if not (WORD.fullmatch(part) or ARGUMENT.fullmatch(part))
    }

    assert odd == set()


def test_numbers_of_rows_are_typed_as_numbers(app: Flask) -> None:
    loose = {
        rule.rule
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if name.endswith("_id") and type(converter).__name__ != "IdConverter"
    }

    assert loose == set()


def test_views_answer_get_or_post_and_nothing_else(app: Flask) -> None:
    asked = {
        method
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert asked == {"GET", "POST"}


def test_an_unguarded_view_opens_to_nobody(app: Flask) -> None:
    app.add_url_rule("/forgotten-guard", "forgotten_guard", lambda: "secret")

    response = app.test_client().get("/forgotten-guard")

    assert response.status_code == 403
    assert "secret" not in response.text
