"""Workbooks: asked for once, built by a job, taken by those who may."""

import pytest
from sqlalchemy import select

from nti_lms import jobs, worker
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import PrintingFailed
from nti_lms.models import Job, Workbook
from nti_lms.services import jobs as job_service

ORDER = {"module": "m4", "language": "es", "edition": "participant", "paper": "letter"}


def one():
    return db.session.scalars(select(Workbook)).one()


def build():
    while jobs.run_one(worker.KINDS):
        pass
    db.session.rollback()


def test_asking_twice_builds_one_workbook(browser, ada):
    browser.sign_in(ada)

    locations = {browser.post("/workbooks", data=ORDER).location for _ in range(2)}

    assert locations == {f"/workbooks/{one().id}"}
    assert len(db.session.scalars(select(Job)).all()) == 1


def test_the_job_builds_it_and_it_can_be_taken(browser, ada):
    shown = browser.sign_in(ada).post("/workbooks", data=ORDER).location
    before = browser.get(f"{shown}/file").status_code

    build()

    assert before == 404
    response = browser.get(f"{shown}/file", buffered=True)
    assert response.data.startswith(b"%PDF-")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert (one().bytes, job_of(one()).state) == (len(response.data), "done")
    assert job_of(one()).done == job_of(one()).total > 5
    again = browser.get(
        f"{shown}/file", headers={"If-None-Match": response.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304


def job_of(workbook):
    return db.session.get(Job, workbook.job_id)


@pytest.mark.parametrize(
    ("name", "codes"),
    [("Ada", (422, 404)), ("Re", (303, 200)), ("Fa", (303, 200)), ("Bo", (422, 404))],
)
def test_the_facilitators_edition_is_for_those_who_facilitate(browser, cast, fa, name, codes):
    order = {**ORDER, "edition": "facilitator"}
    shown = browser.sign_in(fa).post("/workbooks", data=order).location
    browser.sign_in(cast[name])

    assert (browser.post("/workbooks", data=order).status_code, browser.get(shown).status_code) == (
        codes
    )


def test_a_module_that_does_not_exist_is_refused_by_name(browser, ada):
    response = browser.sign_in(ada).post("/workbooks", data={**ORDER, "module": "m77"})

    assert response.status_code == 422
    assert 'id="module-error"' in response.text
    assert db.session.scalars(select(Workbook)).all() == []


def test_one_that_fails_says_so_and_can_be_asked_for_again(browser, ada, monkeypatch):
    shown = browser.sign_in(ada).post("/workbooks", data=ORDER).location
    job_id = one().job_id

    def fail(job):
        raise PrintingFailed("no paper")

    monkeypatch.setitem(worker.KINDS, "workbook", fail)
    for _ in range(job_service.MOST_TRIES):
        with unit_of_work():
            job_service.get_job(job_id).run_after = job_service.get_job(job_id).created_at
        jobs.run_one(worker.KINDS)

    page = browser.get(shown)
    assert db.session.get(Job, job_id).state == "failed"
    assert f'action="{shown}/again"' in page.text
    browser.post(f"{shown}/again")
    assert db.session.get(Job, job_id).state == "waiting"


def test_my_filled_copy_without_a_render_service_says_so(browser, ada):
    response = browser.sign_in(ada).post("/workbooks/mine/m4")

    assert response.status_code == 503
    assert db.session.scalars(select(Job)).all() == []


def test_my_filled_copy_needs_the_journal_open(browser, ada):
    browser.sign_in(ada, with_journal=False)
    browser.post(
        "/lessons/sex-gender-norms/reflections/house-norm", data={"text": "x", "revision": "0"}
    )

    assert browser.post("/workbooks/mine/m4").status_code == 409
