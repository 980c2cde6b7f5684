"""A list of people is tried dry, then invited whole or not at all; mentors are assigned."""

import io
import re

import pytest
from sqlalchemy import func, select

from nti_lms.database import db
from nti_lms.models import Commitment, Event, Membership, Message, Organisation, Ticket, User
from tests.doors import ground
from tests.factories import make_commitment

HEAD = "nombre;correo;usuario;rol;institución;idioma"
GOOD = f"""{HEAD}
Rosa Mamani;rosa@example.org;;participante;Red Nueva;es
Tito Quispe;;tito.quispe;;Red Nueva;
Mara Núñez;mara@example.org;;mentora;;en
"""
TABLES = (User, Membership, Message, Ticket, Organisation, Event)


def count():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


@pytest.fixture
def send(browser, di, cohort):
    """Send a list as the manager, pasted or as a file."""
    browser.sign_in(di)
    url = f"/cohorts/{cohort.id}/invitations"

    def send(text="", *, file=None, invite=False):
        form = {"text": text} | ({"invite": "yes"} if invite else {})
        if file is not None:
            form["file"] = (io.BytesIO(file), "list.csv")
        return browser.post(url, data=form, content_type="multipart/form-data")

    return send


def memberships(cohort):
    query = (
        select(User.name, Membership.role, Organisation.name, User.language)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.cohort_id == cohort.id, User.name != "Di")
    )
    return {tuple(row) for row in db.session.execute(query)}


def test_the_dry_run_says_what_would_happen_and_changes_nothing(send):
    before = count()

    response = send(GOOD)

    assert response.status_code == 200
    assert "Todavía no se ha invitado a nadie" in response.text
    assert response.text.count("tag now") == 3
    assert count() == before


def test_a_confirmed_list_is_invited_by_mail_or_on_paper(send, cohort):
    response = send(GOOD, invite=True)

    assert response.status_code == 200
    codes = re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", response.text)
    assert len(codes) == 1
    assert "tito.quispe" in response.text
    assert memberships(cohort) == {
        ("Rosa Mamani", "participant", "Red Nueva", "es"),
        ("Tito Quispe", "participant", "Red Nueva", "es"),
        ("Mara Núñez", "mentor", None, "en"),
    }
    letters = db.session.scalars(select(Message.recipient)).all()
    assert sorted(letters) == ["mara@example.org", "rosa@example.org"]


