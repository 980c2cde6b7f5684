import gzip
import re

import brotli
import pytest
from flask.testing import FlaskClient

from nti_lms.web import assets
from tests.web.stage import ROOT, make_stage

SHELF = assets.read(ROOT / "static")
YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def client() -> FlaskClient:
    return make_stage().app.test_client()


def test_an_asset_is_kept_for_a_year_under_the_name_of_its_content(client):
    icon = SHELF["img/icon.svg"]

    response = client.get(icon.url)

    assert (response.status_code, response.data) == (200, icon.body)
    assert response.headers["Cache-Control"] == YEAR
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


def test_a_name_of_another_release_answers_what_there_is_and_is_not_kept(client):
    response = client.get("/assets/img/icon-00000000.svg")

    assert (response.status_code, response.data) == (200, SHELF["img/icon.svg"].body)
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/img/icon.svg",
        "/assets/img/nothing-00000000.svg",
        "/assets/../pyproject-00000000.toml",
        "/assets/fonts/make_subset-00000000.py",
        "/assets/css/print-00000000.css",
    ],
)
def test_nothing_else_is_published(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, identity", None, bytes),
    ],
)
def test_style_comes_packed_as_the_browser_can_read(client, accepted, encoding, unpack):
    style = SHELF[assets.STYLE]

    response = client.get(style.url, headers={"Accept-Encoding": accepted})

    assert response.headers.get("Content-Encoding") == encoding
    assert unpack(response.data) == style.body
    assert response.headers["Vary"] == "Accept-Encoding"


def test_letters_are_packed_already(client):
    response = client.get(SHELF["fonts/atkinson-400.woff2"].url, headers={"Accept-Encoding": "br"})

    assert response.headers["Content-Type"] == "font/woff2"
    assert "Content-Encoding" not in response.headers


def test_every_link_of_the_style_leads_somewhere(client):
    links = set(re.findall(r"url\(([^)]+)\)", SHELF[assets.STYLE].body.decode()))

    kept = {link: client.get(link).headers.get("Cache-Control") for link in links}

    assert len(kept) == 2 + 18  # two weights; nine weaves, across and down
    assert set(kept.values()) == {YEAR}


def test_a_first_visit_weighs_little(client):
    """What a phone loads before it can show any page, without the page: kilobytes as sent."""
    names = (
        assets.STYLE,
        assets.SCRIPT,
        "vendor/htmx-4.0.1/htmx.min.js",
        "fonts/atkinson-400.woff2",
        "fonts/atkinson-700.woff2",
        "img/icons.svg",
        "band/1.svg",
    )
    sizes = {
        name: len(client.get(SHELF[name].url, headers={"Accept-Encoding": "gzip"}).data)
        for name in names
    }

    assert sizes[assets.STYLE] <= 10_000, sizes
    assert sizes[assets.SCRIPT] <= 6_000, sizes
    assert sum(sizes.values()) <= 52_000, sizes
