"""Organisations: kept by whoever runs the site, offered where somebody is invited."""

import re

import pytest
from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import Cohort, Membership, Organisation
from tests.conftest import keep

LIST, NEW = "/organisations", "/organisations/new"


def names():
    return db.session.scalars(select(Organisation.name).order_by(Organisation.name)).all()


def offered(page):
    return re.findall(r'<option value="([^"]*)"></option>', page)


def test_an_administrator_adds_one_and_gives_it_another_name(browser, root):
    added = browser.sign_in(root).post(NEW, data={"name": " Fundación Nueva "})
    (organisation,) = db.session.scalars(select(Organisation)).all()
    renamed = browser.post(f"{LIST}/{organisation.id}/edit", data={"name": "Fundación Vieja"})

    assert [(one.status_code, one.location) for one in (added, renamed)] == [(303, LIST)] * 2
    assert names() == ["Fundación Vieja"]
    assert "Fundación Vieja" in browser.get(LIST).text
    assert f'href="{LIST}"' in browser.get("/people/").text


def test_sent_twice_it_stands_once(browser, root):
    form = {"name": "Fundación Nueva", "idempotency_key": "k"}

    codes = [browser.sign_in(root).post(NEW, data=form).status_code for _ in range(2)]

    assert (codes, names()) == ([303, 303], ["Fundación Nueva"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Escriba el nombre de la institución"),
        ("   ", "Escriba el nombre de la institución"),
        ("x" * 121, "120"),
        ("Red Maqueta", "Ya hay otra con ese nombre"),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    browser, root, home, elsewhere, name, words, is_new
):
    url = NEW if is_new else f"{LIST}/{elsewhere.id}/edit"

    response = browser.sign_in(root).post(url, data={"name": name})

    assert response.status_code == 422
    assert words in response.text
    assert f'value="{name.strip()}"' in response.text
    assert names() == ["Fundación Boceto", "Red Maqueta"]


def test_nobody_else_keeps_organisations(browser, cast, home):
    for name, user in cast.items():
        if name == "Root":
            continue
        browser.sign_in(user)
        assert browser.get(LIST).status_code == 403, name
        assert browser.post(NEW, data={"name": "Otra"}).status_code == 403, name
        edit = browser.post(f"{LIST}/{home.id}/edit", data={"name": "Otra"})
        assert edit.status_code == 404, name


def test_a_revoked_administrator_adds_nothing(browser, root):
    browser.sign_in(root)
    with unit_of_work():
        db.session.query(Membership).filter_by(user_id=root.id).delete()

    assert browser.post(NEW, data={"name": "Otra"}).status_code == 403
    assert names() == []


def test_a_manager_is_offered_their_own_and_those_of_nobody(browser, di, ada, elsewhere):
    another = keep(Cohort(name="Otra", created_at=clock.now()))
    keep(Membership(user_id=di.id, role="participant", cohort_id=another.id))
    member = {"user_id": ada.id, "role": "participant", "cohort_id": another.id}
    keep(Membership(**member, organisation_id=elsewhere.id))
    keep(Organisation(name="De nadie"))

    page = browser.sign_in(di).get("/people/invite").text

    assert offered(page) == ["De nadie", "Red Maqueta"]


@pytest.mark.parametrize("others", [0, 3])
def test_the_list_asks_a_constant_number_of_questions(browser, statements, root, ada, others):
    for number in range(others):
        keep(Organisation(name=f"Red {number}"))
    browser.sign_in(root)

    with statements() as seen:
        page = browser.get(LIST).text

    assert "Una persona" in page
    assert len(seen) == 2  # who asks; the organisations, with their people
