"""Passkeys: kept by a phone or a computer, asked for at the second step.

The ceremony itself is the library's (the extra `passkeys`); here stand what is kept of it.
"""

import importlib.util
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import NotFound, SecondStepWrong
from nti_lms.models import Passkey, User
from nti_lms.services import audit, erasures


@dataclass(frozen=True, slots=True)
class Site:
    """To whom the passkeys belong: a host name, and the address that pages are served from."""

    host: str
    origin: str


def is_possible(site: Site) -> bool:
    """Whether browsers make passkeys for this site: it has a name, and the extra is installed."""
    is_named = not site.host.replace(".", "").isdecimal() and ":" not in site.host
    is_trusted = site.origin.startswith("https://") or site.host == "localhost"
    return is_named and is_trusted and importlib.util.find_spec("webauthn") is not None


# --- reads ---


def get_passkey(passkey_id: int) -> Passkey:
    """One passkey. Raises NotFound."""
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None:
        raise NotFound
    return passkey


def offer_to_make(user: User, site: Site, challenge: bytes) -> dict[str, Any]:
    """What the browser needs to make a passkey, as JSON's own types."""
    import webauthn  # noqa: PLC0415 -- optional library

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="NTI",
        user_id=f"nti-{user.id}".encode(),
        user_name=user.handle,
        challenge=challenge,
        exclude_credentials=_known(user),
    )
    return json.loads(webauthn.options_to_json(options))  # type: ignore[no-any-return]


def offer_to_show(user: User, site: Site, challenge: bytes) -> dict[str, Any]:
    """What the browser needs to show one of this person's passkeys."""
    import webauthn  # noqa: PLC0415 -- optional library

    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, allow_credentials=_known(user)
    )
    return json.loads(webauthn.options_to_json(options))  # type: ignore[no-any-return]


def _known(user: User) -> list[Any]:
    from webauthn.helpers import structs  # noqa: PLC0415 -- optional library

    known = db.session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user.id))
    return [structs.PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known]


# --- writes ---


def add(user: User, answer: str, site: Site, challenge: bytes, *, agent: str) -> None:
    """Keep the public half of a passkey that the browser has made. Raises SecondStepWrong."""
    import webauthn  # noqa: PLC0415 -- optional library
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 -- optional library

    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise SecondStepWrong from None
    db.session.add(
        Passkey(
            user_id=user.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            agent=agent[:200],
            created_at=clock.now(),
        )
    )
    db.session.flush()
    audit.record("passkey-added", actor_id=user.id, subject_id=user.id)


def show(user: User, answer: str, site: Site, challenge: bytes) -> None:
    """Take a passkey as the second step. Raises SecondStepWrong."""
    import webauthn  # noqa: PLC0415 -- optional library
    from webauthn.helpers import parse_authentication_credential_json  # noqa: PLC0415 -- optional library
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 -- optional library

    try:
        shown = parse_authentication_credential_json(answer)
        own = Passkey.user_id == user.id, Passkey.credential_id == shown.raw_id
        passkey = db.session.scalars(select(Passkey).where(*own)).one_or_none()
        if passkey is None:
            raise SecondStepWrong
        passkey.sign_count = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        ).new_sign_count
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise SecondStepWrong from None
    db.session.flush()


def remove(passkey: Passkey) -> None:
    """Forget a passkey."""
    erasures.erase("passkey", Passkey.id == passkey.id)
    audit.record("passkey-removed", actor_id=passkey.user_id, subject_id=passkey.user_id)
