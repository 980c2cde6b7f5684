"""People: seen by those who run their cohort, invited from above, let in with a code once."""

import re

import pytest
from sqlalchemy import func, select

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import Cohort, Event, Membership, Message, Organisation, Ticket, User
from nti_lms.services import accounts, people
from tests.conftest import keep, person

INVITE = "/people/invite"
PAPER = {
    "name": "Nora",
    "role": "participant",
    "organisation": "Red Maqueta",
    "handle": "nora.mamani",
    "email": "",
    "language": "es",
}
MAIL = {**PAPER, "handle": "", "email": "nora@example.org"}
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
def form(cohort):
    """A complete form for somebody without mail, with changes."""
    return lambda **changes: {**PAPER, "cohort": str(cohort.id), **changes}


@pytest.fixture
def another(app, elsewhere):
    """A manager and a participant of a cohort that is nobody else's."""
    other = keep(Cohort(name="Otra cohorte", is_fictitious=True, created_at=clock.now()))
    return {
        "Gil": person(app, "Gil", Role.MANAGER, other),
        "Hugo": person(app, "Hugo", Role.PARTICIPANT, other, elsewhere),
    }


def users():
    return db.session.scalar(select(func.count()).select_from(User))


def nora():
    return db.session.scalars(select(User).where(User.name == "Nora")).one()


def shown_code(response):
    return CODE.search(response.text)[0]


def without_mail(user):
    """The same person, who has no mail to send anything to."""
    row = db.session.get(User, user.id)
    row.email = None
    db.session.commit()
    return user


# --- the list ---


@pytest.mark.parametrize("reader", ["Di", "Root", "Gil"])
def test_the_list_agrees_with_the_rule(cast, another, reader):
    everybody = {**cast, **another}
    asker = everybody[reader]

    listed = {line.user.name for line in people.list_people(asker)}

    assert listed == {name for name, user in everybody.items() if may.see_person(asker, user)}


def test_a_manager_sees_their_cohort_and_an_administrator_who_runs_them(cast, another):
    seen = {
        name: {line.user.name for line in people.list_people({**cast, **another}[name])}
        for name in ("Di", "Root", "Gil", "Fa")
    }

    assert seen == {
        "Di": {"Ada", "Bo", "Cy", "Di", "Ev", "Fa", "Re"},
        "Root": {"Di", "Gil", "Root"},
        "Gil": {"Gil", "Hugo"},
        "Fa": set(),
    }


def test_the_page_offers_a_way_in_to_those_whom_the_rule_names(browser, cast, another):
    everybody = {**cast, **another}
    named = {name for name, user in everybody.items() if may.hand_code(cast["Di"], user)}

    page = browser.sign_in(cast["Di"]).get("/people/").text

    offered = {int(number) for number in re.findall(r'action="/people/(\d+)/code"', page)}
    assert named == {"Ada", "Bo", "Cy", "Ev", "Fa", "Re"}
    assert offered == {everybody[name].id for name in named}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_questions(
    app, browser, statements, di, cohort, home, count
):
    for number in range(count):
        person(app, f"Persona{number}", Role.PARTICIPANT, cohort, home)
    browser.sign_in(di)

    with statements() as seen:
        response = browser.get("/people/")

    assert response.text.count('<th scope="row">Persona') == count
    assert len(seen) == 3  # who asks; the people; their roles


# --- inviting ---


def test_somebody_without_mail_gets_a_code_for_paper(browser, di, form, cohort):
    response = browser.sign_in(di).post(INVITE, data=form())

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    membership = db.session.scalars(select(Membership).where(Membership.user_id == nora().id)).one()
    organisation = db.session.get(Organisation, membership.organisation_id)
    assert (membership.role, membership.cohort_id) == ("participant", cohort.id)
    assert organisation.name == "Red Maqueta"
    assert (nora().handle, nora().email, nora().language) == ("nora.mamani", None, "es")
    assert db.session.scalars(select(Message)).all() == []


def test_the_code_lets_that_person_in(browser, di, form):
    code = shown_code(browser.sign_in(di).post(INVITE, data=form()))
    browser.delete_cookie("nti")

    typed = browser.post("/invitation", data={"code": code})
    choice = {"passphrase": "otra frase bien larga", "again": "otra frase bien larga"}
    entered = browser.post(typed.location, data=choice)

    assert entered.status_code == 200
    assert accounts.list_key_pairs(nora()) != []


