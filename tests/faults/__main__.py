"""The long form: python -m tests.faults --rounds 200 --database sqlite|postgres."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import killing
from tests.faults.databases import site_on


def main() -> int:
    """Kill, tell what became of it, and answer 1 if anything was lost, doubled or strange."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=killing.__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    asked = parser.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="nti-faults-") as folder,
        site_on(asked.database, Path(folder) / "site") as (site, server),
    ):
        ledger = killing.run(site, server, asked.rounds)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{asked.rounds} rounds on {asked.database} in {seconds:.0f} s\n")
    sys.stdout.writelines(f"{line}\n" for line in ledger.lines())
    return 0 if ledger.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
