"""Item statistics through the front door."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import Answer, Attempt, Cohort, Membership, User
from nti_lms.services import accounts, items, library
from tests.conftest import keep
from tests.quizzes import BLOCK, ENGLISH, KEY, SPANISH, URL, add_lesson

PAGE = f"{URL}/statistics"
INDEX = "/quizzes/statistics"
# What each of five people won in «Una sola respuesta» and in the match, of one point each.
FIVE = [(1, 1), (1, Fraction(2, 3)), (1, Fraction(1, 3)), (0, Fraction(1, 3)), (0, 0)]


@pytest.fixture
def revision(app):
    return add_lesson()


@pytest.fixture
def other(app):
    return keep(Cohort(name="Otra cohorte", is_fictitious=True, created_at=clock.now()))


def make_attempts(cohort, revision, rows, name="persona", block=BLOCK):
    """A person for each row of marks, in this order."""
    with unit_of_work():
        now = clock.now()
        for place, (one, pairs) in enumerate(rows):
            user = User(name=name, handle=f"{name}-{cohort.id}-{place}", created_at=now)
            db.session.add(user)
            db.session.flush()
            db.session.add(Membership(user_id=user.id, role="participant", cohort_id=cohort.id))
            moment = now + timedelta(minutes=place)
            add_attempt(user, revision, one, pairs, moment, block=block)


def add_attempt(user, revision, one, pairs, moment, number=1, block=BLOCK):
    worth = {"one": Fraction(one), "pairs": Fraction(pairs)}
    db.session.add(
        Attempt(
            user_id=user.id,
            lesson_id=revision.lesson_id,
            revision_id=revision.id,
            block=block,
            number=number,
            seed=1,
            started_at=moment,
            submitted_at=moment,
            won=0,
            offered=9,
            answers=[
                Answer(
                    question=question,
                    response={"is": "UNREADABLE"},
                    saved_at=moment,
                    hits=mark.numerator,
                    parts=mark.denominator,
                )
                for question, mark in worth.items()
            ],
        )
    )


def lead(user, cohort, role=Role.FACILITATOR):
    """Give somebody another cohort to facilitate."""
    keep(Membership(user_id=user.id, role=role, cohort_id=cohort.id))


def index(*cohorts, chosen=None):
    ids = {cohort.id for cohort in cohorts}
    return items.index("es", ids, chosen=chosen and chosen.id)


def entry(found):
    """The quiz of these tests in an index."""
    [own] = [one for _module, entries in found.modules for one in entries if one.lesson.key == KEY]
    return own


def report(*cohorts, chosen=None):
    published = library.get_published(KEY, "es")
    ids = {cohort.id for cohort in cohorts}
    return items.report(published, BLOCK, ids, chosen=chosen and chosen.id)


def facilities(found):
    return {line.question.key.id: line.item.facility for line in found.lines}


def numbers(page, question):
    [section] = re.findall(rf'id="question-{question}">(.*?)</section>', page, re.DOTALL)
    return re.findall(r'class="num">(.*?)</span>', section)


# --- the page ---


def test_a_facilitator_reads_each_number_with_its_meaning(browser, fa, cohort, revision):
    make_attempts(cohort, revision, FIVE)
    browser.sign_in(fa).set_cookie("language", "en")

    page = browser.get(PAGE).text.replace("\N{NO-BREAK SPACE}", " ")

    # one: mean 3/5; V = 6/5/4 = 0.3. Rest of it, the match: 1, 2/3, 1/3, 1/3, 0, mean 7/15.
    # Σ one·match = 2; C = (2 - 3·7/15)/4 = 3/20; Σ match² = 15/9; V = (15/9 - 49/45)/4 = 13/90.
    # r = 0.15/√(0.3·13/90) = 0.7205767. Sorted 0 0 1 1 1 and 0 1/3 1/3 2/3 1: Σ = 2, the most.
    # T = one + match: C(one, T) = 0.3 + 0.15 = 0.45; C(match, T) = 0.15 + 13/90 = 0.2944444.
    # Roots 0.6708204 and 0.5426274: 55.3 % and 44.7 %. Two options: guessing wins 50 %. 1 of 9.
    assert numbers(page, "one") == [
        *("60 %", "54.8 %", "50 %", "11.1 %", "55.3 %", "72.1 %", "100 %"),
    ]
    # match: 46.7 % of the points, √(13/90) = 38.0 %, one of four right sides: 25 %.
    assert numbers(page, "pairs") == [
        *("46.7 %", "38 %", "25 %", "11.1 %", "44.7 %", "72.1 %", "100 %"),
    ]
    # Nobody won anything in the others: what has no value says so.
    assert numbers(page, "written") == ["0 %", "0 %", "50 %", "11.1 %", "0 %", "–", "–"]
    assert "5 people counted" in page
    assert "Very good: those who did well in the rest did well here." in page
    assert 'id="question-sure"' not in page
    assert 'id="question-write"' not in page
    assert "UNREADABLE" not in page
    assert "SECRET" not in page


def test_the_page_speaks_spanish(browser, fa, cohort, revision):
    make_attempts(cohort, revision, FIVE)

    page = browser.sign_in(fa).get(PAGE).text

    assert "Índice de facilidad" in page
    assert "54,8" in page


def test_a_lesson_leads_there_whoever_may_see_it_and_no_one_else(browser, fa, di, ada, revision):
    def leads(user):
        return PAGE in browser.sign_in(user).get(f"/lessons/{KEY}").text

    assert [leads(user) for user in (fa, di, ada)] == [True, True, False]


def test_others_find_nothing(browser, cast, revision):
    codes = {name: browser.sign_in(user).get(PAGE).status_code for name, user in cast.items()}

    assert {name for name, code in codes.items() if code == 200} == {"Fa", "Di"}
    assert {code for name, code in codes.items() if name not in {"Fa", "Di"}} == {404}


@pytest.mark.parametrize("said", ["other", "0", "-1", "x", "²", "9" * 30])
def test_a_cohort_that_is_not_ones_own_is_not_found(browser, fa, other, revision, said):
    asked = str(other.id) if said == "other" else said

    assert browser.sign_in(fa).get(f"{PAGE}?cohort={asked}").status_code == 404


@pytest.mark.parametrize("block", ["none", "idea"])
def test_a_block_that_is_no_quiz_has_none(browser, fa, revision, block):
    url = f"/lessons/{KEY}/quiz/{block}/statistics"

    assert browser.sign_in(fa).get(url).status_code == 404


@pytest.mark.parametrize("people", [5, 60])
def test_the_page_asks_as_often_however_many_answered(
    browser, fa, cohort, revision, statements, people
):
    make_attempts(cohort, revision, FIVE * (people // 5))
    browser.sign_in(fa).get(PAGE)

    with statements() as seen:
        browser.get(PAGE)

    # who asks, and their roles; the lesson; the attempts; what answers were worth; the cohorts
    assert len(seen) == 5


# --- the index ---


def test_the_index_holds_every_quiz_with_its_mean_and_what_deserves_a_look(
    browser, fa, cohort, revision
):
    make_attempts(cohort, revision, FIVE)
    browser.sign_in(fa).set_cookie("language", "en")

    page = browser.get(INDEX).text.replace("\N{NO-BREAK SPACE}", " ")
    [own] = re.findall(rf'<tr id="lesson-{KEY}">(.*?)</tr>', page, re.DOTALL)

    # 3 and 7/3 points of 5·9 are won: 11.85 %. The match goes with the rest, and so does the first;
    # nobody won anything in the other seven, which is no more than guessing would.
    assert re.findall(r'class="num">(.*?)</span>', own) == ["5", "11.9 %"]
    assert re.findall(r'href="(.*?)"', own) == [
        PAGE,
        *(f"{PAGE}#question-{name}" for name in ("several", "written", "oldest", "office")),
        *(f"{PAGE}#question-{name}" for name in ("length", "gaps", "word")),
    ]
    assert "Question 3</a>: No better than guessing; Hard" in own
    assert page.count("Too few to be shown") == len(list(library.outline().lessons())) - 1
    assert "UNREADABLE" not in page
    assert "SECRET" not in page


def test_the_index_and_the_page_of_a_quiz_say_the_same(fa, cohort, other, revision):
    make_attempts(cohort, revision, [*FIVE, (0, 0), (0, 0), (0, 0), (0, 0)])
    make_attempts(other, revision, [(1, 0)] * 5)

    for chosen in (None, cohort, other):
        found, alone = index(cohort, other, chosen=chosen), report(cohort, other, chosen=chosen)
        assert entry(found).report == alone


def test_the_index_shows_nothing_of_fewer_than_five(fa, cohort, other, revision):
    make_attempts(cohort, revision, FIVE[:4])
    make_attempts(other, revision, FIVE)

    assert entry(index(cohort)).report.people == 0
    assert entry(index(cohort)).report.mean is None
    assert entry(index(cohort, other)).report.people == 5


def test_the_index_speaks_spanish_and_home_and_the_editor_lead_there(browser, fa, revision):
    browser.sign_in(fa)

    assert "Cómo resultaron los repasos" in browser.get(INDEX).text
    assert f'href="{INDEX}"' in browser.get("/home").text
    assert f'href="{INDEX}#lesson-{KEY}"' in browser.get(f"/authoring/{KEY}").text


def test_a_manager_finds_the_index_from_the_cohort_and_chooses_there(
    browser, di, cohort, other, revision
):
    lead(di, other, Role.MANAGER)
    browser.sign_in(di)

    assert f'href="{INDEX}?cohort={cohort.id}"' in browser.get(f"/cohorts/{cohort.id}").text
    page = browser.get(f"{INDEX}?cohort={cohort.id}").text
    assert f'href="{INDEX}?cohort={other.id}"' in page
    assert f'href="{PAGE}?cohort={cohort.id}"' in page


@pytest.mark.parametrize("said", ["other", "0", "-1", "x", "²", "9" * 30])
def test_the_index_of_a_cohort_that_is_not_ones_own_is_not_found(
    browser, fa, other, revision, said
):
    asked = str(other.id) if said == "other" else said

    assert browser.sign_in(fa).get(f"{INDEX}?cohort={asked}").status_code == 404


def test_a_revoked_facilitator_reads_no_index(browser, fa, revision):
    browser.sign_in(fa)
    assert browser.get(INDEX).status_code == 200
    with unit_of_work():
        db.session.query(Membership).filter_by(user_id=fa.id).delete()

    assert browser.get(INDEX).status_code == 403


@pytest.mark.parametrize(("people", "lessons"), [(5, 1), (60, 3)])
def test_the_index_asks_as_often_however_many_answered_and_quizzes_there_are(
    browser, fa, cohort, revision, statements, people, lessons
):
    others = [one.revision for one in library.list_published("es") if one.lesson.key != KEY]
    for number, each in enumerate([revision, *others[1:lessons]]):
        block = BLOCK if each is revision else "check"
        make_attempts(cohort, each, FIVE * (people // 5), name=f"p{number}", block=block)
    browser.sign_in(fa).get(INDEX)

    with statements() as seen:
        browser.get(INDEX)

    # who asks, and their roles; the lessons; the attempts; what answers were worth; the cohorts
    assert len(seen) == 5


# --- who is counted ---


def test_fewer_than_five_are_not_shown(browser, fa, cohort, revision):
    make_attempts(cohort, revision, FIVE[:4])
    browser.sign_in(fa).set_cookie("language", "en")

    page = browser.get(PAGE).text

    assert "Too few to be shown" in page
    assert "question-one" not in page
    assert report(cohort).people == 0


def test_people_enter_five_at_a_time(fa, cohort, revision):
    make_attempts(cohort, revision, [*FIVE, (0, 0), (0, 0), (0, 0), (0, 0)])

    found = report(cohort)

    assert (found.people, facilities(found)["one"]) == (5, 60)
    make_attempts(cohort, revision, [(0, 0)], name="la décima")
    assert (report(cohort).people, facilities(report(cohort))["one"]) == (10, 30)


def test_a_small_cohort_is_not_what_all_less_the_others_leaves(fa, cohort, other, revision):
    make_attempts(cohort, revision, FIVE)
    make_attempts(other, revision, [(0, 0)] * 4)

    everyone, alone = report(cohort, other), report(cohort, other, chosen=cohort)

    assert [group.people for group in everyone.groups] == [5, 0]
    assert (everyone.people, facilities(everyone)) == (5, facilities(alone))
    assert report(cohort, other, chosen=other).people == 0


def test_somebody_in_two_cohorts_counts_in_the_latest_whoever_asks(fa, cohort, other, revision):
    make_attempts(cohort, revision, FIVE)
    make_attempts(other, revision, FIVE)
    with unit_of_work():
        member = (
            db.session.query(Membership).filter_by(cohort_id=cohort.id, role="participant").first()
        )
        db.session.add(Membership(user_id=member.user_id, role="participant", cohort_id=other.id))

    assert report(cohort).people == 0  # four are left, for their own facilitator too
    assert report(cohort, other).people == 5  # not 9, from which 5 could be taken


def test_first_attempts_alone_are_counted(fa, cohort, revision):
    make_attempts(cohort, revision, FIVE)
    with unit_of_work():
        for user in db.session.query(User).filter(User.handle.like("persona%")):
            add_attempt(user, revision, 1, 1, clock.now() + timedelta(days=1), number=2)

    assert facilities(report(cohort))["one"] == 60


def test_whoever_takes_no_part_any_more_is_not_counted(fa, cohort, revision):
    make_attempts(cohort, revision, FIVE)
    with unit_of_work():
        db.session.query(Membership).filter_by(role="participant").delete()

    assert report(cohort).people == 0


def test_mended_words_go_on_counting_and_another_key_begins_anew(fa, cohort, revision):
    make_attempts(cohort, revision, FIVE)

    add_lesson(SPANISH.replace("SECRET costumbre", "Es costumbre"), ENGLISH)
    mended = report(cohort).people
    swapped = SPANISH.replace("[ ] `coffee`", "[x] `coffee`").replace("[x] `leave`", "[ ] `leave`")
    add_lesson(swapped, ENGLISH)

    assert (mended, report(cohort).people) == (5, 0)


def test_the_same_people_are_counted_in_each_language(fa, cohort, revision):
    """Else one who reads both could subtract: a word that one language accepts began anew there."""
    make_attempts(cohort, revision, [(1, 1)])
    newer = add_lesson(SPANISH, ENGLISH.replace("SECRET Defensoría | DNA", "SECRET Defensoría"))
    make_attempts(cohort, newer, [(0, 0)] * 9, name="later")

    found = {
        language: items.report(library.get_published(KEY, language), BLOCK, {cohort.id})
        for language in ("es", "en")
    }

    assert facilities(found["es"]) == facilities(found["en"])
    assert facilities(found["es"])["one"] == 0


def test_attempts_at_an_older_revision_with_the_same_keys_are_asked_for_once(
    browser, fa, cohort, revision, statements
):
    make_attempts(cohort, revision, FIVE)
    add_lesson(SPANISH.replace("SECRET costumbre", "Es costumbre"), ENGLISH)
    browser.sign_in(fa).get(INDEX)

    with statements() as seen:
        page = browser.get(INDEX).text

    assert f"{PAGE}#question-several" in page
    assert len(seen) == 5


def test_an_attempt_of_before_worth_was_kept_is_not_counted(fa, cohort, revision):
    make_attempts(cohort, revision, FIVE)
    with unit_of_work():
        db.session.query(Answer).update({"hits": None, "parts": None})

    assert report(cohort).people == 0


def test_submitting_keeps_what_the_statistics_count(browser, app, cohort, fa, revision):
    people = [make_participant(number, cohort) for number in range(5)]
    for number, user in enumerate(people):
        browser.sign_in(user, with_journal=False).post(f"{URL}/start")
        attempt = db.session.query(Attempt.id).filter_by(user_id=user.id).scalar()
        answers = {"q-one": "leave" if number < 2 else "coffee", "q-several": ["nickname"]}
        browser.post(f"/attempts/{attempt}/submit", data={**answers, "anyway": "1"})

    found = facilities(report(cohort))

    assert (found["one"], found["several"], found["length"]) == (40, 50, 0)


def make_participant(number, cohort):
    with unit_of_work():
        user = User(name="P", handle=f"p{number}", created_at=clock.now())
        db.session.add(user)
        db.session.flush()
        db.session.add(Membership(user_id=user.id, role="participant", cohort_id=cohort.id))
    return accounts.find_user(user.id)
