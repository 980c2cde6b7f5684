"""Make an installation ready to serve: secrets, tables, translations, curriculum, a demo if asked.

Loads the whole site; `prepare` asks for it only when something has changed.
"""

from dataclasses import dataclass
from pathlib import Path

from nti_lms import backups, migrating, safe
from nti_lms.app import create_app
from nti_lms.backups import BackupFault
from nti_lms.cli import curriculum, demo, people
from nti_lms.database import db, unit_of_work
from nti_lms.services import worth
from nti_lms.settings import Settings
from nti_lms.storage import Storage
from nti_lms.translating import compile_stale


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to tell whoever starts the site: once, and at every start. `link` is the first
    administrator's, None once there is one or in a demonstration.
    """

    news: list[str]
    standing: list[str]
    link: str | None


def prepare(settings: Settings, env: dict[str, str], *, is_demo: bool) -> Prepared:
    """Do whatever is still to be done; run it twice and nothing changes.

    Raises:
        SystemExit: the key ring is gone, and a new one would open nothing that is kept.
    """
    _refuse_lost_ring(settings)
    safe.make(settings.data)
    compile_stale()
    app = create_app(env)
    with app.app_context():
        news = _back_up_before_an_upgrade(settings, app.extensions["storage"])
        migrating.upgrade()
        news += [*curriculum.load_if_changed(), *_tell_worth()]
        if is_demo:
            return Prepared(news, demo.load(settings.data, app.extensions["keyring"]), None)
        return Prepared(news, [], people.first_administrator(settings.public_url))


def _back_up_before_an_upgrade(settings: Settings, storage: Storage) -> list[str]:
    """Copy everything before its tables change; what to tell of it."""
    with db.engine.connect() as connection:
        if not migrating.is_behind(connection):
            return []
    try:
        backup = backups.create(settings.backups, storage)
    except BackupFault as fault:
        return [f"No backup was made before the tables were brought up to date: {fault}."]
    return [f"Before the tables were brought up to date, a backup was made: {backup.folder}"]


def _tell_worth() -> list[str]:
    """Keep what old answers were worth, where that can be told; what to tell of it."""
    with unit_of_work():
        count = worth.fill()
    return [f"Old attempts whose answers count in the statistics now: {count}"] if count else []


def _refuse_lost_ring(settings: Settings) -> None:
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    if database.is_file() and not (settings.data / "keyring").is_file():
        raise SystemExit(
            f"{settings.data} holds a database without its key ring. Put the file keyring back "
            "from your copy: without it nobody can sign in, and no journal opens."
        )
