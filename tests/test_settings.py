"""Settings: read once, every fault named at once, secrets never shown."""

from pathlib import Path

import pytest

from nti_lms.app import create_app
from nti_lms.settings import ROOT, BadSettings, Settings


def test_an_empty_environment_is_enough(tmp_path):
    settings = Settings.from_env({})

    assert settings.data == ROOT / "var"
    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'nti.sqlite'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert (settings.is_demo, settings.is_https, settings.smtp_url, settings.proxies) == (
        False,
        False,
        None,
        0,
    )


def test_a_relative_folder_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_env({"NTI_DATA": "here"})

    assert settings.data == tmp_path / "here"
    assert settings.mail_folder.parent == settings.files_folder.parent == tmp_path / "here"
    assert settings.backups == tmp_path / "here" / "backups"


def test_backups_may_lie_on_another_disk(tmp_path):
    assert Settings.from_env({"NTI_BACKUPS": str(tmp_path)}).backups == tmp_path


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_address_of_postgresql_is_understood(scheme):
    settings = Settings.from_env({"DATABASE_URL": f"{scheme}://u:p@db/nti"})

    assert settings.database_url == "postgresql+psycopg://u:p@db/nti"


def test_every_fault_is_named_at_once():
    env = {
        "NTI_PORT": "eighty",
        "NTI_PROXIES": "-1",
        "NTI_HOST": "0.0.0.0",  # noqa: S104 -- what must be refused
        "DATABASE_URL": "mysql://x",
        "NTI_SMTP_URL": "mail.example.org",
    }

    with pytest.raises(BadSettings) as fault:
        Settings.from_env(env)

    assert [name for name in env if name not in str(fault.value)] == []


@pytest.mark.parametrize("port", ["65536", "-1", "8.0", "ocho", "1e3"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(BadSettings, match="NTI_PORT"):
        Settings.from_env({"NTI_PORT": port})


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "::", "curso.example"])  # noqa: S104
def test_passphrases_are_not_served_to_the_network_over_plain_http(host):
    with pytest.raises(BadSettings, match="plain HTTP"):
        Settings.from_env({"NTI_HOST": host})

    behind = Settings.from_env({"NTI_HOST": host, "NTI_PUBLIC_URL": "https://curso.example/"})
    allowed = Settings.from_env({"NTI_HOST": host, "NTI_ALLOW_HTTP": "yes"})
    assert (behind.is_https, behind.public_url) == (True, "https://curso.example")
    assert not allowed.is_https


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_this_machine_alone_may_be_served_over_plain_http(host):
    assert Settings.from_env({"NTI_HOST": host}).host == host


@pytest.mark.parametrize(
    "url", ["smtp://mail:25", "smtp://mail", "smtp+starttls://user:word@mail.example:587"]
)
def test_an_address_for_mail_is_taken_as_it_is(url):
    assert Settings.from_env({"NTI_SMTP_URL": url}).smtp_url == url


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "smtps://user:hush@mail:465",
        "smtp://",
        "smtp://user:hush@mail:port",
        "smtp://user:hush@mail:99999",
    ],
)
def test_an_address_for_mail_that_cannot_work_is_refused_without_showing_it(url):
    with pytest.raises(BadSettings, match="NTI_SMTP_URL") as fault:
        Settings.from_env({"NTI_SMTP_URL": url})

    assert "hush" not in str(fault.value)


def test_an_app_says_what_is_wrong_before_it_touches_anything(tmp_path: Path):
    with pytest.raises(BadSettings, match="NTI_PORT"):
        create_app({"NTI_DATA": str(tmp_path / "data"), "NTI_PORT": "x"})

    assert list(tmp_path.iterdir()) == []
