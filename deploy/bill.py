"""The bill of materials in CycloneDX: python deploy/bill.py > requirements/sbom.json.

Made from the runtime lock and the manifest of vendored files, so it needs no network, and the
same locks give the same bytes. The hashes of the packages stand in the lock itself.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([0-9a-z.]+)", re.MULTILINE)


def bill() -> dict[str, Any]:
    """What the product is made of when it serves."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "nti-lms"}},
        "components": [*_locked(), *_vendored()],
    }


def _locked() -> list[dict[str, Any]]:
    lock = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")
    return [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
        }
        for name, version in PIN.findall(lock)
    ]


def _vendored() -> list[dict[str, Any]]:
    told = json.loads((ROOT / "static" / "vendor" / "MANIFEST.json").read_text("utf-8"))
    return [
        {
            "type": "file",
            "name": entry["name"],
            "version": entry["version"],
            "licenses": [{"license": {"id": entry["licence"]}}],
            "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
        }
        for entry in told
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(), indent=1) + "\n")
