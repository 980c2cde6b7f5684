"""Which cards share a leaf."""

from nti_lms.curriculum.types import Item, Part
from nti_lms.printing.cards import MAX_CARDS, MAX_LETTERS, leaves_of


def sheet(html: str, *, items: int = 0) -> Part:
    return Part(
        "Hoja", id="sheet", html=html, items=tuple(Item(f"i{n}", "x") for n in range(items))
    )


def card(name: str, letters: int = 40) -> str:
    return f"<p><strong>{name}.</strong> {'a' * letters}</p>"


def test_each_paragraph_that_opens_in_bold_is_a_card():
    html = "\n".join(["<p><em>Inventadas.</em></p>", card("Uno"), card("Dos") + "\n<p>Sigue.</p>"])

    (leaf,) = leaves_of(sheet(html))

    assert leaf.intro == "<p><em>Inventadas.</em></p>"
    assert [one.html for one in leaf.cards] == [card("Uno"), card("Dos") + "\n<p>Sigue.</p>"]


def test_cards_beyond_what_a_leaf_holds_go_to_the_next():
    many = list(leaves_of(sheet("\n".join(card(str(n)) for n in range(MAX_CARDS + 1)))))
    long = list(leaves_of(sheet("\n".join(card(str(n), MAX_LETTERS // 2) for n in range(2)))))

    assert [len(leaf.cards) for leaf in many] == [MAX_CARDS, 1]
    assert [leaf.is_first for leaf in many] == [True, False]
    assert [len(leaf.cards) for leaf in long] == [1, 1]


def test_single_short_card_comes_twice():
    (short,) = leaves_of(sheet("<ol><li>Paro</li></ol>", items=1))
    (long,) = leaves_of(sheet("<p>Uno</p>", items=5))

    assert len(short.cards) == 2
    assert len(long.cards) == 1
