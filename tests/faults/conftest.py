"""One running product for each process of the test run, for the faults that it outlives."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.conftest import IS_POSTGRES
from tests.faults.databases import site_on
from tests.faults.site import Site

KIND = "postgres" if IS_POSTGRES else "sqlite"
Stage = tuple[Site, postgres.Server | None]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The site, and the PostgreSQL that is its own if it has one."""
    with site_on(KIND, tmp_path_factory.mktemp("faults") / "site") as stage:
        yield stage


@pytest.fixture
def site(stage: Stage) -> Site:
    return stage[0]