def test_somebody_with_mail_gets_a_message_in_their_language(browser, di, cohort):
    data = {**MAIL, "cohort": str(cohort.id), "language": "en"}

    response = browser.sign_in(di).post(INVITE, data=data)

    message = db.session.scalars(select(Message)).one()
    assert (response.status_code, response.location) == (303, "/people/")
    assert message.recipient == "nora@example.org"
    assert message.subject == "Your access to the course"
    assert "http://127.0.0.1:8000/invitation/" in message.body
    assert CODE.search(browser.get("/people/").text) is None


def test_mail_names_no_theme_of_the_course(browser, di, cohort):
    browser.sign_in(di).post(INVITE, data={**MAIL, "cohort": str(cohort.id)})

    message = db.session.scalars(select(Message)).one()
    themes = ("violenc", "masculin", "género", "gender", "hombres", "men ")
    told = (message.subject + message.body).casefold()
    assert [theme for theme in themes if theme in told] == []


def test_the_link_comes_from_the_settings_and_never_from_the_request(browser, di, cohort):
    data = {**MAIL, "cohort": str(cohort.id)}

    browser.sign_in(di)
    browser.set_cookie("nti", browser.get_cookie("nti").value, domain="evil.example")

    browser.post(INVITE, data=data, base_url="http://evil.example")

    assert "evil.example" not in db.session.scalars(select(Message.body)).one()


def test_htmx_is_led_to_the_list(browser, di, cohort):
    data = {**MAIL, "cohort": str(cohort.id)}

    response = browser.sign_in(di).post(INVITE, data=data, headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"] == "/people/"


def test_an_invitation_is_remembered(browser, di, form):
    browser.sign_in(di).post(INVITE, data=form())

    events = db.session.scalars(select(Event).where(Event.subject_id == nora().id)).all()
    assert {event.actor_id for event in events} == {di.id}
    assert {event.kind for event in events} == {"invited", "invitation-code"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"role": ""}, "role"),
        ({"role": "king"}, "role"),
        ({"organisation": ""}, "organisation"),
        ({"role": "representative", "organisation": ""}, "organisation"),
        ({"cohort": ""}, "cohort"),
        ({"cohort": "999"}, "cohort"),
        ({"handle": ""}, "email"),
        ({"handle": "nora mamani"}, "handle"),
        ({"handle": "nora\tmamani"}, "handle"),
        ({"handle": "nora@"}, "handle"),
        ({"email": "nora"}, "email"),
        ({"email": "nora@"}, "email"),
        ({"email": "@example.org"}, "email"),
        ({"email": "nora@example.org@x"}, "email"),
        ({"email": "nora@example.org\nBcc: x@example.org"}, "email"),
        ({"email": "no ra@example.org"}, "email"),
        ({"language": "qu"}, "language"),
    ],
)
def test_a_bad_form_names_the_field_and_keeps_the_text(browser, di, form, changes, field):
    data = form(**changes)

    response = browser.sign_in(di).post(INVITE, data=data)

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert re.search(r'value="(Nora|n{121})"', response.text) or not data["name"]
    assert users() == 1
    assert db.session.scalars(select(Ticket)).all() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"handle": "", "email": "ada@example.org"}, "email"),
        ({"handle": "", "email": "Ada@Example.org"}, "email"),
        ({"handle": "bo.quispe"}, "handle"),
        ({"handle": "BO.Quispe"}, "handle"),
    ],
)
def test_a_name_that_is_taken_is_refused_beside_its_field(browser, di, ada, form, changes, field):
    browser.sign_in(di).post(INVITE, data=form(name="Bo Quispe", handle="bo.quispe"))
    before = users()

    response = browser.post(INVITE, data=form(**changes))

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert users() == before


def test_the_same_organisation_is_not_added_twice(browser, di, form, home):
    browser.sign_in(di)

    browser.post(INVITE, data=form())
    browser.post(INVITE, data=form(handle="otra.persona"))

    assert db.session.scalars(select(Organisation.name)).all() == ["Red Maqueta"]


@pytest.mark.parametrize("role", ["administrator", "manager"])
def test_a_manager_cannot_give_a_role_beside_or_above_their_own(browser, di, form, role):
    response = browser.sign_in(di).post(INVITE, data=form(role=role))

    assert response.status_code == 422
    assert 'id="role-error"' in response.text
    assert users() == 1


@pytest.mark.parametrize("role", [r for r in Role if r not in ("administrator", "manager")])
def test_an_administrator_invites_only_those_who_run_the_site(browser, root, role):
    response = browser.sign_in(root).post(INVITE, data={**PAPER, "role": role})

    assert response.status_code == 422
    assert users() == 1


