"""Whether the languages of a lesson share one skeleton, and each translation follows its source."""

from collections.abc import Mapping
from difflib import SequenceMatcher

from nti_lms.curriculum.checks.faults import Faults
from nti_lms.curriculum.outline import bones
from nti_lms.curriculum.types import Lesson


def check_skeletons(source: Lesson, translation: Lesson) -> Faults:
    """Where the skeletons differ, by line of the translation."""
    ours, theirs = bones(source), bones(translation)
    if not (source.key and translation.key):  # an unread head is reported already
        ours, theirs = ours[1:], theirs[1:]
    matcher = SequenceMatcher(
        a=[bone.text for bone in ours], b=[bone.text for bone in theirs], autojunk=False
    )
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal":
            continue
        line = theirs[min(from_, len(theirs) - 1)].line if theirs else 1
        said = " / ".join(bone.text.strip() for bone in ours[start:end][:3])
        instead = " / ".join(bone.text.strip() for bone in theirs[from_:to][:3])
        yield (
            line,
            f"the skeletons differ: {source.language} has «{said}», "
            f"{translation.language} has «{instead}»",
        )


def check_stamps(
    source: Lesson, translation: Lesson, stamps: Mapping[str, Mapping[str, str]]
) -> Faults:
    """Blocks of the translation that were made from another block than the present one."""
    now = {block.id: block.digest for block in source.blocks}
    kept = stamps.get(translation.language, {})
    if not kept:
        yield 1, f"there is no note of the {source.language} blocks that this follows; stamp it"
        return
    for block in translation.blocks:
        if block.id not in now:  # the skeletons differ, and that is reported
            continue
        if block.id not in kept:
            yield block.line, f"#{block.id} has no stamp: nobody noted which block it follows"
        elif kept[block.id] != now[block.id]:
            yield block.line, f"#{block.id} is older than its block in {source.language}"
