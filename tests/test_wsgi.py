"""The door for `flask`: settings that cannot be used are told in one line."""

import subprocess
import sys

import pytest

from nti_lms.settings import ROOT


@pytest.mark.parametrize(
    ("setting", "told"), [({}, "lacks secret-key or keyring"), ({"NTI_PORT": "x"}, "NTI_PORT=x")]
)
def test_a_command_without_a_site_says_what_is_missing(tmp_path, setting, told):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", "list"]

    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={"NTI_DATA": str(tmp_path), **setting},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
