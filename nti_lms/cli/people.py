"""Commands on people: flask people …"""

import click
from flask import current_app
from flask.cli import AppGroup

from nti_lms.database import unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import Membership
from nti_lms.services import accounts, second_step, tickets

commands = AppGroup("people", help="Let people in.")
HANDLE = "administrator"


@commands.command("first-administrator")
def first_administrator_command() -> None:
    """Print a one-time link for the first administrator; nothing once there is one."""
    if link := first_administrator(str(current_app.extensions["settings"].public_url)):
        click.echo(link)


def first_administrator(public_url: str) -> str | None:
    """A fresh one-time link, or None when somebody who runs the site has come in already."""
    with unit_of_work():
        if accounts.has_administrator():
            return None
        user = accounts.find_by_handle(HANDLE) or accounts.invite(
            "Administración",
            HANDLE,
            language="es",
            email=None,
            memberships=[Membership(role=Role.ADMINISTRATOR)],
            actor=None,
        )
        secret = tickets.issue(user, "invitation", is_on_paper=False)
    return f"{public_url}/invitation/{secret}"


@commands.command("forget-second-step")
@click.argument("handle")
def forget_second_step_command(handle: str) -> None:
    """Let HANDLE in with the passphrase alone, once phone and backup codes are lost.

    Make sure first that it is that person who asks: face to face, not by message.
    """
    with unit_of_work():
        user = accounts.find_by_handle(handle)
        if user is None:
            raise click.ClickException(f"nobody signs in as {handle}")
        second_step.forget(user, actor=None)
    click.echo(f"{handle} signs in with the passphrase alone; their account page says so")
