"""Lists whose entries begin with an id in code: options, pairs, boxes to fill."""

from collections.abc import Callable, Sequence

from markdown_it.tree import SyntaxTreeNode as Node

from nti_lms.curriculum.grammar import ID
from nti_lms.curriculum.markup import render, render_inline, words_of
from nti_lms.curriculum.types import Item

LISTS = ("bullet_list", "ordered_list")
ARROW = "→"
_MARKS = {"[x] ": "x", "[X] ": "x", "[ ] ": " "}

Report = Callable[[int, str], None]  # takes the line, counted from 1, and what is wrong there


def is_list(node: Node) -> bool:
    """Whether `node` is a list of any kind."""
    return node.type in LISTS


def holds_ids(node: Node) -> bool:
    """Whether `node` is a list of which an entry begins with an id."""
    return is_list(node) and any(_begins_with_id(_inline_of(entry)) for entry in node.children)


def read_entries(nodes: Sequence[Node], report: Report) -> tuple[Item, ...]:
    """The entries of all the lists among `nodes`, in order."""
    return tuple(_read(entry, report) for node in nodes if is_list(node) for entry in node.children)


def _read(entry: Node, report: Report) -> Item:
    line = (entry.map or (0, 0))[0] + 1
    quotes = [
        child for node in entry.children if node.type == "blockquote" for child in node.children
    ]
    stray = [node for node in entry.children[1:] if not is_list(node) and node.type != "blockquote"]
    if stray:
        report(
            (stray[0].map or (line, 0))[0] + 1, "an entry is one line; only > and lists follow it"
        )
    pieces, mark = _inline_of(entry), None
    if pieces and pieces[0].type == "text":
        mark = _MARKS.get(pieces[0].content[:4])
    name, words, right = _cut(pieces, is_marked=mark is not None)
    return Item(
        id=name,
        html=words,
        mark=mark,
        right=right,
        feedback=render(quotes),
        items=read_entries(entry.children, report),
        line=line,
    )


def _cut(pieces: Sequence[Node], *, is_marked: bool) -> tuple[str, str, tuple[str, str] | None]:
    """The id, the words, and the right side of a pair as id and words."""
    start = 1 if _begins_with_id(pieces) and not _is_id(pieces[0]) else 0
    arrow = next((at for at in range(start, len(pieces)) if _is_right_side(pieces, at)), None)
    right = None
    if arrow is not None:
        right = (pieces[arrow].content, render_inline(pieces[arrow + 1 :]))
    left = pieces[: arrow if arrow is not None else len(pieces)]
    if not _begins_with_id(left):
        words = render_inline(left)
        words = words[3:].strip() if is_marked else words
        return "", words.removesuffix(ARROW).rstrip(), right
    words = render_inline(left[start + 1 :])
    return left[start].content, words.removesuffix(ARROW).rstrip() if right else words, right


def _is_right_side(pieces: Sequence[Node], at: int) -> bool:
    return at > 0 and _is_id(pieces[at]) and words_of(pieces[at - 1]).rstrip().endswith(ARROW)


def _begins_with_id(pieces: Sequence[Node]) -> bool:
    if pieces and pieces[0].type == "text" and pieces[0].content in _MARKS:
        pieces = pieces[1:]
    return bool(pieces) and _is_id(pieces[0])


def _is_id(piece: Node) -> bool:
    return piece.type == "code_inline" and bool(ID.fullmatch(piece.content))


def _inline_of(entry: Node) -> Sequence[Node]:
    """The pieces of the first line of a list entry."""
    first = entry.children[0] if entry.children else None
    if first is None or first.type != "paragraph":
        return []
    return first.children[0].children if first.children else []
