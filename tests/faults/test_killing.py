"""Killed with -9 in the midst of saves: the short form of `python -m tests.faults`."""

from pathlib import Path

import pytest

from tests.faults import killing
from tests.faults.conftest import KIND
from tests.faults.databases import site_on

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_or_applied_twice_whoever_is_killed(tmp_path: Path) -> None:
    with site_on(KIND, tmp_path / "site") as (site, server):
        rounds = len(killing.kills(site, server))

        ledger = killing.run(site, server, rounds)

    assert ledger.lines()[1:] == ["0 lost, 0 applied twice, 0 strange"]
    assert ledger.cut_off > 0
    assert "What I write" not in site.log.read_text()
