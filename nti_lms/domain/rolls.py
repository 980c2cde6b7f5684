"""A list of people as CSV: pasted or uploaded, in Spanish or English, with any usual separator."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nti_lms.domain.errors import (
    ListEmpty,
    ListNotATable,
    ListNotText,
    ListTooLarge,
    ListWithoutNames,
)
from nti_lms.domain.roles import Role

MAX_BYTES = 200_000
MAX_ROWS = 500
LONGEST = {"name": 120, "organisation": 120, "email": 200, "handle": 60}
SENT_BY_ORGANISATIONS = (Role.PARTICIPANT, Role.REPRESENTATIVE)
SEPARATORS = ",;\t"

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("nombre", "name", "nombre completo"),
    "email": ("correo", "email", "e-mail", "mail", "correo electrónico"),
    "handle": ("usuario", "user", "user name", "username", "nombre de usuario"),
    "role": ("rol", "role", "papel"),
    "organisation": ("institución", "institucion", "organización", "organisation", "organization"),
    "language": ("idioma", "language", "lengua"),
}
_ROLES: Mapping[str, Role] = {
    **{str(role): role for role in Role},
    "": Role.PARTICIPANT,
    "participante": Role.PARTICIPANT,
    **dict.fromkeys(("facilitador", "facilitadora", "facilita"), Role.FACILITATOR),
    "mentora": Role.MENTOR,
    "representante": Role.REPRESENTATIVE,
    **dict.fromkeys(("evaluador", "evaluadora", "evaluación"), Role.EVALUATOR),
    **dict.fromkeys(("safeguarding contact", "contacto de protección"), Role.SAFEGUARDING_CONTACT),
    **dict.fromkeys(("coordinador", "coordinadora", "coordinación"), Role.MANAGER),
    **dict.fromkeys(("administrador", "administradora", "administración"), Role.ADMINISTRATOR),
}
_LANGUAGES = {
    "": "es",
    "es": "es",
    "español": "es",
    "castellano": "es",
    "en": "en",
} | dict.fromkeys(("inglés", "english", "ingles"), "en")


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the list; `number` is the line of the file, counted from its head as 1.

    `role` and `language` are None when the word says neither.
    """

    number: int
    name: str
    email: str
    handle: str
    organisation: str
    role: Role | None
    language: str | None

    @property
    def address(self) -> str:
        """What this person would sign in with."""
        return (self.email or self.handle).casefold()


def is_address(text: str) -> bool:
    """Whether a mail could be addressed to it; whether it arrives only the mail itself tells."""
    name, at, host = text.partition("@")
    return bool(name and at and host) and "@" not in host and not has_space(text)


def has_space(text: str) -> bool:
    """Whether it holds a space, or something else that nobody types."""
    return any(character.isspace() or not character.isprintable() for character in text)


def decode(data: bytes) -> str:
    """The text of an uploaded file: UTF-8, or UTF-16 as spreadsheets write it.

    Raises:
        ListTooLarge: it has more than `MAX_BYTES`.
        ListNotText: it is another kind of file, or another encoding.
    """
    if len(data) > MAX_BYTES:
        raise ListTooLarge
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise ListNotText from None
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise ListNotText
    return text


def read(text: str) -> list[Row]:
    """The people of a list whose first line names its columns, in order.

    Raises:
        ListEmpty: nobody is in it.
        ListTooLarge: it has more than `MAX_ROWS` people.
        ListWithoutNames: its first line names no column for names.
        ListNotATable: a quote is opened and never closed, or a line has too many columns.
    """
    lines = list(_lines(text))
    if not lines:
        raise ListEmpty
    columns = [_column(word) for word in lines[0][1]]
    if "name" not in columns:
        raise ListWithoutNames
    if any(len(cells) > len(columns) for _number, cells in lines):
        raise ListNotATable
    rows = [_row(number, dict(zip(columns, cells, strict=False))) for number, cells in lines[1:]]
    if not rows:
        raise ListEmpty
    if len(rows) > MAX_ROWS:
        raise ListTooLarge
    return rows


def faults_of(row: Row) -> list[str]:
    """What is wrong with a row by itself, as names of faults."""
    texts = {name: getattr(row, name) for name in LONGEST}
    found = {
        "no-name": not row.name,
        "too-long": any(len(text) > LONGEST[name] for name, text in texts.items()),
        "no-address": not row.email and not row.handle,
        "email-malformed": bool(row.email) and not is_address(row.email),
        "handle-malformed": "@" in row.handle or has_space(row.handle),
        "role-unknown": row.role is None,
        "language-unknown": row.language is None,
        "no-organisation": row.role in SENT_BY_ORGANISATIONS and not row.organisation,
    }
    return [name for name, is_so in found.items() if is_so]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, each with its number."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise ListNotATable from None


def _column(word: str) -> str:
    """The name of a column; an unknown one keeps its own and is passed over."""
    plain = word.casefold().strip(" *:\ufeff")
    return next((name for name, words in _COLUMNS.items() if plain in words), f"?{word}")


def _row(number: int, cells: Mapping[str, str]) -> Row:
    return Row(
        number=number,
        name=cells.get("name", ""),
        email=cells.get("email", ""),
        handle=cells.get("handle", ""),
        organisation=cells.get("organisation", ""),
        role=_ROLES.get(cells.get("role", "").casefold()),
        language=_LANGUAGES.get(cells.get("language", "").casefold()),
    )
