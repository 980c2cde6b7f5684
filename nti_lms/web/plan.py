"""Sections of a commitment as pages show them: the plan's words, the text, what was brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nti_lms.models import Commitment, Excerpt
from nti_lms.services import commitments
from nti_lms.web.filters import here


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section: its titles and helps from the plan, its text (revision 0: none), its excerpts."""

    code: str
    title: str
    fields: Sequence[tuple[str, str]]
    body: str
    revision: int
    saved_at: datetime | None
    saved_by: str
    excerpts: Sequence[Excerpt]

    @property
    def is_begun(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.body.strip() or self.excerpts)


def sections_of(commitment: Commitment, plan: Mapping[str, Any]) -> list[SectionView]:
    """C1 to C12 in order."""
    return [section_view(commitment, plan, code) for code in commitments.CODES]


def section_view(commitment: Commitment, plan: Mapping[str, Any], code: str) -> SectionView:
    """One section in the language of this page."""
    words = next((s for s in plan.get("sections", []) if s["code"] == code), None) or {}
    section = commitments.section_of(commitment, code)
    return SectionView(
        code=code,
        title=here(words.get("title", {})) or code,
        fields=[(here(f["label"]), here(f.get("help") or {})) for f in words.get("fields", [])],
        body=section.body if section else "",
        revision=section.revision if section else 0,
        saved_at=section.saved_at if section else None,
        saved_by=section.saved_by.name if section and section.saved_by else "",
        excerpts=[excerpt for excerpt in commitment.excerpts if excerpt.code == code],
    )


def state_names(plan: Mapping[str, Any]) -> dict[str, str]:
    """Every state of a commitment, in order, with its name in the language of this page."""
    return {state["id"]: here(state) for state in plan.get("statuses", [])}
