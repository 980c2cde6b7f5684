"""The only way out of a page: `asset:` and nothing else, never the network or a file."""

import re
from collections.abc import Mapping

from weasyprint.urls import URLFetcher, URLFetcherResponse

from nti_lms.printing import assets

_ASSET = re.compile(r"asset:([0-9a-z.-]{1,80})")
_HASH = re.compile(r"[0-9a-f]{64}")


class OwnAssets(URLFetcher):
    """Answers `asset:<sha256>` from the given figures and `asset:<name>` from the closed table."""

    def __init__(self, figures: Mapping[str, bytes]) -> None:
        """`figures` maps a SHA-256 in hexadecimal to the bytes that have it."""
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.figures = figures
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The asset at `url`. Raises ValueError for any other place, and remembers it."""
        content = self._find(url)
        if content is None:
            self.refused.append(url[:200])
            raise ValueError("a workbook may read only its own assets")
        return URLFetcherResponse(url, content, {"Content-Type": assets.kind(url, content)})

    def open(self, *_: object, **__: object) -> URLFetcherResponse:
        """Nothing is ever opened. Raises ValueError."""
        raise ValueError("a workbook opens no address")

    def _find(self, url: str) -> bytes | None:
        found = _ASSET.fullmatch(url)
        if found is None:
            return None
        if _HASH.fullmatch(found[1]):
            content = self.figures.get(found[1])
            return content if content is not None and assets.digest(content) == found[1] else None
        known = found[1] in assets.SHIPPED or found[1] in assets.DRAWN
        return assets.shipped(found[1]) if known else None
