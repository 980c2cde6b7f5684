"""From a fence to a block: its title, its prose, its parts, its options."""

from hashlib import sha256

from markdown_it.tree import SyntaxTreeNode as Node

from nti_lms.curriculum.attributes import Label
from nti_lms.curriculum.entries import Report, holds_ids, is_list, read_entries
from nti_lms.curriculum.grammar import FILE
from nti_lms.curriculum.markup import render, render_inline, words_of
from nti_lms.curriculum.sections import Section, cut
from nti_lms.curriculum.types import Block, Item, Part

_MISPLACED = {
    "heading": "a heading has no place inside a list or a quotation",
    "container_block": "a fence stands at the margin, never inside a list or a quotation",
    "fence": "a block of code has no place in a lesson",
    "code_block": "a line that begins with four spaces becomes code: move it to the margin",
}


def digest(source: str) -> str:
    """The first 8 hex digits of a block's SHA-256; spaces at the ends of lines do not count."""
    lines = [line.rstrip() for line in source.split("\n")]
    return sha256("\n".join(lines).encode()).hexdigest()[:8]


def read_block(label: Label, nodes: list[Node], *, source: str, line: int, report: Report) -> Block:
    """Read what stands in a fence that opens on `line`."""
    _find_misplaced(nodes, report)
    whole = cut(nodes, report)
    image = _find_image(nodes, label.role, report)
    prompt, prose = _take_prompt(whole.nodes) if label.role == "reflection" else ("", whole.nodes)
    prose = [node for node in prose if not _is_image(node)]
    html, items = _split(prose, report)
    return Block(
        kind=label.role,
        id=label.id,
        attributes=label.attributes,
        title=whole.title,
        html=html,
        prompt=prompt,
        image=str(image.attrs["src"]) if image else "",
        alt=words_of(image).strip() if image else "",
        items=items,
        parts=tuple(
            _part(section, report, in_quiz=label.role == "quiz") for section in whole.sections
        ),
        source=source,
        digest=digest(source),
        line=line,
    )


def _split(nodes: list[Node], report: Report) -> tuple[str, tuple[Item, ...]]:
    """Prose as HTML, and the boxes to fill."""
    boxes = [node for node in nodes if holds_ids(node)]
    return render([node for node in nodes if node not in boxes]), read_entries(boxes, report)


def _part(section: Section, report: Report, *, in_quiz: bool = False) -> Part:
    read = _split_question if in_quiz else _split_prose
    html, items, quote = read(section, report)
    return Part(
        title=section.title,
        heading=section.heading,
        role=section.label.role,
        id=section.label.id,
        attributes=section.label.attributes,
        html=html,
        items=items,
        quote=quote,
        parts=tuple(_part(entry, report) for entry in section.sections),
        line=section.line,
    )


def _split_prose(section: Section, report: Report) -> tuple[str, tuple[Item, ...], str]:
    return *_split(section.nodes, report), ""


def _split_question(section: Section, report: Report) -> tuple[str, tuple[Item, ...], str]:
    lists = [node for node in section.nodes if is_list(node)]
    quotes = [node for node in section.nodes if node.type == "blockquote"]
    prose = [node for node in section.nodes if node not in lists and node not in quotes]
    if section.label.role == "order" and any(node.type == "bullet_list" for node in lists):
        report(section.line, f"question #{section.label.id}: the entries of an order are numbered")
    quote = render([child for node in quotes for child in node.children])
    return render(prose), read_entries(lists, report), quote


def _take_prompt(nodes: list[Node]) -> tuple[str, list[Node]]:
    if not nodes or nodes[0].type != "paragraph":
        return "", nodes
    return render_inline(nodes[0].children[0].children), nodes[1:]


def _find_image(nodes: list[Node], kind: str, report: Report) -> Node | None:
    """The drawing of a figure; any other image is reported."""
    images = [
        (image, _line(node)) for node in nodes for image in node.walk() if image.type == "image"
    ]
    if kind != "figure":
        for _, line in images:
            report(line, "an image has its place in a figure")
        return None
    for _, line in images[1:]:
        report(line, "a figure holds one image")
    if not images:
        return None
    image, line = images[0]
    if not FILE.fullmatch(str(image.attrs["src"])):
        report(
            line, f"the image {image.attrs['src']} is no drawing of this folder, such as name.svg"
        )
        return None
    return image


def _is_image(node: Node) -> bool:
    """Whether `node` is a paragraph that holds an image and nothing else."""
    pieces = node.children[0].children if node.type == "paragraph" and node.children else []
    return bool(pieces) and all(piece.type in ("image", "softbreak") for piece in pieces)


def _find_misplaced(nodes: list[Node], report: Report) -> None:
    for top in nodes:
        for node in top.walk():
            if node.type in _MISPLACED and (node is not top or node.type != "heading"):
                report(_line(node), _MISPLACED[node.type])


def _line(node: Node) -> int:
    return (node.map or (0, 0))[0] + 1
