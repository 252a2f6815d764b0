from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fitting import Room, split, total
from bot.domain.messages import Bullets, Heading, Note, Table, plain


def size(block):
    """A character a character, one for each list item, and a part a block."""
    match block:
        case Heading(text=text):
            return Room(chars=len(text), parts=1)
        case Bullets(items=items):
            return Room(chars=sum(1 + len(item[0].text) for item in items), parts=1)
        case Table(rows=rows):
            return Room(chars=sum(len(row[0][0].text) for row in rows), parts=1)
        case _:
            return Room(chars=sum(len(s.text) for s in block.spans), parts=1)


def note(length):
    return Note(spans=(plain("x" * length),))


def bullets(*lengths):
    return Bullets(items=tuple((plain("x" * length),) for length in lengths))


def cut(*blocks, chars=10, parts=99):
    return split(blocks, size=size, room=Room(chars=chars, parts=parts))


def test_a_message_is_filled_before_the_next_begins():
    assert cut(note(4), note(4), note(4), note(9), note(1)) == [
        (note(4), note(4)),
        (note(4),),
        (note(9), note(1)),
    ]


def test_a_message_holds_no_more_parts_than_allowed():
    assert [len(m) for m in cut(*[note(1)] * 5, parts=2)] == [2, 2, 1]


def test_a_list_is_cut_between_its_items():
    assert cut(note(4), bullets(4, 4, 4)) == [(note(4), bullets(4)), (bullets(4, 4),)]


def test_a_table_is_cut_between_its_rows_and_keeps_its_head():
    table = Table(head=("A",), rows=tuple(((plain("x" * 4),),) for _ in range(4)))
    assert [[len(block.rows) for block in message] for message in cut(table)] == [[2], [2]]
    assert all(block.head == ("A",) for message in cut(table) for block in message)


def test_what_fits_nowhere_stands_alone():
    assert cut(note(20), note(3), note(20)) == [(note(20),), (note(3),), (note(20),)]
    assert cut(bullets(20, 2, 20)) == [(bullets(20),), (bullets(2),), (bullets(20),)]


blocks = st.lists(
    st.integers(1, 15).map(note)
    | st.lists(st.integers(0, 15), min_size=1).map(lambda n: bullets(*n))
)


@given(blocks, st.integers(1, 12), st.integers(1, 5))
def test_nothing_is_lost_or_doubled_and_all_fits(several, chars, parts):
    room = Room(chars=chars, parts=parts)
    messages = split(several, size=size, room=room)
    assert texts(b for m in messages for b in m) == texts(several)
    for message in messages:
        alone = len(message) == 1 and texts(message)[1:] == []
        assert alone or room.holds(total(message, size))


def texts(several):
    found = []
    for block in several:
        spans = block.spans if isinstance(block, Note) else [item[0] for item in block.items]
        found += [span.text for span in spans]
    return found
