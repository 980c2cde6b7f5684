"""Numbers for Prometheus: of the processes, and of the site itself."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from nti_lms.settings import ROOT


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_the_numbers_are_told_on_the_private_address(app, free_port, tmp_path):
    settings, counts = app.extensions["settings"], tmp_path / "counts"
    counts.mkdir()
    env = {
        **os.environ,
        "NTI_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "NTI_METRICS": f"127.0.0.1:{free_port}",
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
    }
    note = "from nti_lms import metrics; metrics.note_request('learn.home', 200, 0.02)"
    subprocess.run([sys.executable, "-c", note], env=env, cwd=ROOT, check=True)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "metrics"]
    process = subprocess.Popen(command, env=env, cwd=ROOT)
    try:
        told = _read(f"http://127.0.0.1:{free_port}/metrics")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()

    assert 'nti_requests_total{status="200",view="learn.home"} 1.0' in told
    assert "nti_jobs_waiting 0.0" in told
    assert "nti_mail_late 0.0" in told


def test_without_the_setting_nothing_is_counted(app):
    outcome = app.test_cli_runner().invoke(args=["metrics"])

    assert outcome.exit_code == 1
    assert "NTI_METRICS" in outcome.output


def _read(url):
    for _ in range(100):
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310 -- our own server
                return answer.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the numbers were never told")
