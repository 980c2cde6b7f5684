"""The floor: what a plain Flask page costs. Flask-Login, three small queries, one template.

It stands beside the product on a database of the same kind: `FLOOR_DATABASE`.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask, render_template_string, request
from flask_compress import Compress
from flask_login import LoginManager, UserMixin, current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nti_lms import database


class Base(DeclarativeBase):
    """The floor's own tables."""


db = SQLAlchemy(model_class=Base)


class Reader(UserMixin, db.Model):  # type: ignore[misc,name-defined]
    """Who signs in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Text(db.Model):  # type: ignore[misc,name-defined]
    """A lesson as one piece of HTML."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    html: Mapped[str]


class Done(db.Model):  # type: ignore[misc,name-defined]
    """Who has read what, and what they wrote."""

    reader_id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    at: Mapped[str]


PAGE = """<!doctype html><html lang="es"><title>{{ text.title }}</title>
<nav>{{ current_user.name }}
{% for id, title in titles %}<a href="/text/{{ id }}">{{ title }}</a>{% endfor %}</nav>
<main>{{ text.html|safe }}<p>{{ done.at if done else "" }}</p></main></html>"""


def create_app(env: Mapping[str, str]) -> Flask:
    """The whole site."""
    app = Flask(__name__)
    url = env["FLOOR_DATABASE"]
    app.config.update(
        SECRET_KEY="floor",  # noqa: S106 -- nobody's secret
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(url),
    )
    db.init_app(app)
    Compress(app)
    login = LoginManager(app)
    login.request_loader(
        lambda asked: db.session.get(Reader, int(asked.cookies.get("reader", "0")))
    )

    @app.get("/text/<int:number>")
    @login_required
    def show(number: int) -> str:
        text = db.session.get_one(Text, number)
        done = db.session.get(Done, (current_user.id, number))
        titles = db.session.execute(select(Text.id, Text.title)).all()
        return render_template_string(PAGE, text=text, done=done, titles=titles)

    @app.post("/text/<int:number>")
    @login_required
    def save(number: int) -> str:
        done = db.session.get(Done, (current_user.id, number)) or Done(
            reader_id=current_user.id, text_id=number
        )
        done.words, done.at = request.form["words"], datetime.now(UTC).isoformat()
        db.session.add(done)
        db.session.commit()
        return done.at

    with app.app_context():
        if url.startswith("sqlite"):
            event.listen(db.engine, "connect", _durable)
    return app


def fill(app: Flask, readers: int, lesson: str) -> None:
    """Tables, readers, and twelve texts of the length of a lesson."""
    with app.app_context():
        db.create_all()
        db.session.add_all(
            Reader(id=number + 1, name=f"Persona {number}") for number in range(readers)
        )
        db.session.add_all(
            Text(id=number, title=f"Lección {number}", html=lesson) for number in range(1, 13)
        )
        db.session.commit()


def _durable(connection: object, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def from_environment() -> Flask:
    """The door for a web server."""
    return create_app(os.environ)
