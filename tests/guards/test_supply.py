"""What the product stands on: no version with a known fault, and locks that can be trusted."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from pysqlite3 import dbapi2

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
VENDOR = ROOT / "static" / "vendor"

# The lowest version without a known fault, and the fault. Renewed by hand: pip-audit cannot be
# relied on everywhere, and where it finds nothing to ask it says that all is well.
FLOORS = {
    "flask": (
        "3.1.3",
        "CVE-2026-27205: session cached for others; CVE-2025-47278: wrong signing key",
    ),
    "werkzeug": ("3.1.6", "CVE-2026-27199, CVE-2026-21860; CVE-2024-49767: multipart memory"),
    "jinja2": ("3.1.6", "CVE-2025-27516: way out of the sandbox"),
    "gunicorn": ("23.0.0", "CVE-2024-1135, CVE-2024-6827: request smuggling"),
    "weasyprint": ("70.0", "CVE-2026-55073, CVE-2026-49452, CVE-2025-68616: past the URL fetcher"),
    "cryptography": ("50.0.2", "first one whose HPKE was tried for sealed journals"),
    "pysqlite3": ("0.6.1", "first wheel with an SQLite that does not lose commits in WAL mode"),
}
SQLITE_FLOOR = (3, 51, 3)  # 3.7.0 to 3.51.2 may lose commits or corrupt a file in WAL mode


def read_pins(lock: Path) -> dict[str, tuple[str, int]]:
    """The pinned requirements of a lock: name to requirement and number of hashes."""
    pins = {}
    for entry in re.split(r"\n(?=\S)", lock.read_text().strip()):
        pinned, *hashes = re.split(r"\s+\\\n\s+--hash=sha256:", entry)
        pins[Requirement(pinned).name] = (pinned, len(hashes))
    return pins


@pytest.mark.parametrize("name", FLOORS)
def test_installed_is_above_the_floor(name: str) -> None:
    floor, why = FLOORS[name]

    assert Version(version(name)) >= Version(floor), why


@pytest.mark.parametrize("name", FLOORS)
@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locked_is_above_the_floor(lock: Path, name: str) -> None:
    floor, why = FLOORS[name]
    (specifier,) = Requirement(read_pins(lock)[name][0]).specifier

    assert specifier.operator == "=="
    assert Version(specifier.version) >= Version(floor), why


def test_there_are_locks_for_serving_and_for_developing() -> None:
    assert {"runtime.txt", "dev.txt"} <= {lock.name for lock in LOCKS}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_a_pin_or_a_hash(lock: Path) -> None:
    pin = r"[a-z0-9-]+(\[[a-z,]+\])?==[0-9a-z.]+( ; [^\\]+)?"
    allowed = re.compile(rf"({pin}|    --hash=sha256:[0-9a-f]{{64}})( \\)?")

    assert [line for line in lock.read_text().splitlines() if not allowed.fullmatch(line)] == []
    assert [name for name, (_, hashes) in read_pins(lock).items() if hashes == 0] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_the_dev_lock_includes_every_other(lock: Path) -> None:
    """`./start` takes a virtual environment made by `./check` as it is."""
    dev = read_pins(ROOT / "requirements" / "dev.txt")

    assert read_pins(lock).items() - dev.items() == set()


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "poetry.lock", "package-lock.json"])
def test_no_lock_that_names_a_registry(name: str) -> None:
    assert not (ROOT / name).exists()


def test_the_bill_of_materials_is_that_of_the_locks() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "deploy" / "bill.py"], capture_output=True, text=True, check=True
    )

    assert made.stdout == (ROOT / "requirements" / "sbom.json").read_text()
    named = {component["name"] for component in json.loads(made.stdout)["components"]}
    assert set(read_pins(ROOT / "requirements" / "runtime.txt")) < named


def test_sqlite_keeps_its_commits() -> None:
    assert dbapi2.sqlite_version_info >= SQLITE_FLOOR


def list_sources() -> list[Path]:
    folders = ("nti_lms", "migrations", "tests", "deploy")
    return [*ROOT.glob("*.py"), *(path for name in folders for path in (ROOT / name).rglob("*.py"))]


def imported(tree: ast.AST) -> set[str]:
    """The first part of every name that a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_one_sqlite_in_the_process() -> None:
    """Two SQLite libraries on one file in one process break each other's locks."""
    guilty = [path for path in list_sources() if "sqlite3" in imported(ast.parse(path.read_text()))]

    assert guilty == []


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = VENDOR / "MANIFEST.json"
    told = json.loads(manifest.read_text()) if manifest.exists() else []
    there = {path for path in VENDOR.rglob("*") if path.is_file() and path != manifest}

    assert {VENDOR / entry["file"] for entry in told} == there
    for entry in told:
        assert set(entry) >= {"file", "name", "version", "licence", "sha256"}, entry
        content = (VENDOR / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]
