"""A form changes what it is for, whatever else is sent with it."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from nti_lms.database import Base, db
from nti_lms.models import Entry
from nti_lms.services import journal
from tests.conftest import keys_of
from tests.doors import ground
from tests.doors.conftest import Stage
from tests.doors.forms import forms_of
from tests.doors.table import Door, doors
from tests.doors.test_tokens import knocker

pytestmark = pytest.mark.slow

POSTS = [door for door in doors() if door.verb == "POST" and "{own_" not in door.address]
# Columns that a form may rightly name, beside what it is sent with in `forms`.
FIELDS = {
    "auth.sign_in": {"is_own_phone"},
    "carrying.carry": {"code"},
    "cohorts.edit": {"is_paused"},
    "cohorts.installment": {"place"},
    "gatherings.attendance": {"day"},
    "gatherings.edit_session": {"leader"},
    "gatherings.new_session": {"leader"},
    "people.invite": {"handle"},
}
MARK = "no-such-word"


def columns(stage: Stage) -> dict[str, str]:
    """Every column of every table, with what would do harm in it."""
    harm = {
        "role": "administrator",
        "state": "published",
        "status": "approved",
        "second_step": "shown",
        "won": "100",
        "number": "77",
        "revision": "77",
        "is_fictitious": "1",
    }
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_id = column.name == "id" or column.name.endswith("_id")
            other = str(stage.things["outsider"]) if is_id else MARK
            found[column.name] = harm.get(column.name, other)
    return found


def post(stage: Stage, door: Door, form: dict[str, str], before: ground.Ground) -> Any:
    """What a form changes, in a shape that can be compared; undone again."""
    status = stage.ask(knocker(door), "POST", door.address, data=form).status_code
    after = ground.look(ground.EVERYTHING)
    changed = ground.changes(before, after)
    ground.put_back({name: before[name] for name in changed})
    new = {
        (name, row["id"]) for name, rows in changed.items() for row in rows.values() if "id" in row
    }
    return status, {
        name: sorted(json.dumps(shapes(name, row, new), sort_keys=True) for row in rows.values())
        for name, rows in changed.items()
    }


def shapes(table: str, row: dict[str, Any], new: set[tuple[str, Any]]) -> dict[str, Any]:
    """What a row now holds; the number of what has just been made is another one each time."""
    meant = {"id": table} | {
        key.parent.name: key.column.table.name for key in Base.metadata.tables[table].foreign_keys
    }
    return {
        name: "new" if name in meant and (meant[name], value) in new else shape(value)
        for name, value in row.items()
    }


def shape(value: Any) -> Any:
    """Values as they are, but for moments, secrets and drawn lots."""
    if isinstance(value, bytes | datetime | date):
        return type(value).__name__
    if isinstance(value, str):
        return value if len(value) < 12 or MARK in value else len(value)
    return value if not isinstance(value, dict) else sorted(map(str, value))


def test_columns_that_are_no_fields_change_nothing(stage: Stage) -> None:
    forms, extra = forms_of(stage.things), columns(stage)
    before = ground.look(ground.EVERYTHING)

    for door in POSTS:
        form = forms.get(door.page, {})
        own = {*form, *FIELDS.get(door.page, set()), "revision"}
        more = {name: value for name, value in extra.items() if name not in own}
        plain, loaded = post(stage, door, form, before), post(stage, door, form | more, before)
        assert loaded == plain or (loaded[0] in {409, 422} and loaded[1] == {}), door


def test_a_page_of_the_journal_takes_its_own_boxes_alone(stage: Stage) -> None:
    participant = stage.people["participant"]
    url = f"/journal/entries/{stage.things['entry']}"

    refused = stage.ask(
        "participant", "POST", url, data={"text": "mío", "user_id": "1", "revision": "1"}
    )
    kept = words(participant, stage)
    taken = stage.ask("participant", "POST", url, data={"text": "mío", "revision": "1"})

    assert (refused.status_code, kept) == (409, {"text": "x"})
    assert "mío" in refused.text
    assert (taken.status_code, words(participant, stage)) == (303, {"text": "mío"})


def words(user: Any, stage: Stage) -> dict[str, str]:
    entry = db.session.get_one(Entry, stage.things["entry"])
    return journal.read(entry, keys_of(user), stage.app.extensions["ring-file"].ring())
