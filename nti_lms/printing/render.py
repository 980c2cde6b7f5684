"""One part of a book: HTML in, tagged PDF out. Loads WeasyPrint: for child processes only."""

from collections.abc import Mapping
from functools import cache

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing import assets
from nti_lms.printing.fetcher import OwnAssets

PAPERS = {"letter": ("215.9mm", "279.4mm"), "a4": ("210mm", "297mm")}


def to_pdf(
    html: str,
    figures: Mapping[str, bytes],
    *,
    paper: str = "letter",
    side: str = "right",
    is_tagged: bool = True,
) -> bytes:
    """`html` as a PDF that begins on a `side` ("left" or "right") of a sheet of `paper`.

    `figures` are by the SHA-256 of their bytes and shown with `asset:<sha256>`. An untagged PDF
    is for decoration only. The same input gives the same bytes.

    Raises:
        PrintingFailed: the page asked for something that stops the press.
    """
    fetcher = OwnAssets(figures)
    width, height = PAPERS[paper]
    sheet = CSS(
        string=f"@page {{ size: {width} {height} }}"
        f"html {{ break-before: {side}; --sheet-width: {width}; --sheet-height: {height} }}",
        url_fetcher=fetcher,
    )
    fonts, style = _type_case()
    try:
        document = HTML(string=html, url_fetcher=fetcher, media_type="print").render(
            font_config=fonts, stylesheets=[style, sheet]
        )
        document.metadata.attachments = []
        variant = "pdf/ua-1" if is_tagged else None
        return bytes(document.write_pdf(pdf_variant=variant, pdf_tags=is_tagged))
    except (ValueError, OSError, AttributeError, TypeError, LookupError, AssertionError) as fault:
        raise PrintingFailed(f"the part could not be rendered ({type(fault).__name__})") from fault


def warm() -> None:
    """Load fonts and stylesheet once, so that children forked afterwards need not."""
    for language in ("es", "en"):
        to_pdf(f'<html lang="{language}"><title>.</title><h1>Ñ</h1><p>Género</p>', {})


@cache
def _type_case() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(string=assets.style(), url_fetcher=OwnAssets({}), font_config=fonts)
