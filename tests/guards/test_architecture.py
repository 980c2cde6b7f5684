"""The shape of the house, kept by tests."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from nti_lms.web import BLUEPRINTS

PACKAGE = Path(__file__).resolve().parents[2] / "nti_lms"
FILES = sorted(PACKAGE.rglob("*.py"))
# Lowest first. A file may import its own floor and those below.
FLOORS = (
    {"clock", "settings", "domain", "curriculum"},
    {"logs", "metrics", "safe", "storage", "sqlite", "translating"},
    {"database"},
    {"models"},
    {"migrating", "policy", "services"},
    {"mail", "jobs", "backups"},
    {"printing"},
    {"web", "cli"},
    {"app"},
    {"preparing"},
    {"prepare", "supervisor", "worker"},
)
PURE = FLOORS[0]
EDGES = {"web", "cli", "app", "preparing", "worker"}
ASKERS = {"flask.request", "flask.session", "flask.g", "flask_login.current_user"}


def place(path: Path) -> str:
    """The folder of a file under the package, or its own name; "__init__" for the package's."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def imports_of(path: Path) -> set[str]:
    """Every name that a file imports, late ones in function bodies too, as `a.b.c`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def whence(path: Path) -> set[str]:
    """The files of ours that `path` imports: `a.b.c`, or `a.b` when c is a name inside it."""
    files = {module_of(one) for one in FILES}
    names = {name for name in imports_of(path) if name.startswith("nti_lms.")}
    return {name if name in files else name.rpartition(".")[0] for name in names}


def roots_of(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(path)}


def users_of(libraries: set[str], places: set[str]) -> set[tuple[str, str]]:
    """Which files in those places import which of those libraries."""
    return {
        (module_of(path), name)
        for path in FILES
        if place(path) in places
        for name in roots_of(path) & libraries
    }


def floor_of(name: str) -> int:
    return next(level for level, names in enumerate(FLOORS) if name in names)


def features(folder: str) -> dict[str, Path]:
    """The files of an edge that hold a feature, by module; what they share is not among them."""
    files = {module_of(path): path for path in FILES if place(path) == folder}
    if folder == "web":
        return {blueprint.import_name: files[blueprint.import_name] for blueprint in BLUEPRINTS}
    return {name: path for name, path in files.items() if path.name != "__init__.py"}


def test_every_file_has_its_floor() -> None:
    known = set().union(*FLOORS)

    assert {place(path) for path in FILES} - known == {"__init__"}


def test_imports_run_down() -> None:
    climbing = {
        (module_of(path), name)
        for path in FILES
        for name in imports_of(path)
        if place(path) != "__init__" and name.startswith("nti_lms.")
        if floor_of(name.split(".")[1]) > floor_of(place(path))
    }

    assert climbing == set()


def test_no_files_import_each_other_in_a_circle() -> None:
    files = {module_of(path): path for path in FILES}
    graph = {name: whence(path) for name, path in files.items()}

    assert len(list(TopologicalSorter(graph).static_order())) == len(files)  # or a CycleError


def test_the_ground_floor_is_pure() -> None:
    libraries = {"flask", "flask_babel", "flask_login", "flask_sqlalchemy", "sqlalchemy"}

    assert users_of(libraries, PURE) == set()


def test_below_the_edges_nothing_knows_of_requests() -> None:
    below = set().union(*FLOORS) - EDGES - {"database"}

    assert users_of({"flask", "flask_wtf", "werkzeug"}, below) == set()


def test_texts_for_people_are_worded_at_the_edges_and_on_paper() -> None:
    below = set().union(*FLOORS) - EDGES - {"printing"}

    assert users_of({"flask_babel", "gettext"}, below) == set()


def test_only_the_web_knows_who_asks() -> None:
    guilty = {
        (module_of(path), name)
        for path in FILES
        for name in imports_of(path) & (ASKERS | {"flask", "flask.current_app"})
        if place(path) != "web" and (place(path), name) != ("cli", "flask.current_app")
    }

    assert guilty == set()


@pytest.mark.parametrize("folder", ["web", "cli"])
def test_features_do_not_import_each_other(folder: str) -> None:
    found = features(folder)

    links = {(name, other) for name, path in found.items() for other in found.keys() & whence(path)}

    assert len(found) > 4
    assert links == set()


def test_only_the_domain_touches_cryptography() -> None:
    guilty = {module_of(p) for p in FILES if roots_of(p) & {"cryptography", "argon2", "hmac"}}

    assert {name.split(".")[1] for name in guilty} == {"domain"}


def test_nobody_imports_the_app_but_what_starts_it() -> None:
    users = {module_of(path) for path in FILES if "nti_lms.app" in whence(path)}

    assert users == {"nti_lms.preparing", "nti_lms.worker"}


def test_services_never_commit() -> None:
    guilty = [
        module_of(path)
        for path in FILES
        if place(path) in {"services", "policy", "models"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"keep", "unit_of_work"}
    ]

    assert guilty == []
