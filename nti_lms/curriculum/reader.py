"""From the text of a file to a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode as Node

from nti_lms.curriculum.attributes import read_label
from nti_lms.curriculum.blocks import read_block
from nti_lms.curriculum.entries import Report
from nti_lms.curriculum.head import Head, read_head
from nti_lms.curriculum.limits import find_excess
from nti_lms.curriculum.markup import BLOCK, parse
from nti_lms.curriculum.types import Block, Lesson, Problem


@dataclass(frozen=True, slots=True)
class Fence:
    """An opened block: its first line and its last, counted from 0, and what stands between."""

    words: str
    nodes: list[Node]
    start: int
    end: int


def tidy(text: str) -> str:
    """`text` without a byte order mark, with line feeds alone."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "�")


def read_lesson(text: str, *, language: str, path: str) -> tuple[Lesson | None, list[Problem]]:
    """Read a lesson file, and report what is wrong with its form.

    A faulty file still gives a lesson, fit to be checked and previewed but not to be published;
    what its head lacks is "", 0 or {}. None if the text is too heavy to parse. `source` of the
    lesson and of its blocks is the text as `tidy` leaves it.
    """
    text = tidy(text)
    if excess := find_excess(text, path):
        return None, excess
    lines = text.split("\n")
    head, problems = read_head(lines, language=language, path=path)

    def report(line: int, what: str) -> None:
        problems.append(Problem(path, line, what))

    try:
        tree = parse("\n" * head.end + "\n".join(lines[head.end :]))
        blocks = tuple(_read(fence, lines, report) for fence in _fences(tree, lines, head, report))
    except RecursionError:
        return None, [*problems, Problem(path, 1, "the text is nested too deeply")]
    return _lesson(head, blocks, language=language, path=path, source=text), sorted(problems)


def _lesson(
    head: Head, blocks: tuple[Block, ...], *, language: str, path: str, source: str
) -> Lesson:
    return Lesson(
        key=head.key,
        language=language,
        title=head.title,
        summary=head.summary,
        minutes=head.minutes,
        group_minutes=head.group_minutes,
        content_level=head.content_level,
        objectives=head.objectives,
        blocks=blocks,
        source=source,
        path=path,
    )


def _fences(tree: Node, lines: list[str], head: Head, report: Report) -> list[Fence]:
    found: list[Fence] = []
    for node in tree.children:
        if node.type == BLOCK:
            found += _unfold(node, (node.map or (0, 0))[1], lines, report)
        elif head.end or found:  # without a head, its lines are reported once already
            at = (node.map or (0, 0))[0]
            report(at + 1, f"text outside every block: «{lines[at].strip()[:40]}»")
    return found


def _unfold(node: Node, end: int, lines: list[str], report: Report) -> list[Fence]:
    """The fence of `node`, and those that open inside it because it was not closed."""
    start = (node.map or (0, 0))[0]
    inner = next((child for child in node.children if child.type == BLOCK), None)
    if inner is None:
        if end >= len(lines) or not lines[end].strip().startswith(":::"):
            report(start + 1, "the block that opens here is not closed")
        return [Fence(node.info, node.children, start, end)]
    first = (inner.map or (0, 0))[0]
    report(start + 1, f"the block that opens here is not closed before line {first + 1}")
    own = node.children[: node.children.index(inner)]
    return [Fence(node.info, own, start, first - 1), *_unfold(inner, end, lines, report)]


def _read(fence: Fence, lines: list[str], report: Report) -> Block:
    label = read_label(fence.words)
    if label.fault or label.words:
        report(fence.start + 1, label.fault or "a fence opens with ::: {.kind #id}")
    _check_margins(fence, lines, report)
    source = "\n".join(lines[fence.start : fence.end + 1])
    return read_block(label, fence.nodes, source=source, line=fence.start + 1, report=report)


def _check_margins(fence: Fence, lines: list[str], report: Report) -> None:
    sides = [fence.start - 1, fence.start + 1]
    if fence.end < len(lines) and lines[fence.end].strip().startswith(":::"):
        sides += [fence.end - 1, fence.end + 1]
    for at in sides:
        if 0 <= at < len(lines) and lines[at].strip() not in ("", "---"):
            report(at + 1, "a blank line belongs on both sides of :::")


def rewrite(lesson: Lesson, sources: Mapping[str, str]) -> str:
    """The lesson's file with other text in the blocks that `sources` names by id."""
    lines = lesson.source.split("\n")
    for block in reversed(lesson.blocks):
        if block.id in sources:
            length = block.source.count("\n") + 1
            lines[block.line - 1 : block.line - 1 + length] = sources[block.id].split("\n")
    return "\n".join(lines)
