from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fitting import deal, weight
from bot.domain.links import arxiv_url
from bot.domain.messages import Actions, Bullets, Button, Heading, Note, Table, link, plain


def dealt(sizes, room=10, first_room=None, most=99):
    first = room if first_room is None else first_room
    return deal(sizes, lambda size: size, room=room, first_room=first, most=most)


def test_items_fill_a_hand_before_the_next_begins():
    assert dealt([4, 4, 4, 9, 1]) == [[4, 4], [4], [9, 1]]


def test_a_hand_holds_no_more_than_allowed():
    assert dealt([1, 1, 1, 1, 1], most=2) == [[1, 1], [1, 1], [1]]


def test_the_first_hand_may_be_smaller():
    assert dealt([4, 4], first_room=5) == [[4], [4]]
    assert dealt([6], first_room=5) == [[], [6]]


def test_an_item_that_fits_nowhere_stands_alone():
    assert dealt([20, 3, 20]) == [[20], [3], [20]]


@given(
    st.lists(st.integers(0, 15)),
    st.integers(1, 12),
    st.integers(-5, 12),
    st.integers(1, 5),
)
def test_nothing_is_lost_or_doubled_and_all_fits(sizes, room, first_room, most):
    hands = dealt(sizes, room=room, first_room=min(first_room, room), most=most)
    assert [size for hand in hands for size in hand] == sizes
    assert all(sum(hand) <= room or len(hand) == 1 for hand in hands)
    assert all(len(hand) <= most for hand in hands)
    assert all(hands[1:])


def test_weight_counts_addresses_escapes_and_buttons():
    bare = weight([Note(spans=(plain("a fine paper"),))])
    assert weight([Note(spans=(link("a fine paper", arxiv_url("2601.00001")),))]) == bare + 32
    assert weight([Note(spans=(plain("a <b> & *c*"),))]) > bare
    assert weight([Actions(buttons=(Button(label="Save", verb="save"),))]) > len("Save")


def test_weight_knows_every_kind_of_block():
    rows = ((plain("one"),), (plain("two"),))
    assert weight([Bullets(items=rows)]) > 6
    assert weight([Table(head=("A", "B"), rows=(rows,))]) > 8
    assert weight([Heading(text="Today")]) > 5
