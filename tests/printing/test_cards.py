"""Which cards share a leaf."""

from nti_lms.curriculum.types import Item, Part
from nti_lms.printing.cards import leaves_of


def sheet(html: str, *, items: int = 0) -> Part:
    return Part(
        "Hoja", id="sheet", html=html, items=tuple(Item(f"i{n}", "x") for n in range(items))
    )


def card(name: str, letters: int = 40) -> str:
    return f"<p><strong>{name}.</strong> {'a' * letters}</p>"


def test_each_paragraph_that_opens_in_bold_is_a_card():
    html = "\n".join(["<p><em>Inventadas.</em></p>", card("Uno"), card("Dos") + "\n<p>Sigue.</p>"])

    (leaf,) = leaves_of(sheet(html), "letter")

    assert leaf.intro == "<p><em>Inventadas.</em></p>"
    assert [one.html for one in leaf.cards] == [card("Uno"), card("Dos") + "\n<p>Sigue.</p>"]


def test_cards_share_as_few_leaves_as_they_need_and_evenly():
    ten = list(leaves_of(sheet("\n".join(card(str(n)) for n in range(10))), "letter"))
    twelve = list(leaves_of(sheet("\n".join(card(str(n)) for n in range(12))), "letter"))
    long = list(leaves_of(sheet("\n".join(card(str(n), 1200) for n in range(2))), "letter"))

    assert [len(leaf.cards) for leaf in ten] == [10]
    assert [len(leaf.cards) for leaf in twelve] == [6, 6]
    assert [leaf.is_first for leaf in twelve] == [True, False]
    assert [len(leaf.cards) for leaf in long] == [1, 1]


def test_single_card_comes_twice_if_a_leaf_holds_two():
    (short,) = leaves_of(sheet("<ol>" + "<li>Paro</li>" * 5 + "</ol>", items=1), "letter")
    (long,) = leaves_of(sheet("<ol>" + "<li>Paro</li>" * 12 + "</ol>"), "letter")

    assert len(short.cards) == 2
    assert len(long.cards) == 1
