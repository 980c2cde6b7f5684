"""Cut what stands inside a fence by its headings."""

from dataclasses import dataclass, field

from markdown_it.tree import SyntaxTreeNode as Node

from nti_lms.curriculum.attributes import Label, read_label
from nti_lms.curriculum.entries import Report
from nti_lms.curriculum.markup import render_line, words_of_html


@dataclass(slots=True)
class Section:
    """A heading and what stands under it, down to the next heading of its level or above.

    `heading` is its inline HTML and `title` its words. The section of a whole block has level 2,
    and an empty heading if the block has none.
    """

    level: int = 2
    label: Label = field(default_factory=lambda: Label(""))
    heading: str = ""
    title: str = ""
    line: int = 0
    nodes: list[Node] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)


def cut(nodes: list[Node], report: Report) -> Section:
    """The section of a block, with its parts (level 3), with their entries (level 4)."""
    whole = Section()
    for node in nodes:
        if node.type == "heading":
            _open(whole, _read_heading(node), report)
        else:
            _last(whole).nodes.append(node)
    return whole


def _open(whole: Section, section: Section, report: Report) -> None:
    if section.label.fault:
        report(section.line, section.label.fault)
    if section.level == 2 and not (whole.title or whole.nodes or whole.sections):
        whole.label, whole.heading = section.label, section.heading
        whole.title, whole.line = section.title, section.line
    elif section.level == 3:
        whole.sections.append(section)
    elif section.level == 4 and whole.sections:
        whole.sections[-1].sections.append(section)
    else:
        report(
            section.line, f"a heading of level {section.level} has no place here: «{section.title}»"
        )


def _last(section: Section) -> Section:
    return _last(section.sections[-1]) if section.sections else section


def _read_heading(node: Node) -> Section:
    label = read_label(node.children[0].content if node.children else "")
    heading = render_line(label.words)
    line = (node.map or (0, 0))[0] + 1
    return Section(int(node.tag[1]), label, heading, words_of_html(heading), line)