def test_a_manager_cannot_invite_into_anothers_cohort(browser, di, another, form):
    (theirs,) = another["Gil"].cohort_ids(Role.MANAGER)

    response = browser.sign_in(di).post(INVITE, data=form(cohort=str(theirs)))

    assert response.status_code == 422
    assert 'id="cohort-error"' in response.text


def test_the_first_manager_gets_a_cohort(browser, root):
    browser.sign_in(root).post(INVITE, data={**PAPER, "role": "manager"})

    membership = db.session.scalars(select(Membership).where(Membership.user_id == nora().id)).one()
    assert (membership.role, membership.organisation_id) == ("manager", None)
    assert membership.cohort_id == db.session.scalars(select(Cohort.id)).one()


def test_an_administrator_chooses_the_cohort_of_a_manager(browser, root, cohort, another):
    page = browser.sign_in(root).get(f"{INVITE}?cohort={cohort.id}&role=manager").text
    form = {**PAPER, "role": "manager", "cohort": str(cohort.id)}
    response = browser.post(INVITE, data=form)

    assert f'<option selected value="{cohort.id}">' in page
    assert response.status_code == 200
    own = select(Membership.cohort_id).where(Membership.user_id == nora().id)
    assert db.session.scalars(own).all() == [cohort.id]


def test_an_administrator_has_to_choose_a_cohort_for_a_manager(browser, root, cohort):
    before = users()

    response = browser.sign_in(root).post(INVITE, data={**PAPER, "role": "manager"})

    assert response.status_code == 422
    assert 'id="cohort-error"' in response.text
    assert 'value="Nora"' in response.text
    assert users() == before


def test_with_two_roles_each_gives_what_is_its_own_in_its_own_place(
    browser, di, another, cohort, home
):
    """A manager who is also an administrator sends no participant to a cohort of another's."""
    (theirs,) = another["Gil"].cohort_ids(Role.MANAGER)
    keep(Membership(user_id=di.id, role=Role.ADMINISTRATOR))
    sent = {**PAPER, "organisation": "Red Maqueta", "role": "participant"}
    before = users()

    response = browser.sign_in(di).post(INVITE, data={**sent, "cohort": str(theirs)})

    assert response.status_code == 422
    assert 'id="cohort-error"' in response.text
    assert users() == before
    assert browser.post(INVITE, data={**sent, "cohort": str(cohort.id)}).status_code == 200


# --- codes ---


def test_a_new_code_puts_the_one_before_out_of_use(browser, di, form):
    first = shown_code(browser.sign_in(di).post(INVITE, data=form()))

    second = shown_code(browser.post(f"/people/{nora().id}/code"))

    codes = [browser.get(f"/invitation/{code}").status_code for code in (first, second)]
    assert codes == [410, 200]


def test_whoever_has_mail_gets_a_link_and_nobody_else_sees_it(browser, di, ada):
    response = browser.sign_in(di).post(f"/people/{ada.id}/code")

    message = db.session.scalars(select(Message)).one()
    assert (response.status_code, response.location) == (303, "/people/")
    assert message.recipient == "ada@example.org"
    assert "/reset/" in message.body


def test_whoever_has_no_mail_gets_a_code_on_paper(browser, di, ada):
    without_mail(ada)

    code = shown_code(browser.sign_in(di).post(f"/people/{ada.id}/code"))

    browser.delete_cookie("nti")
    assert browser.get(f"/reset/{code}").status_code == 200


@pytest.mark.parametrize("name", ["Di", "Gil", "Hugo", "Root", "Peer", "Both"])
def test_nobody_makes_a_code_to_come_in_as_somebody_beside_or_above(
    app, browser, cast, another, cohort, name
):
    peer = person(app, "Peer", Role.MANAGER, cohort)
    both = person(app, "Both", Role.FACILITATOR, cohort)
    keep(Membership(user_id=both.id, role=Role.ADMINISTRATOR))
    target = {**cast, **another, "Peer": peer, "Both": both}[name]
    without_mail(target)

    response = browser.sign_in(cast["Di"]).post(f"/people/{target.id}/code")

    assert response.status_code == 404
    assert db.session.scalars(select(Ticket)).all() == []


def test_an_administrator_hands_a_code_to_a_manager_and_not_to_themselves(browser, root, di):
    without_mail(di)
    browser.sign_in(root)

    codes = [browser.post(f"/people/{user.id}/code").status_code for user in (di, root)]

    assert codes == [200, 404]


def test_a_person_who_does_not_exist_is_not_found(browser, di):
    assert browser.sign_in(di).post("/people/999/code").status_code == 404
