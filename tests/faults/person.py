"""Somebody at a browser: cookies, tokens, forms; and what the site answered, if it did."""

import html
import http.client
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tests.faults.site import Site

PATIENCE = 90.0
AUTOSAVE = {"X-Autosave": "1"}
HTMX = {"HX-Request": "true"}

# What is raised when no whole answer came: refused, cut off, or none in time.
NO_ANSWER = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def place(self) -> str:
        """Where it leads, with htmx or without."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""


class Person:
    """One of the cohort, signed in. Each request has a connection of its own."""

    def __init__(self, site: Site, name: str) -> None:
        self.port, self.token, self.cookies = site.port, "", {"language": "en"}
        self._sign_in(f"{name}@demo.example", site.passphrase)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Send a form with this person's token."""
        return self._ask("POST", path, {**fields, "csrf_token": self.token}, headers)

    def through(self, port: int) -> "Person":
        """The same person, by way of another port."""
        other = object.__new__(Person)
        other.port, other.token, other.cookies = port, self.token, self.cookies
        return other

    def _sign_in(self, handle: str, passphrase: str) -> None:
        self.token = field(self.get("/sign-in").text, "csrf_token")
        answer = self.post("/sign-in", {"handle": handle, "passphrase": passphrase, "to": ""})
        assert answer.status == 303, answer.text
        self.token = field(self.get("/journal").text, "csrf_token")

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": cookies, **headers}
        if fields is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields else None, sent)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")  # a PDF is no text
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: one.value for name, one in SimpleCookie(line).items()})
        return Answer(response.status, dict(response.headers), text)


def new_key() -> str:
    """A key that lets a form count once."""
    return secrets.token_hex(16)


def field(page: str, name: str) -> str:
    """What the first hidden field or text box of that name holds."""
    hidden = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    if hidden:
        return html.unescape(hidden[1])
    box = re.search(
        rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>(?:\r?\n)?([^<]*)</textarea>', page
    )
    assert box, f"the page has no field {name}"
    return html.unescape(box[1])
