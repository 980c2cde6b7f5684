"""The key ring: flask keys …"""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from nti_lms import backups, clock, safe
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import KeyIsCurrent, SealBroken, UnknownKey
from nti_lms.domain.keyring import KeyRing
from nti_lms.services import audit, keys
from nti_lms.settings import Settings

commands = AppGroup("keys", help="The key ring around everything that is sealed.")

BATCH = 100
COPY = """
Copy {data}/keyring again now, apart from the backups. Keep the older copy as long as you keep
backups from before today.
"""
PREPARED = """
Key {key} waits for its turn. Copy {data}/keyring to every host, and apart from the backups; then
run this command again without --prepare.
"""


@commands.command("list")
def list_command() -> None:
    """List keys and peppers, and how many rows name each."""
    ring, used = safe.read(_data()).ring, keys.used(db.session.connection())
    for key_id in ring.keys:
        click.echo(f"{key_id}  key     {used[key_id]:6} rows  {_state(ring, key_id)}".rstrip())
    for key_id in ring.peppers:
        state = "in use" if key_id == ring.current_pepper else ""
        click.echo(f"{key_id}  pepper  {used[key_id]:6} rows  {state}".rstrip())
    for key_id in used.keys() - {*ring.keys, *ring.peppers}:
        click.echo(f"{key_id}  MISSING {used[key_id]:6} rows  that nothing here opens")


@commands.command("rotate")
@click.option("--prepare", is_flag=True, help="Only add the key: for a site on several hosts.")
def rotate_command(prepare: bool) -> None:
    """Put everything under a new key, while the site goes on; or end what was cut off."""
    data = _data()
    with safe.locked_ring(data) as ring:
        if prepare:
            ring = ring.prepared()
            safe.write_ring(data, ring)
            click.echo(PREPARED.format(key=ring.waiting, data=data).lstrip(), nl=False)
            return
        ring = _begin(data, ring)
        moved, broken = _rewrap_all(ring)
    click.echo(f"{moved} rows are now under key {ring.current}.")
    click.echo(COPY.format(data=data).lstrip(), nl=False)
    if broken:
        raise click.ClickException(
            f"{broken} rows could not be opened and were left as they are; their keys stay."
        )


@commands.command("retire")
@click.argument("key_id")
@click.option(
    "--even-for-backups",
    is_flag=True,
    help="Though backups need it: an old copy of the ring has it.",
)
def retire_command(key_id: str, even_for_backups: bool) -> None:
    """Take a key or pepper that nothing names any more out of the ring."""
    with safe.locked_ring(_data()) as ring:
        try:
            smaller = ring.retired(key_id)
        except KeyIsCurrent:
            raise click.ClickException("it is in use; run `flask keys rotate` first.") from None
        except UnknownKey:
            raise click.ClickException("the ring holds no such key.") from None
        _refuse_early(ring, key_id)
        _refuse_needed(key_id)
        if not even_for_backups:
            _refuse_needed_by_backups(key_id)
        with unit_of_work():
            audit.record("key-retired", actor_id=None, key=key_id)
        safe.write_ring(_data(), smaller)
    click.echo(f"Key {key_id} is gone.")
    click.echo(COPY.format(data=_data()).lstrip(), nl=False)


def _begin(data: Path, ring: KeyRing) -> KeyRing:
    """The ring to wrap with: a new one, or that of a rotation which was cut off.

    The file is replaced before any row names the new key; see `safe.RingFile`.
    """
    if left := keys.count_old(ring):
        click.echo(f"An earlier rotation was not ended: {left} rows are left. Going on with it.")
        return ring
    ring = ring.rotated(clock.now())
    with unit_of_work():
        audit.record("keys-rotated", actor_id=None, key=ring.current)
    safe.write_ring(data, ring)
    return ring


def _rewrap_all(ring: KeyRing) -> tuple[int, int]:
    """How many rows were moved, and how many cannot be; until none is left, writers or not."""
    moved, broken = 0, 0
    for layer in keys.LAYERS:
        while True:
            more, broken_here = _rewrap(layer, ring)
            moved += more
            if not more:
                break
        broken += broken_here
    return moved, broken


def _rewrap(layer: keys.Layer, ring: KeyRing) -> tuple[int, int]:
    """One walk along a table, a batch a transaction; nothing is computed under the write lock."""
    moved, broken, after = 0, 0, 0
    while rows := keys.list_old(layer, ring, after=after, most=BATCH):
        fresh = {}
        for row in rows:
            try:
                fresh[row] = keys.rewrapped(layer, row, ring)
            except SealBroken:
                broken += 1
        with unit_of_work():
            moved += sum(keys.replace(layer, row, found) for row, found in fresh.items())
        after = getattr(rows[-1], layer.number.key)
        db.session.expunge_all()
    return moved, broken


def _refuse_early(ring: KeyRing, key_id: str) -> None:
    free_from = ring.free_from(key_id)
    if free_from and clock.now() < free_from:
        raise click.ClickException(
            "requests may still be under way that began with it; it can go from "
            f"{free_from:%Y-%m-%d %H:%M} UTC on."
        )


def _refuse_needed(key_id: str) -> None:
    count = keys.used(db.session.connection())[key_id]
    if count:
        raise click.ClickException(f"{count} rows are still under it; run `flask keys rotate`.")


def _refuse_needed_by_backups(key_id: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    if needing := backups.list_that_need(settings.backups, key_id):
        names = ", ".join(backup.name for backup in needing)
        raise click.ClickException(
            f"backups need it: {names}. Once you have a copy of the present key ring that you will "
            "keep as long as them, say --even-for-backups."
        )


def _state(ring: KeyRing, key_id: str) -> str:
    if key_id == ring.current:
        return "in use"
    if key_id == ring.waiting:
        return "waits for the next rotation"
    at = ring.replaced_at.get(key_id)
    return f"replaced {at:%Y-%m-%d %H:%M} UTC" if at else ""


def _data() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data
