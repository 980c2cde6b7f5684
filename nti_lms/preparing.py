"""Make an installation ready to serve: secrets, tables, translations, curriculum, a demo if asked.

Loads the whole site; `prepare` asks for it only when something has changed.
"""

from dataclasses import dataclass
from pathlib import Path

from nti_lms import migrating, safe
from nti_lms.app import create_app
from nti_lms.cli import curriculum, demo, people
from nti_lms.settings import Settings
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
        migrating.upgrade()
        news = curriculum.load_if_changed()
        if is_demo:
            return Prepared(news, demo.load(settings.data, app.extensions["keyring"]), None)
        return Prepared(news, [], people.first_administrator(settings.public_url))


def _refuse_lost_ring(settings: Settings) -> None:
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    if database.is_file() and not (settings.data / "keyring").is_file():
        raise SystemExit(
            f"{settings.data} holds a database without its key ring. Put the file keyring back "
            "from your copy: without it nobody can sign in, and no journal opens."
        )
