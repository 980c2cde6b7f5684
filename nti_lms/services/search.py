"""Search through lessons, glossary and help, with the means of either database behind one call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import String, bindparam, text

from nti_lms.database import db
from nti_lms.domain import searching

MOST_RESULTS = 30

# What holds the words, and how well: the smaller, the better. A title weighs more than a text.
_HITS = {
    "sqlite": """
        SELECT rowid AS id, bm25(findable_words, 8.0, 1.0) AS distance
        FROM findable_words WHERE findable_words MATCH :query""",
    "postgresql": """
        SELECT id, -ts_rank('{0.1, 0.1, 0.1, 1.0}', words, to_tsquery('simple', :query), 1)
            AS distance
        FROM findable_words WHERE words @@ to_tsquery('simple', :query)""",
}
# What is there in both languages is shown in the reader's; only then the other one's own finds.
_BEST = """
    WITH hit AS MATERIALIZED ({hits}),
    ranked AS (
        SELECT findable.*, hit.distance, row_number() OVER (
            PARTITION BY kind, key, block ORDER BY (language = :language) DESC, distance
        ) AS place
        FROM findable JOIN hit ON hit.id = findable.id
        WHERE NOT (kind = 'lesson' AND key IN :closed)
    )
    SELECT kind, key, block, language, title, body, note, count(*) OVER () AS total
    FROM ranked WHERE place = 1
    ORDER BY (language = :language) DESC, distance, id LIMIT :most"""


@dataclass(frozen=True, slots=True)
class Result:
    """What was found. `note` is the content note that it stands behind, empty for none."""

    kind: str
    key: str
    block: str
    language: str
    title: str
    body: str
    note: str


@dataclass(frozen=True, slots=True)
class Results:
    """The best results, how many there are in all, and what the found words begin with.

    `is_loose` says that nothing held all the words, so each of these holds only some.
    """

    best: Sequence[Result]
    total: int
    stems: Sequence[str]
    is_loose: bool = False


def find(query: str, language: str, *, closed: Collection[str] = ()) -> Results:
    """What holds every word of `query`, else what holds any; whatever is typed, it never fails.

    Nothing is found in the lessons with the keys in `closed`.
    """
    stems = searching.stems(query)
    if not stems:
        return Results([], 0, stems)
    found = _best(stems, language, closed, joined_by="all")
    if found.best or len(stems) == 1:
        return found
    return _best(stems, language, closed, joined_by="any")


def _best(
    stems: Sequence[str], language: str, closed: Collection[str], *, joined_by: str
) -> Results:
    dialect = db.engine.dialect.name
    values = {
        "query": _query(stems, dialect, joined_by),
        "language": language,
        "most": MOST_RESULTS,
        "closed": list(closed),
    }
    best = text(_BEST.format(hits=_HITS[dialect]))
    query = best.bindparams(bindparam("closed", expanding=True, type_=String))
    rows = db.session.execute(query, values).all()
    return Results(
        [Result(*row[:-1]) for row in rows],
        rows[0].total if rows else 0,
        stems,
        is_loose=joined_by == "any",
    )


def _query(stems: Sequence[str], dialect: str, joined_by: str) -> str:
    """The stems in the database's own language; they are letters and digits, so nothing to mask."""
    if dialect == "sqlite":
        return {"all": " AND ", "any": " OR "}[joined_by].join(f'"{stem}"*' for stem in stems)
    return {"all": " & ", "any": " | "}[joined_by].join(f"{stem}:*" for stem in stems)