def test_the_same_list_again_changes_nothing(send):
    send(GOOD, invite=True)
    before = ground.look()

    dry, again = send(GOOD), send(GOOD, invite=True)

    assert dry.text.count("Ya está aquí") == 3
    assert again.status_code == 303
    changed = ground.changes(before, ground.look())
    assert changed.keys() <= {"session", "receipt"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (";a@example.org;;;Red;", "Falta el nombre."),
        ("Ana;;;;Red;", "Ni correo ni nombre de usuario."),
        ("Ana;a@b@c;;;Red;", "El correo no es válido"),
        ("Ana;;ana maría;;Red;", "El nombre de usuario tiene"),
        ("Ana;a@example.org;;reina;Red;", "No conocemos ese rol."),
        ("Ana;a@example.org;;manager;;", "Usted no puede dar ese rol."),
        ("Ana;a@example.org;;administrador;;", "Usted no puede dar ese rol."),
        ("Ana;a@example.org;;;Red;quechua", "El idioma no es español ni inglés."),
        ("Ana;a@example.org;;;;", "Falta la institución."),
        ("Ana;rosa@example.org;;;Red;", "La misma dirección está en otra fila."),
        ("Ana;DI@example.org;;mentora;;", "Alguien ya usa esa dirección"),
        (f"{'A' * 121};a@example.org;;;Red;", "demasiado largo"),
    ],
)
def test_each_fault_stands_beside_its_row_and_nobody_is_invited(send, row, words):
    before = count()

    response = send(f"{GOOD}{row}\n", invite=True)

    assert response.status_code == 422
    part = response.text[response.text.index('id="row-5"') :]
    assert words in part[: part.index("</tr>")]
    assert row.split(";")[0] in response.text
    assert count() == before


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"PK\x03\x04\x14\x00" + b"\x00" * 50, "no es CSV en UTF-8"),
        (b"%PDF-1.7\n\x00\x01", "no es CSV en UTF-8"),
        ("nombre;correo\nJosé;j@example.org\n".encode("latin-1"), "no es CSV en UTF-8"),
        (b"nombre;correo\n" + b"x" * 200_000, "demasiado grande"),
        (b"nombre;usuario\n" + b"".join(b"A;a%d\n" % n for n in range(501)), "demasiado grande"),
        (b"nombre;correo\n", "No hay nadie"),
        (b"correo;rol\na@example.org;\n", "primera línea"),
        (b'nombre;correo\n"Ana;a@example.org\n', "no se puede leer"),
        (b"nombre;correo\nAna;a@example.org;x;y\n", "no se puede leer"),
        (b"", "No hay nadie"),
    ],
)
def test_a_file_of_the_wrong_kind_size_or_encoding_is_refused_clearly(send, file, words):
    before = count()

    response = send(file=file, invite=True)

    assert response.status_code == 422
    assert words in response.text
    assert count() == before


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace(";", ",").encode(),
        GOOD.replace(";", "\t").replace("\n", "\r\n").encode(),
        GOOD.replace(HEAD, "Name;E-mail;User name;Role;Organisation;Language").encode(),
    ],
)
def test_what_spreadsheets_write_is_read(send, cohort, data):
    assert send(file=data, invite=True).status_code == 200
    assert ("Mara Núñez", "mentor", None, "en") in memberships(cohort)


def test_who_does_not_coordinate_the_cohort_finds_no_such_page(browser, cast, cohort):
    for name in ("Ada", "Bo", "Fa", "Re", "Ev", "Root"):
        browser.sign_in(cast[name])
        for page in ("invitations", "mentors"):
            assert browser.post(f"/cohorts/{cohort.id}/{page}", data={}).status_code == 404, name


@pytest.mark.parametrize("people", [2, 40])
def test_a_dry_run_asks_the_same_of_a_short_list_and_a_long_one(send, statements, cohort, people):
    text = HEAD + "".join(f"\nP{n};p{n}@example.org;;;Red;" for n in range(people))
    send(text)

    with statements() as seen:
        send(text)

    assert len(seen) == 6  # who asks; the cohort, its gatherings, phases; who is known; whence


def test_a_mentor_is_assigned_and_reads_the_commitment_from_then_on(
    browser, di, bo, ada, cohort, home
):
    plan = make_commitment(ada, cohort=cohort, organisation=home)
    url, shown = f"/cohorts/{cohort.id}/mentors", f"/commitments/{plan.id}"
    before = browser.sign_in(bo).get(shown).status_code

    response = browser.sign_in(di).post(url, data={f"plan{plan.id}-mentor": str(bo.id)})

    assert (before, response.status_code) == (404, 303)
    assert db.session.get(Commitment, plan.id).mentor_id == bo.id
    assert browser.sign_in(bo).get(shown).status_code == 200
    browser.sign_in(di).post(url, data={f"plan{plan.id}-mentor": "0"})
    assert browser.sign_in(bo).get(shown).status_code == 404


def test_nobody_but_a_mentor_of_the_cohort_is_assigned(browser, di, fa, ada, cohort, home):
    plan = make_commitment(ada, cohort=cohort, organisation=home)

    response = browser.sign_in(di).post(
        f"/cohorts/{cohort.id}/mentors", data={f"plan{plan.id}-mentor": str(fa.id)}
    )

    assert response.status_code == 422
    assert db.session.get(Commitment, plan.id).mentor_id is None
