"""A copy of the migrations, to which a test adds its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nti_lms import migrating
from nti_lms.settings import ROOT

VERSION = '''"""a migration for a test"""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{below}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{up}


def downgrade() -> None:
{down}
'''


@pytest.fixture
def add_version(tmp_path: Path) -> Callable[..., str]:
    """Add a migration on top of ours, in a copy; the folder of all of them."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    (head,) = migrating.heads()
    made = [head]

    def add(up: str, down: str = "    pass", *, environment: Callable[[str], str] = str) -> str:
        revision = f"test{len(made)}"
        words = VERSION.format(revision=revision, below=made[-1], up=up, down=down)
        (folder / "versions" / f"{revision}.py").write_text(words)
        made.append(revision)
        env = folder / "env.py"
        env.write_text(environment(env.read_text()))
        return str(folder)

    return add
