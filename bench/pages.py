"""What is measured: each page or write of the product, and what of the floor it is held against."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bench.fill import PASSPHRASE, WORDS, Filled
from bench.load import Ask
from bench.servers import Server

LESSON = "/lessons/sex-gender-norms"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUIETLY = {"X-Autosave": "1", "Accept": "application/json"}
FOUND = (200, 303)


@dataclass(slots=True)
class Visitor:
    """A browser with its cookies, and the token that its forms carry."""

    cookie: str
    token: str
    saves: int = 0

    def headers(self, **more: str) -> dict[str, str]:
        """What it sends with each request."""
        return {"Cookie": self.cookie, "Accept-Encoding": "gzip", **more}


@dataclass(slots=True)
class Cast:
    """Visitors of one run, and the numbers of what is theirs."""

    participants: list[Visitor]
    managers: list[Visitor]
    cohorts: list[int]
    handle: str
    plans: list[int]
    attempts: list[int]
    answers: Mapping[str, Any]
    used: int = 0
    stranger: Visitor = field(default_factory=lambda: Visitor("", ""))


@dataclass(frozen=True, slots=True)
class Measured:
    """One page: its name, how it is asked for, and the floor it is held against (None: none).

    `once_each` asks end when every participant has asked once.
    """

    name: str
    ask: Callable[[Cast, int], Ask]
    floor: Callable[[int], Ask] | None
    goal: str = ""
    once_each: bool = False


def visit(server: Server, filled: Filled, most: int) -> tuple[list[Visitor], list[Visitor]]:
    """Some participants and managers, each having opened a page once."""
    people = [_come(server, token) for token in filled.participants[:most]]
    return people, [_come(server, token) for token in filled.managers[:most]]


def stranger(server: Server) -> Visitor:
    """Somebody at the door, with its token."""
    return _come(server, "", path="/sign-in")


def _come(server: Server, token: str, path: str = "/account/") -> Visitor:
    cookie = f"nti={token}; language=es" if token else "language=es"
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    found = TOKEN.search(page)
    if not found:
        raise SystemExit(f"{path} answered {answer.status} and holds no form")
    given = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or ()]
    return Visitor("; ".join([cookie, *given]), found[1])


def _get(path: str) -> Callable[[Cast, int], Ask]:
    return lambda cast, number: Ask(path, _of(cast.participants, number).headers())


def _of(visitors: list[Visitor], number: int) -> Visitor:
    return visitors[number % len(visitors)]


def _post(visitor: Visitor, path: str, fields: Mapping[str, Any], **more: str) -> Ask:
    body = urlencode({"csrf_token": visitor.token, **fields}, doseq=True)
    return Ask(path, visitor.headers(**FORM, **more), body, FOUND)


def _plan(cast: Cast, number: int) -> Ask:
    place = number % len(cast.participants)
    return Ask(f"/commitments/{cast.plans[place]}", cast.participants[place].headers())


def _people(cast: Cast, number: int) -> Ask:
    return Ask("/people/", _of(cast.managers, number).headers())


def _search(words: str, language: str = "es") -> Callable[[Cast, int], Ask]:
    """Words sought by participants, in that language."""

    def ask(cast: Cast, number: int) -> Ask:
        headers = _of(cast.participants, number).headers()
        cookie = headers["Cookie"].replace("language=es", f"language={language}")
        return Ask(f"/search?{urlencode({'q': words})}", {**headers, "Cookie": cookie})

    return ask


def _statistics(cast: Cast, number: int) -> Ask:
    return Ask("/quizzes/statistics", _of(cast.managers, number).headers())


def _of_cohort(place: str) -> Callable[[Cast, int], Ask]:
    """A page of each cohort in turn, for its manager."""

    def ask(cast: Cast, number: int) -> Ask:
        turn = number % len(cast.managers)
        return Ask(f"/cohorts/{cast.cohorts[turn]}/{place}", cast.managers[turn].headers())

    return ask


def _answer(cast: Cast, number: int) -> Ask:
    place = number % len(cast.participants)
    choice = ("leave", "coffee")[number // len(cast.participants) % 2]
    path = f"/attempts/{cast.attempts[place]}/answers"
    return _post(cast.participants[place], path, {"q-one": choice}, **QUIETLY)


def _reflection(cast: Cast, number: int) -> Ask:
    visitor = _of(cast.participants, number)
    fields = {"text": f"{WORDS}{number}", "revision": visitor.saves}
    visitor.saves += 1
    return _post(visitor, f"{LESSON}/reflections/house-norm", fields, **QUIETLY)


def _submit(cast: Cast, number: int) -> Ask:
    path = f"/attempts/{cast.attempts[number]}/submit"
    return _post(cast.participants[number], path, {**cast.answers, "anyway": "y"})


def _sign_in(cast: Cast, _number: int) -> Ask:
    fields = {"handle": cast.handle, "passphrase": PASSPHRASE}
    return _post(cast.stranger, "/sign-in", fields)


def _floor_page(number: int) -> Ask:
    return Ask("/text/1", {"Cookie": f"reader={number % 100 + 1}", "Accept-Encoding": "gzip"})


def _floor_save(number: int) -> Ask:
    body = urlencode({"words": f"{WORDS}{number}"})
    return Ask("/text/1", {"Cookie": f"reader={number % 100 + 1}", **FORM}, body)


PAGES = (
    Measured("lesson page", _get(LESSON), _floor_page, "<= 1.6"),
    Measured("home", _get("/home"), _floor_page, "<= 2"),
    Measured("CtoA page", _plan, _floor_page),
    Measured("people page", _people, _floor_page),
    Measured("participants page", _of_cohort("participants"), _floor_page),
    Measured("readiness page", _of_cohort("readiness"), _floor_page),
    Measured("search, a common word", _search("cuidado"), _floor_page),
    Measured("search, a rare word", _search("quechua"), _floor_page),
    Measured("search, in English", _search("care", "en"), _floor_page),
    Measured("index of quizzes", _statistics, _floor_page),
    Measured("answer autosave", _answer, _floor_save, "<= 2.5"),
    Measured("reflection autosave", _reflection, _floor_save, "<= 2.5"),
    Measured("quiz submit, 11 questions", _submit, _floor_save, "<= 5", once_each=True),
    Measured("sign-in", _sign_in, None),
)
