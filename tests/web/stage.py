"""A small site around base.html and its macros, whose server does as each test bids."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import FileSystemLoader, StrictUndefined
from werkzeug.serving import make_server
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from nti_lms.web import assets, headers

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).with_name("stage_pages")
PATIENCE = 60.0


@dataclass
class Stage:
    """The site, what it answers to a save, and what it was asked: saves, leavings, places.

    While `gate` is shut, saves arrive and are not answered yet.
    """

    app: Flask
    answer: ResponseReturnValue = ""
    asked: list[Any] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    is_signed_in: bool = True
    url: str = ""
    gate: Event = field(default_factory=Event)


def make_stage(*, is_demo: bool = True) -> Stage:
    """A Flask application with the real templates and static files, and pages of its own."""
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.update(SECRET_KEY="stage", DEMO=is_demo, NEUTRAL_URL="/neutral")
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.loader = FileSystemLoader([ROOT / "templates", PAGES])
    app.jinja_env.globals.update(new_key=lambda: "from-server", language=lambda: "es")
    Babel(app, locale_selector=lambda: "es")
    CSRFProtect(app)
    assets.init_app(app)
    headers.init_app(app)
    stage = Stage(app)
    stage.gate.set()
    app.context_processor(lambda: _context(stage))
    for blueprint in (_public(stage), _auth(), _search(), _lesson(stage)):
        app.register_blueprint(blueprint)
    return stage


@contextmanager
def open_stage(stage: Stage) -> Iterator[None]:
    """Serve it on a free port of this machine."""
    server = make_server("127.0.0.1", 0, stage.app, threaded=True)
    stage.url = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()


def _context(stage: Stage) -> dict[str, Any]:
    person = SimpleNamespace(is_authenticated=stage.is_signed_in, name="Elena M.")
    places = [("Inicio", "/", False), ("Módulos", "/lesson", True)] if stage.is_signed_in else []
    menu = [SimpleNamespace(label=label, url=url, is_current=now) for label, url, now in places]
    may = SimpleNamespace(search=lambda user: True)
    return {"current_user": person, "menu": menu, "may": may}


class PartsForm(FlaskForm):
    """One field of each kind."""

    title = StringField("Título", [InputRequired("Escriba el título")], description="Un verbo.")
    due_on = DateField("Fecha", [InputRequired("Escriba la fecha")])
    kind = SelectField(
        "Tipo", choices=[SelectChoice("a", "Comunidad"), SelectChoice("b", "Organización")]
    )
    levels = SelectMultipleField(
        "Niveles",
        [Length(min=2, message="Marque al menos dos")],
        choices=[SelectChoice("1", "Persona"), SelectChoice("2", "Institución")],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    paper = RadioField("Papel", choices=[SelectChoice("letter", "Carta"), SelectChoice("a4", "A4")])
    is_checked = BooleanField("Revisé", [InputRequired("Marque que lo revisó")], description="Sí.")
    evidence = FileField("Evidencia")
    story = TextAreaField("Relato")


def _page(template: str, **context: Any) -> str:
    layout = "fragment.html" if "HX-Request" in request.headers else "base.html"
    return render_template(template, layout=layout, block="content", **context)


def _parts() -> ResponseReturnValue:
    form = PartsForm()
    form.validate_on_submit()
    return _page("parts.html", form=form), 422 if form.errors else 200


def _public(stage: Stage) -> Blueprint:
    bp = Blueprint("public", __name__)

    @bp.get("/leave")
    def leave() -> Response:
        stage.is_signed_in = False
        stage.asked.append("leave")
        return redirect("/neutral", code=303)  # type: ignore[return-value]

    for endpoint in ("home", "help", "privacy", "speak"):
        rule = {"home": "/", "speak": "/language/<language>"}.get(endpoint, f"/{endpoint}")
        bp.add_url_rule(rule, endpoint, lambda **url: _page("lesson.html"))
    bp.add_url_rule("/neutral", "neutral", lambda: "<title>El tiempo</title><p>Soleado</p>")
    bp.add_url_rule("/plain", "plain", lambda: "<title>Otra</title><p>Otra</p>")
    return bp


def _auth() -> Blueprint:
    bp = Blueprint("auth", __name__)
    bp.add_url_rule("/sign-in", "sign_in", lambda: "")
    bp.add_url_rule("/sign-out", "sign_out", lambda: "", methods=["POST"])
    return bp


def _search() -> Blueprint:
    bp = Blueprint("search", __name__)
    bp.add_url_rule("/search", "index", lambda: "")
    return bp


def _lesson(stage: Stage) -> Blueprint:
    bp = Blueprint("lesson", __name__)
    bp.add_url_rule("/lesson", "show", lambda: _page("lesson.html"))
    bp.add_url_rule("/parts", "parts", _parts, methods=["GET", "POST"])
    bp.add_url_rule("/flash", "flash", lambda: (flash("Guardado."), _page("lesson.html"))[1])

    @bp.post("/save")
    @bp.post("/answer")
    def save() -> ResponseReturnValue:
        stage.asked.append(request.form.to_dict() | {"autosave": "X-Autosave" in request.headers})
        stage.gate.wait(PATIENCE)
        return stage.answer

    @bp.get("/saved")
    def saved() -> ResponseReturnValue:
        return {"saved_at": "Guardado antes", "revision": 7}

    @bp.post("/resume")
    def resume() -> str:
        stage.places.append(request.form["block"])
        return ""

    return bp
