"""Settings: read from the environment once, all faults reported together."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):
    """The environment holds settings that cannot be used; the text names every one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides. Paths are absolute; `smtp_url` None keeps mail as files."""

    data: Path
    database_url: str
    host: str
    port: int
    is_demo: bool
    public_url: str
    is_https: bool
    neutral_url: str
    smtp_url: str | None
    mail_from: str
    proxies: int
    is_second_step_required: bool
    metrics: tuple[str, int] | None
    backups: Path
    is_backed_up_daily: bool

    @property
    def mail_folder(self) -> Path:
        """Where messages go as files when there is no SMTP server."""
        return self.data / "mail"

    @property
    def files_folder(self) -> Path:
        """Where files are kept by content hash."""
        return self.data / "files"

    @property
    def render_socket(self) -> Path:
        """Where the render service listens."""
        return self.data / "render.sock"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises BadSettings naming everything that is wrong at once."""
        faults: list[str] = []
        data = Path(env.get("NTI_DATA") or ROOT / "var").resolve()
        host = env.get("NTI_HOST") or "127.0.0.1"
        port = _whole(env, "NTI_PORT", 8000, faults)
        public_url = (env.get("NTI_PUBLIC_URL") or f"http://{host}:{port}").rstrip("/")
        is_https = public_url.startswith("https://")
        if not is_https and not _is_loopback(host) and env.get("NTI_ALLOW_HTTP") != "yes":
            faults.append(
                f"NTI_HOST={host} would serve passphrases over plain HTTP; put HTTPS in front and "
                "set NTI_PUBLIC_URL=https://…, or set NTI_ALLOW_HTTP=yes"
            )
        is_demo = env.get("NTI_DEMO") == "1"
        settings = cls(
            data=data,
            database_url=_database_url(env.get("DATABASE_URL"), data, faults),
            host=host,
            port=port,
            is_demo=is_demo,
            public_url=public_url,
            is_https=is_https,
            neutral_url=env.get("NTI_NEUTRAL_URL") or "https://www.wikipedia.org/",
            smtp_url=_smtp_url(env, faults),
            mail_from=env.get("NTI_MAIL_FROM") or "curso@localhost",
            proxies=_whole(env, "NTI_PROXIES", 0, faults),
            is_second_step_required=_is_second_step_required(env, is_demo, faults),
            metrics=_private_address(env, "NTI_METRICS", faults),
            backups=Path(env.get("NTI_BACKUPS") or data / "backups").resolve(),
            is_backed_up_daily=env.get("NTI_DAILY_BACKUP") != "no",
        )
        if faults:
            raise BadSettings("; ".join(faults))
        return settings


def _whole(env: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    text = env.get(name) or str(default)
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    faults.append(f"{name}={text} is not a number from 0 to 65535")
    return default


def _database_url(url: str | None, data: Path, faults: list[str]) -> str:
    if not url:
        return f"sqlite:///{data / 'nti.sqlite'}"
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("DATABASE_URL must begin with sqlite:/// or postgresql://")
    return url


def _smtp_url(env: Mapping[str, str], faults: list[str]) -> str | None:
    text = env.get("NTI_SMTP_URL")
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in {"smtp", "smtp+starttls"} and bool(parts.hostname)
        is_good = is_good and parts.port != 0  # reading it raises for what is no port
    except ValueError:
        is_good = False
    if not is_good:  # not shown: it may hold a password
        faults.append(
            "NTI_SMTP_URL must look like smtp://host:25 or smtp+starttls://user:word@host:587"
        )
    return text


def _is_second_step_required(env: Mapping[str, str], is_demo: bool, faults: list[str]) -> bool:
    """Whether staff must have one: always, but for a demonstration, unless told otherwise."""
    chosen = env.get("NTI_SECOND_STEP") or ("optional" if is_demo else "required")
    if chosen not in {"required", "optional"}:
        faults.append(f"NTI_SECOND_STEP={chosen} is neither required nor optional")
    return chosen == "required"


def _private_address(
    env: Mapping[str, str], name: str, faults: list[str]
) -> tuple[str, int] | None:
    """Host and port of something that only this machine or its private network may reach."""
    text = env.get(name)
    if not text:
        return None
    host, _, port = text.rpartition(":")
    try:
        is_good = ip_address(host.strip("[]")).is_private and 0 < int(port) < 65536
    except ValueError:
        is_good = False
    if not is_good:
        faults.append(f"{name}={text} is not a private address such as 127.0.0.1:9100")
        return None
    return host.strip("[]"), int(port)


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
