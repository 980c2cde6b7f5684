"""The corpus: what somebody might type, paste or try."""

from pathlib import Path

import yaml

CANARY = "canary.invalid"


def words() -> dict[str, str]:
    """Every text by what it tries."""
    corpus = yaml.safe_load(Path(__file__).with_name("words.yml").read_text("utf-8"))
    return {name: text if isinstance(text, str) else _long(**text) for name, text in corpus.items()}


def _long(*, repeat: str, times: int) -> str:
    return repeat * times
