"""The shell that `./start` and `./check` stand on, in a project folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UV = """#!/bin/sh
case $1 in
--version) ;;
*) echo "$@" >>installed ;;
esac
"""


class Project:
    """A folder with two locks, where installing packages only leaves a note."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "deploy").mkdir()
        shutil.copy(ROOT / "deploy" / "setup.sh", folder / "deploy")
        (folder / "requirements").mkdir()
        self.pin("runtime", "flask==1\n")
        self.pin("dev", "flask==1\npytest==1\n")
        (folder / "bin").mkdir()
        (folder / "bin" / "uv").write_text(UV)
        (folder / "bin" / "uv").chmod(0o755)

    def pin(self, lock: str, pins: str) -> None:
        (self.folder / "requirements" / f"{lock}.txt").write_text(pins)

    def make_venv(self, *locks: str, python: str = sys.executable) -> int:
        paths = " ".join(f"requirements/{lock}.txt" for lock in locks)
        script = f"set -eu; python={python}; . deploy/setup.sh; make_venv {paths}"
        env = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(
            ["sh", "-c", script], cwd=self.folder, env=env, capture_output=True
        ).returncode

    @property
    def installed(self) -> list[str]:
        """The locks of each time that packages were installed."""
        notes = self.folder / "installed"
        lines = notes.read_text().splitlines() if notes.exists() else []
        return [line.partition("--require-hashes ")[2] for line in lines]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_packages_are_installed_once(project: Project) -> None:
    assert [project.make_venv("runtime"), project.make_venv("runtime")] == [0, 0]

    assert project.installed == ["-r requirements/runtime.txt"]


def test_a_changed_lock_is_installed(project: Project) -> None:
    project.make_venv("runtime")
    project.pin("runtime", "flask==2\n")

    project.make_venv("runtime")

    assert project.installed == ["-r requirements/runtime.txt"] * 2


def test_an_extra_is_installed_with_what_it_extends(project: Project) -> None:
    project.pin("postgres", "flask==1\npsycopg==1\n")
    project.make_venv("runtime")

    project.make_venv("runtime", "postgres")
    project.make_venv("runtime")

    assert project.installed == [
        "-r requirements/runtime.txt",
        "-r requirements/runtime.txt -r requirements/postgres.txt",
    ]


def test_what_a_developer_has_is_enough_to_serve(project: Project) -> None:
    project.make_venv("dev")

    project.make_venv("runtime")

    assert project.installed == ["-r requirements/dev.txt"]


def test_what_serves_is_not_enough_to_develop(project: Project) -> None:
    project.make_venv("runtime")

    project.make_venv("dev")

    assert project.installed == ["-r requirements/runtime.txt", "-r requirements/dev.txt"]


def test_a_failed_installation_is_tried_again(project: Project) -> None:
    assert project.make_venv("runtime", python="false") == 1

    assert project.make_venv("runtime") == 0

    assert project.installed == ["-r requirements/runtime.txt"]


def test_an_environment_of_another_python_is_made_anew(project: Project) -> None:
    project.make_venv("runtime")
    (project.folder / ".venv" / "left-over").touch()
    stamp = project.folder / ".venv" / "locks"
    stamp.write_text(stamp.read_text().replace("Python 3.", "Python 2."))

    project.make_venv("runtime")

    assert project.installed == ["-r requirements/runtime.txt"] * 2
    assert not (project.folder / ".venv" / "left-over").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(project: Project) -> None:
    project.make_venv("runtime")
    python = project.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")

    assert project.make_venv("runtime") == 0

    assert project.installed == ["-r requirements/runtime.txt"] * 2


@pytest.mark.parametrize("arguments", [["--demmo"], ["demo"]])
def test_start_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    ended = subprocess.run([ROOT / "start", *arguments], capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: ./start [--demo]\n")


@pytest.mark.parametrize("arguments", [["--al"], ["--all", "tests"]])
def test_check_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    ended = subprocess.run([ROOT / "check", *arguments], capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: ./check ")
