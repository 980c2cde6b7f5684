"""Addresses that a browser hands us, trusted only when they name a page of this site."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, RequestRedirect

LARGEST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """A number in an address, no larger than an id can be; no database is asked for others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set the bound."""
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})


def own_page(address: str) -> str:
    """`address` if it is the path of a page that a GET can open here, else the home page."""
    parts = urlsplit(address)
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    if parts.scheme or parts.netloc or not is_path or not _is_page(parts.path):
        return url_for("public.home")
    query = f"?{parts.query}" if parts.query else ""
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    return parts.path + query + anchor


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint = adapter.match(path, method="GET")[0] if adapter else ""
    except (HTTPException, RequestRedirect):
        return False
    return endpoint not in {"", "public.leave", "public.speak"}
