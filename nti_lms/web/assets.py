"""The files that pages stand on: style, scripts, letters, drawings.

Each is named by its content, so a browser keeps it for a year and never asks again. They are read
once and answered in front of the application: no session, no database.
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
from flask import Flask
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/assets/"
STYLE = "css/site.css"
STYLE_PARTS = ("css/tokens.css", "css/base.css", "css/components.css")
SCRIPT = "js/site.js"
SCRIPT_PARTS = ("js/saving.js", "js/app.js")
OFFLINE = "js/offline.js"
OFFLINE_PARTS = ("js/sealing.js", "js/offline.js")
PRINTED = ("css/print.css",)  # for paper alone
KINDS = {  # what is published, and nothing else
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
WORTH_PACKING = {".css", ".js", ".svg"}

_HASHED = re.compile(r"(?P<stem>.+)-(?P<hash>[0-9a-f]{8})(?P<suffix>\.\w+)")
_COMMENT = re.compile(r"/\*.*?\*/|(?<!\S)// [^\n]*", re.DOTALL)
_SPACED = re.compile(r"\s*([{};,])\s*")  # none of our strings holds such a mark
_LINK = re.compile(r"url\(\.\./([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent. `url` holds eight hexadecimal digits of its content's hash."""

    url: str
    body: bytes
    kind: str


def init_app(app: Flask) -> None:
    """Answer `/assets/`, and let templates ask `asset("img/logo.svg")` for an address."""
    shelf = read(Path(str(app.static_folder)))
    app.jinja_env.globals["asset"] = lambda name: shelf[name].url
    app.wsgi_app = Shelf(app.wsgi_app, shelf)  # type: ignore[method-assign]


@cache
def read(folder: Path) -> Mapping[str, Asset]:
    """Every published file under `folder` by its name there; our style and scripts are joined."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    shelf = {
        name: _asset(name, (folder / name).read_bytes())
        for name in sorted(names.difference(STYLE_PARTS, SCRIPT_PARTS, OFFLINE_PARTS, PRINTED))
        if Path(name).suffix in KINDS
    }
    shelf[SCRIPT] = _asset(SCRIPT, _join(folder, SCRIPT_PARTS).encode())
    shelf[OFFLINE] = _asset(OFFLINE, _join(folder, OFFLINE_PARTS).encode())
    style = _SPACED.sub(r"\1", _join(folder, STYLE_PARTS))
    style = _LINK.sub(lambda link: f"url({shelf[link[1]].url})", style)
    shelf[STYLE] = _asset(STYLE, style.encode())
    return shelf


class Shelf:
    """Stands before the application and answers what lies on the shelf."""

    def __init__(self, app: "WSGIApplication", shelf: Mapping[str, Asset]) -> None:
        self.app = app
        self.shelf = shelf

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """An asset, or what the application says."""
        if environ["PATH_INFO"].startswith(PREFIX) and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            request = Request(environ)
            found = _HASHED.fullmatch(request.path.removeprefix(PREFIX))
            asset = found and self.shelf.get(found["stem"] + found["suffix"])
            if asset:
                return _answer(asset, request)(environ, start_response)
        return self.app(environ, start_response)


def _answer(asset: Asset, request: Request) -> Response:
    """The asset as it is today. Under a hash of another release it is sent, but not kept."""
    is_named_right = request.path == asset.url
    response = Response(asset.body, content_type=asset.kind)
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_named_right else "no-cache"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if Path(asset.url).suffix in WORTH_PACKING:
        response.vary.add("Accept-Encoding")
        encoding = request.accept_encodings.best_match(("br", "gzip"))
        if encoding:
            response.set_data(_pack(asset.body, encoding))
            response.content_encoding = encoding
    return response


@cache
def _pack(body: bytes, encoding: str) -> bytes:
    return bytes(brotli.compress(body)) if encoding == "br" else gzip.compress(body, 9, mtime=0)


def _asset(name: str, body: bytes) -> Asset:
    path = Path(name)
    hashed = path.with_stem(f"{path.stem}-{sha256(body).hexdigest()[:8]}")
    return Asset(url=PREFIX + hashed.as_posix(), body=body, kind=KINDS[path.suffix])


def _join(folder: Path, parts: Iterable[str]) -> str:
    """The parts as one text, without indentation, empty lines and comments."""
    text = "".join((folder / part).read_text(encoding="utf-8") for part in parts)
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)
